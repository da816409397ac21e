/// A pattern for a user part: `*` stands for any characters, `?` for one. Everything else is itself, case included.
package struct Glob: Sendable, Equatable, CustomStringConvertible {
  package let pattern: String

  package init(_ pattern: String) { self.pattern = pattern }

  package var description: String { pattern }

  /// Takes time in the order of the product of both lengths at worst, whatever the pattern.
  package func matches(_ text: String) -> Bool {
    let (pattern, text) = (Array(self.pattern.unicodeScalars), Array(text.unicodeScalars))
    var (p, t) = (0, 0)
    // Where to go on when the last star has to swallow one more.
    var retry: (pattern: Int, text: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        retry = (p + 1, t)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
        p += 1
        t += 1
      } else if let last = retry {
        retry = (last.pattern, last.text + 1)
        (p, t) = (last.pattern, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
