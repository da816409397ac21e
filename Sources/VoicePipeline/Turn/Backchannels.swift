/// Tells a listener's "mhm" from words that want the floor.
struct Backchannels: Sendable, Equatable {
  private let phrases: Set<[String]>
  private let longest: Int

  /// The backchannels of `language` (BCP 47; its first part decides), or those of English if it has none.
  init(_ lists: [String: [String]], language: String) {
    let code = language.prefix { $0 != "-" && $0 != "_" }.lowercased()
    let list = lists[code] ?? lists["en"] ?? []
    phrases = Set(list.map { Words.normalised($0) }.filter { !$0.isEmpty })
    longest = phrases.map(\.count).max() ?? 0
  }

  /// Whether `text` holds words at all, and not backchannels alone.
  func wantsFloor(_ text: String) -> Bool {
    var rest = Words.normalised(text)[...]
    while !rest.isEmpty {
      let length = (1...max(1, min(longest, rest.count))).last { phrases.contains(Array(rest.prefix($0))) }
      guard let length else { return true }
      rest = rest.dropFirst(length)
    }
    return false
  }
}
