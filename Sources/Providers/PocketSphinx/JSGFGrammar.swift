import VoicePipeline

/// A grammar in the JSpeech Grammar Format, read into a tree so that words which the dictionary lacks can be taken out.
///
/// PocketSphinx refuses a whole grammar for one unknown word, and its `<VOID>` spoils every rule above it; so the
/// pruning is done here, before the engine sees the text.
package struct JSGFGrammar: Equatable {
  /// A part of a rule.
  indirect enum Expression: Equatable {
    case word(String)
    case rule(String)
    case sequence([Expression])
    case alternatives([Alternative])
    case optional(Expression)
    /// `*` (`atLeastOnce` false) or `+`.
    case repeated(Expression, atLeastOnce: Bool)
  }

  /// One of several ways to go on.
  struct Alternative: Equatable {
    var weight: String?
    var expression: Expression
  }

  /// A named rule.
  struct Rule: Equatable {
    var name: String
    var isPublic: Bool
    var expression: Expression
  }

  /// Why a text is not a grammar.
  package struct SyntaxError: Error, Equatable, CustomStringConvertible {
    package var description: String
  }

  /// The grammar's own name.
  package var name: String
  /// The rules in the order in which they were written.
  var rules: [Rule]

  /// Reads `text`, complete from `#JSGF V1.0;` on.
  package init(_ text: String) throws(SyntaxError) {
    var parser = JSGFParser(text)
    self = try parser.grammar()
  }

  init(name: String, rules: [Rule]) {
    self.name = name
    self.rules = rules
  }

  /// Every word, once each, in order of appearance.
  package var words: [String] {
    var seen = Set<String>()
    var result: [String] = []
    func walk(_ expression: Expression) {
      switch expression {
      case .word(let word): if seen.insert(word).inserted { result.append(word) }
      case .rule: break
      case .sequence(let parts): parts.forEach(walk)
      case .alternatives(let ways): ways.forEach { walk($0.expression) }
      case .optional(let inner), .repeated(let inner, _): walk(inner)
      }
    }
    rules.forEach { walk($0.expression) }
    return result
  }

  /// The grammar without any way that needs one of `unknown`, or `nil` when no public rule is left.
  package func pruning(_ unknown: Set<String>) -> JSGFGrammar? {
    var alive = Dictionary(rules.map { ($0.name, $0.expression) }, uniquingKeysWith: { first, _ in first })
    // A rule that lost all its ways takes with it what needs it, which may take more: until nothing changes.
    while true {
      let before = alive.count
      for rule in rules {
        guard let expression = alive[rule.name] else { continue }
        alive[rule.name] = Self.prune(expression, unknown: unknown, isRule: { alive[$0] != nil })
      }
      if alive.count == before { break }
    }
    let kept = rules.compactMap { rule in
      alive[rule.name].map { Rule(name: rule.name, isPublic: rule.isPublic, expression: $0) }
    }
    return kept.contains { $0.isPublic } ? JSGFGrammar(name: name, rules: kept) : nil
  }

  private static func prune(
    _ expression: Expression, unknown: Set<String>, isRule: (String) -> Bool
  ) -> Expression? {
    switch expression {
    case .word(let word): return unknown.contains(word) ? nil : expression
    case .rule(let name): return name == "NULL" || isRule(name) ? expression : nil
    case .sequence(let parts):
      var kept: [Expression] = []
      for part in parts {
        if let pruned = prune(part, unknown: unknown, isRule: isRule) {
          kept.append(pruned)
        } else if !part.mayBeSkipped {
          return nil
        }
      }
      // Nothing but dropped options is an empty sequence, which JSGF can't spell other than as <NULL>.
      return kept.isEmpty ? .rule("NULL") : .sequence(kept)
    case .alternatives(let ways):
      let kept = ways.compactMap { way in
        prune(way.expression, unknown: unknown, isRule: isRule).map { Alternative(weight: way.weight, expression: $0) }
      }
      return kept.isEmpty ? nil : .alternatives(kept)
    case .optional(let inner): return prune(inner, unknown: unknown, isRule: isRule).map { .optional($0) }
    case .repeated(let inner, let atLeastOnce):
      return prune(inner, unknown: unknown, isRule: isRule).map { .repeated($0, atLeastOnce: atLeastOnce) }
    }
  }

  /// The grammar as text for the engine.
  package var text: String {
    var result = "#JSGF V1.0;\ngrammar \(name);\n"
    for rule in rules {
      result += "\(rule.isPublic ? "public " : "")<\(rule.name)> = \(rule.expression.text);\n"
    }
    return result
  }
}

extension JSGFGrammar.Expression {
  /// Whether the caller may say nothing in its place.
  fileprivate var mayBeSkipped: Bool {
    switch self {
    case .optional: true
    case .repeated(_, let atLeastOnce): !atLeastOnce
    default: false
    }
  }

  fileprivate var text: String {
    switch self {
    case .word(let word): word
    case .rule(let name): "<\(name)>"
    case .sequence(let parts): parts.map { $0.text }.joined(separator: " ")
    case .alternatives(let ways):
      "(" + ways.map { ($0.weight.map { "/\($0)/ " } ?? "") + $0.expression.text }.joined(separator: " | ") + ")"
    case .optional(let inner): "[" + inner.text + "]"
    case .repeated(let inner, let atLeastOnce): "(" + inner.text + ")" + (atLeastOnce ? "+" : "*")
    }
  }
}
