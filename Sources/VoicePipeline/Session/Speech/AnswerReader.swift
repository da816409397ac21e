/// Reads one attempt at an answer: from the dialogue's words to the sentences that may be spoken. A promise that nobody
/// would keep is held back, and with it whatever follows it, until it is known whether a person is called. Sans-IO.
struct AnswerReader: Sendable {
  /// What came of an attempt.
  enum Outcome: Sendable, Equatable {
    case said(then: AfterSpeech)
    /// The dialogue promised what nobody will do: it has to be asked again, with `instruction`, behind what was let
    /// through before.
    case promised(instruction: String, said: String)
    /// It did so again.
    case insists(EscalationFinding)
  }

  private var splitter = SentenceSplitter()
  private var said: [String] = []
  private var held: [String] = []
  private var verdict: DraftVerdict?
  /// What follows the answer, as far as it is known.
  private(set) var then = AfterSpeech.listen

  /// What was let through.
  var text: String { said.joined(separator: " ") }

  /// Whether the next sentence has to be judged before it is let through.
  var wantsVerdict: Bool {
    if case .transfer = then { return false }
    return verdict == nil
  }

  /// What came of it, once it has been read to its end.
  var outcome: Outcome {
    switch verdict {
    case .regenerate(let instruction)?: .promised(instruction: instruction, said: text)
    case .escalate(let finding)?: .insists(finding)
    case .ok?, nil: .said(then: then)
    }
  }

  /// The sentences that `event` completes.
  mutating func take(_ event: ReplyEvent) -> [String] {
    switch event {
    case .text(let piece): return splitter.append(piece)
    case .transferToHuman(let reason):
      let rest = splitter.flush()
      then = .transfer(.dialogue(reason: reason))
      // With a person on the way it is no false promise.
      defer {
        held = []
        verdict = nil
      }
      return held + rest
    case .hangUp:
      if then == .listen { then = .hangUp }
      return splitter.flush()
    case .sendMessage, .choices, .callCustomer:
      // Messages go another way; a phone has no buttons, and the caller is on it already.
      return []
    }
  }

  /// The answer is over: the sentence that it ends with.
  mutating func finish() -> [String] { splitter.flush() }

  /// Lets `sentence` through, or holds it back by `verdict`; true if it may be spoken.
  mutating func admit(_ sentence: String, _ judged: DraftVerdict) -> Bool {
    if verdict == nil, judged != .ok { verdict = judged }
    guard verdict == nil else {
      held.append(sentence)
      return false
    }
    said.append(sentence)
    return true
  }
}
