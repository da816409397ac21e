import VoicePipeline

/// What callers may say, as a JSGF grammar of lower-case words.
struct ScriptedGrammar {
  private var rules: [String] = []
  private var slotRules: Set<String> = []
  private var usesDigits = false
  private var usesCardinals = false
  private let slots: [String: SlotMatcher]

  /// A grammar over `patterns`, or nil if none of them can be said in one (free slots can't).
  static func text(of patterns: [PhrasePattern], slots: [String: SlotMatcher], language: String) -> String? {
    var grammar = ScriptedGrammar(slots: slots)
    for pattern in patterns {
      if let rule = grammar.expression(pattern) { grammar.rules.append(rule) }
    }
    guard !grammar.rules.isEmpty else { return nil }
    return grammar.finished(language: language)
  }

  private init(slots: [String: SlotMatcher]) { self.slots = slots }

  private func finished(language: String) -> String {
    var lines = ["#JSGF V1.0;", "grammar dialogue;", ""]
    lines.append("public <utterance> = \(rules.indices.map { "<phrase\($0)>" }.joined(separator: " | "));")
    for (index, rule) in rules.enumerated() { lines.append("<phrase\(index)> = \(rule);") }
    for name in slotRules.sorted() {
      if let rule = slots[name]?.grammar { lines.append("<\(Self.ruleName(name))> = \(rule);") }
    }
    let numbers = NumberWords(language: language)
    if usesDigits { lines.append("<digit> = \(numbers.digits.keys.sorted().joined(separator: " | "));") }
    if usesCardinals {
      lines.append("<numberword> = \(numbers.numberWords.sorted().joined(separator: " | "));")
      lines.append("<cardinal> = <numberword> [ <numberword> [ <numberword> [ <numberword> ] ] ];")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func expression(_ pattern: PhrasePattern) -> String? {
    switch pattern {
    case .word(let word):
      return SlotMatcher.isPlain(word) ? word : nil
    case .slot(let name):
      guard let rule = slots[name]?.grammar else { return nil }
      if rule.contains("<digit>") { usesDigits = true }
      if rule.contains("<cardinal>") { usesCardinals = true }
      slotRules.insert(name)
      return "<\(Self.ruleName(name))>"
    case .optional(let part):
      return expression(part).map { "[ \($0) ]" } ?? ""
    case .choice(let parts):
      let all = parts.compactMap { expression($0) }.filter { !$0.isEmpty }
      return all.isEmpty ? nil : "( \(all.joined(separator: " | ")) )"
    case .sequence(let parts):
      var all: [String] = []
      for part in parts {
        guard let next = expression(part) else { return nil }
        if !next.isEmpty { all.append(next) }
      }
      return all.isEmpty ? nil : all.joined(separator: " ")
    }
  }

  private static func ruleName(_ slot: String) -> String {
    "slot_" + slot.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }
}
