import VoicePipeline

/// Reads JSGF (JSpeech Grammar Format, W3C note of 2000) by recursive descent. Tags are read and dropped.
struct JSGFParser {
  private enum Token: Equatable {
    case word(String)
    case rule(String)
    case weight(String)
    case symbol(Character)
  }

  /// Deep enough for any grammar a person writes, shallow enough for the stack of a thread.
  private static let deepest = 64

  private var tokens: [Token] = []
  private var position = 0
  private var depth = 0
  private var problem: String?

  init(_ text: String) {
    var scalars = Substring(text)
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
    tokenize(scalars)
  }

  mutating func grammar() throws(JSGFGrammar.SyntaxError) -> JSGFGrammar {
    if let problem { throw JSGFGrammar.SyntaxError(description: problem) }
    guard case .word(let magic)? = take(), magic == "#JSGF" else { throw error("expected #JSGF at the start") }
    while let token = take(), token != .symbol(";") {}
    guard take() == .word("grammar"), case .word(let name)? = take(), take() == .symbol(";") else {
      throw error("expected `grammar NAME;`")
    }
    var rules: [JSGFGrammar.Rule] = []
    while peek != nil {
      var isPublic = false
      if peek == .word("public") {
        isPublic = true
        position += 1
      }
      guard case .rule(let rule)? = take(), take() == .symbol("=") else { throw error("expected `<rule> =`") }
      let expression = try alternatives()
      guard take() == .symbol(";") else { throw error("expected `;` after rule <\(rule)>") }
      if rules.contains(where: { $0.name == rule }) { throw error("rule <\(rule)> is defined twice") }
      rules.append(JSGFGrammar.Rule(name: rule, isPublic: isPublic, expression: expression))
    }
    if !rules.contains(where: { $0.isPublic }) { throw error("no public rule") }
    return JSGFGrammar(name: name, rules: rules)
  }

  private mutating func alternatives() throws(JSGFGrammar.SyntaxError) -> JSGFGrammar.Expression {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.deepest { throw error("nested more than \(Self.deepest) deep") }
    var ways: [JSGFGrammar.Alternative] = []
    repeat {
      var weight: String?
      if case .weight(let text)? = peek {
        weight = text
        position += 1
      }
      ways.append(JSGFGrammar.Alternative(weight: weight, expression: try sequence()))
    } while takeSymbol("|")
    if let only = ways.first, ways.count == 1, only.weight == nil { return only.expression }
    return .alternatives(ways)
  }

  private mutating func sequence() throws(JSGFGrammar.SyntaxError) -> JSGFGrammar.Expression {
    var parts: [JSGFGrammar.Expression] = []
    while let token = peek {
      var part: JSGFGrammar.Expression
      switch token {
      case .word(let word):
        position += 1
        part = .word(word)
      case .rule(let name):
        position += 1
        part = .rule(name)
      case .symbol("("):
        position += 1
        part = try alternatives()
        guard takeSymbol(")") else { throw error("expected `)`") }
      case .symbol("["):
        position += 1
        part = .optional(try alternatives())
        guard takeSymbol("]") else { throw error("expected `]`") }
      default:
        return try closing(parts)
      }
      if takeSymbol("*") {
        part = .repeated(part, atLeastOnce: false)
      } else if takeSymbol("+") {
        part = .repeated(part, atLeastOnce: true)
      }
      parts.append(part)
    }
    return try closing(parts)
  }

  private func closing(_ parts: [JSGFGrammar.Expression]) throws(JSGFGrammar.SyntaxError) -> JSGFGrammar.Expression {
    guard let first = parts.first else { throw error("an alternative is empty") }
    return parts.count == 1 ? first : .sequence(parts)
  }

  private var peek: Token? { position < tokens.count ? tokens[position] : nil }

  private mutating func take() -> Token? {
    defer { position += 1 }
    return peek
  }

  private mutating func takeSymbol(_ symbol: Character) -> Bool {
    guard peek == .symbol(symbol) else { return false }
    position += 1
    return true
  }

  private func error(_ what: String) -> JSGFGrammar.SyntaxError {
    JSGFGrammar.SyntaxError(description: "\(what) (token \(position))")
  }

  private mutating func tokenize(_ text: Substring) {
    var rest = text
    func cut(upTo end: Character) -> Substring? {
      guard let index = rest.firstIndex(of: end) else { return nil }
      let content = rest[rest.startIndex..<index]
      rest = rest[rest.index(after: index)...]
      return content
    }
    while let character = rest.first {
      if character.isWhitespace {
        rest.removeFirst()
      } else if rest.hasPrefix("//") {
        rest = rest[(rest.firstIndex(where: { $0.isNewline }) ?? rest.endIndex)...]
      } else if rest.hasPrefix("/*") {
        rest.removeFirst(2)
        while !rest.isEmpty, !rest.hasPrefix("*/") { rest.removeFirst() }
        rest = rest.dropFirst(2)
      } else if "=|;()[]*+".contains(character) {
        rest.removeFirst()
        tokens.append(.symbol(character))
      } else if let (end, make) = Self.enclosed(character) {
        rest.removeFirst()
        guard let content = cut(upTo: end) else {
          problem = "`\(character)` without its `\(end)`"
          return
        }
        if let token = make(String(content)) { tokens.append(token) }
      } else {
        let end = rest.firstIndex { $0.isWhitespace || "=|;()[]*+<>{}/\"".contains($0) } ?? rest.endIndex
        if end == rest.startIndex {
          problem = "`\(character)` is out of place"
          return
        }
        tokens.append(.word(String(rest[rest.startIndex..<end])))
        rest = rest[end...]
      }
    }
  }

  private static func enclosed(_ opening: Character) -> (Character, (String) -> Token?)? {
    switch opening {
    case "<": (">", { .rule($0) })
    case "/": ("/", { .weight($0) })
    case "{": ("}", { _ in nil })
    case "\"": ("\"", { .word($0) })
    default: nil
    }
  }
}
