public import FoundationEssentials

/// What is to be done with a draft.
public enum DraftVerdict: Sendable, Equatable {
  /// Say it.
  case ok
  /// Ask the model once more; `instruction` tells it, as a message of the system, what was wrong.
  case regenerate(instruction: String)
  /// The model insists: call a person.
  case escalate(EscalationFinding)
}

// The assistant's side.
extension EscalationWatch {
  /// An answer is alike only if it is one: shorter ones ("yes") are said often.
  private static let leastAnswer = 3

  /// The assistant answered `text`, or as much of it as was heard.
  public mutating func assistantAnswered(_ text: String, id: String, at: Date) -> EscalationFinding? {
    let utterance = Utterance(text)
    let words = utterance.words
    guard !words.isEmpty else { return nil }
    state.note(EvidenceItem(id: id, author: .assistant, text: text, at: at))
    state.promises = 0
    if lexicon.offers(utterance) { state.offer = state.turn }
    guard words.count >= Self.leastAnswer else { return nil }
    state.answers.append(AnswerNumber(words))
    if state.answers.count > State.maximumList { state.answers.removeFirst() }
    let last = state.answers.last
    let count = state.answers.reversed().prefix { $0 == last }.count
    guard count >= conditions.sameAnswer else { return nil }
    return found(.stagnation, "the same answer was given \(count) times", state.recent.suffix(4))
  }

  /// Judges what a language model wants to say, a sentence or, if `isWhole`, all of it, before the customer hears it.
  /// Not for answers that hand over to a person: those are kept.
  public mutating func check(draft: String, isWhole: Bool = false, id: String, at: Date) -> DraftVerdict {
    guard conditions.guardsPromises, conditions.looks(for: .falsePromise), let promise = promise(in: draft, isWhole)
    else { return .ok }
    state.promises = min(state.promises + 1, State.maximumCount)
    let item = EvidenceItem(id: id, author: .assistant, text: promise, at: at)
    if state.promises == 1 { return .regenerate(instruction: Self.instruction(promise)) }
    let evidence = state.recent.filter { $0.author == .customer }.suffix(1) + [item]
    // Held back even while the condition keeps silent: better nothing than a lie.
    let reason = "the assistant could only promise what it can't do"
    return .escalate(
      found(.falsePromise, reason, evidence[...])
        ?? EscalationFinding(kind: .falsePromise, reason: reason, evidence: Array(evidence)))
  }

  /// What of `draft` promises too much; nil if it is all right.
  func promise(in draft: String, _ isWhole: Bool) -> String? {
    let utterance = Utterance(draft)
    if lexicon.promises(utterance) { return draft }
    guard isWhole, let last = utterance.sentences.last, !last.isQuestion, lexicon.dangling.occur(in: last.words) else {
      return nil
    }
    return draft
  }

  private static func instruction(_ promise: String) -> String {
    """
    You wanted to say: “\(promise.prefix(EvidenceItem.maximumText))”. Nobody will do that: you can't look things up later, call back \
    or write again by yourself, and no one else was told. Answer anew, without promising anything that happens after \
    this conversation. If it can't be settled now, say so and offer to hand over to a person.
    """
  }
}
