// What the dialogue is told, and what it says.
extension ConversationCore {
  /// All that the dialogue is told when it answers `text`.
  func context(answering text: String) -> DialogueContext {
    DialogueContext(
      instructions: settings.instructions, language: settings.language,
      messages: transcript.messages(answering: text), medium: .phone, abilities: settings.usableAbilities)
  }

  /// Puts the caller's answered text among what was said; from now on the turn can't grow any more.
  mutating func commitCaller() {
    guard let (turn, text) = transcript.commit() else { return }
    lookout.callerSettled(text, turn: turn, at: moment.date)
    input.turnSettled()
  }

  // MARK: An answer as it comes

  /// Takes the next piece of the speech `id` and returns the sentences that may be spoken.
  mutating func read(
    _ event: ReplyEvent, of id: SpeechID, with reader: inout AnswerReader, at moment: Moment
  ) -> (sentences: [String], actions: [ConversationAction]) {
    var sentences: [String] = []
    let actions = step(moment) { core in
      switch event {
      case .text: core.stopwatch.token(of: core.output.speech?.turn, at: moment.now)
      case .sendMessage(let text): core.sendAside(text, turn: core.output.speech?.turn)
      case .transferToHuman, .hangUp, .choices, .callCustomer: break
      }
      sentences = core.admit(reader.take(event), of: id, &reader)
    }
    return (sentences, actions)
  }

  /// The text of the speech `id` is over: the last sentences that may be spoken.
  mutating func readToEnd(of id: SpeechID, with reader: inout AnswerReader, at moment: Moment) -> [String] {
    var sentences: [String] = []
    _ = step(moment) { sentences = $0.admit(reader.finish(), of: id, &reader) }
    return sentences
  }

  private mutating func admit(_ sentences: [String], of id: SpeechID, _ reader: inout AnswerReader) -> [String] {
    sentences.filter { sentence in
      var verdict = DraftVerdict.ok
      if readsFreely, reader.wantsVerdict, case .turn(let reply) = id, isPresent(id), output.speech?.turn != nil {
        verdict = lookout.check(sentence, reply: reply, at: moment.date)
      }
      return reader.admit(sentence, verdict)
    }
  }

  /// What the dialogue is to be told after a false promise in the speech `id`; nil if nobody waits for it any more.
  func retry(of id: SpeechID, _ instruction: String, said: String) -> DialogueContext? {
    guard isPresent(id), let text = transcript.unsaid?.text else { return nil }
    return context(answering: text).goingOn(behind: said, instruction)
  }

  /// The text of the speech `id` is known to its end, and the caller has the floor after it: a language model may look
  /// at the turn, beside the answer that is being spoken.
  mutating func answerIsKnown(_ answer: String, of id: SpeechID, at moment: Moment) -> [ConversationAction] {
    guard isPresent(id), case .turn(let reply) = id, let turn = output.speech?.turn, let unsaid = transcript.unsaid,
      let items = lookout.exhibits(unsaid.text, turn: turn, answer: answer, reply: reply, at: moment.date)
    else { return [] }
    return [.consult(items, turn: turn)]
  }

  // MARK: Messages on another channel

  /// Sends `text` beside the speech that answers `turn`.
  private mutating func sendAside(_ text: String, turn: Int?) {
    guard settings.messenger != nil, !text.isBlank, transcript.sends(text, turn: turn) else { return }
    act(.send(text))
  }

  /// `text` was sent, or could not be.
  mutating func sent(_ text: String, _ failure: SideMessageFailure?, at moment: Moment) -> [ConversationAction] {
    step(moment) { core in
      core.act(.emit(failure.map { .messageFailed(reason: $0.reason) } ?? .messageSent(Private(text))))
      core.transcript.tell(failure?.fact ?? "This message was sent to the caller's phone: \(text)")
    }
  }
}
