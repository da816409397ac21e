import FoundationEssentials
import Testing

@testable import VoicePipeline

/// A conversation whose outcome is known. Written as `kind: turn / turn / …`; a turn is the customer's, or the
/// assistant's behind `<`. `~0.2 words` was recognised with that confidence, `!unheard` was not understood at all.
struct LabelledConversation {
  var label: EscalationKind?
  var turns: [Substring]
  var line: String

  init?(_ line: Substring) {
    let parts = line.split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let name = parts[0].trimmingPrefix { $0 == " " }
    label = EscalationKind(rawValue: String(name))
    guard label != nil || name == "none" else { return nil }
    turns = parts[1].split(separator: "/").map { $0.trimmingPrefix { $0 == " " } }
    self.line = String(line)
  }

  /// What the rules find in it first.
  func found(language: String) -> EscalationKind? {
    var watch = EscalationWatch(settings: EscalationSettings(), language: language)
    for (index, turn) in turns.enumerated() {
      let (id, at) = ("t\(index)", Date(timeIntervalSince1970: Double(index)))
      var finding: EscalationFinding?
      if turn.hasPrefix("<") {
        let text = turn.dropFirst().trimmingPrefix { $0 == " " }
        if watch.check(draft: String(text), isWhole: true, id: id, at: at) != .ok { return .falsePromise }
        finding = watch.assistantAnswered(String(text), id: id, at: at)
      } else if turn.hasPrefix("!unheard") {
        finding = watch.customerNotUnderstood(id: id, at: at)
      } else if turn.hasPrefix("~") {
        let parts = turn.dropFirst().split(separator: " ", maxSplits: 1)
        finding = watch.customerSaid(String(parts.last ?? ""), id: id, confidence: Double(parts[0]), at: at)
      } else {
        finding = watch.customerSaid(String(turn), id: id, at: at)
      }
      if let finding { return finding.kind }
    }
    return nil
  }
}

/// How often a kind was found rightly, wrongly and not at all.
struct Tally {
  var right = 0
  var wrong = 0
  var missed = 0

  /// Of what was found, so much was there. 1 where nothing was found.
  var precision: Double { right + wrong == 0 ? 1 : Double(right) / Double(right + wrong) }
  /// Of what was there, so much was found.
  var recall: Double { right + missed == 0 ? 1 : Double(right) / Double(right + missed) }
}

/// Half of the set in one language, as the rules see it.
struct LabelledResult {
  var tallies: [EscalationKind: Tally] = [:]
  var all = Tally()
  var count = 0
  /// What went wrong, for those who read the test's output.
  var errors: [String] = []

  init(_ text: String, language: String) {
    for conversation in text.split(separator: "\n").compactMap({ LabelledConversation($0) }) {
      count += 1
      let found = conversation.found(language: language)
      if found == conversation.label {
        if let found { tallies[found, default: Tally()].right += 1 }
        if found != nil { all.right += 1 }
        continue
      }
      errors.append("\(conversation.line)  → \(found?.rawValue ?? "none")")
      if let found { tallies[found, default: Tally()].wrong += 1 }
      if found != nil { all.wrong += 1 }
      if let label = conversation.label {
        tallies[label, default: Tally()].missed += 1
        all.missed += 1
      }
    }
  }
}
