import Audio

// What is said, and what becomes of it.
extension ConversationCore {
  /// Whether `id` may still be heard.
  func isPresent(_ id: SpeechID) -> Bool { output.isPresent(id) && !isOver }

  // MARK: For the turn machine

  mutating func beginReply(_ number: Int, turn: Int, text: String) {
    transcript.answering(text, turn: turn)
    stopwatch.answered(turn, at: moment.now)
    if let finding = lookout.callerSaid(text, turn: turn, confidence: input.confidence, at: moment.date) {
      return raise(finding)
    }
    output.begin(.turn(number), turn: turn)
    act(.ask(.turn(number), context(answering: text)))
  }

  mutating func say(_ phrase: SpokenPhrase, as number: Int) {
    commitCaller()
    if phrase == .notUnderstood, let finding = lookout.callerWasNotUnderstood(at: moment.date) { return raise(finding) }
    output.begin(.turn(number), turn: nil)
    act(.speak(.turn(number), settings.phrases.text(phrase)))
  }

  /// Throws the speech `id` away: stops its making and drops what is queued.
  mutating func stopSpeech(_ id: SpeechID) {
    guard output.stop(id) != nil else { return }
    act(.cancel(id))
    act(.dropPlayout)
  }

  mutating func endSpeech(_ number: Int, interrupted: Bool) {
    let id = SpeechID.turn(number)
    guard let ending = interrupted ? output.stop(id) : output.end(id) else { return }
    act(.cancel(id))
    if interrupted { act(.dropPlayout) }
    commitCaller()
    let heard = interrupted ? ending.ledger.heard(upTo: moment.played) : ending.ledger.text
    transcript.add(.assistant, heard, wasInterrupted: interrupted)
    act(.emit(.replyFinished(speech: number, heard: Private(heard), wasInterrupted: interrupted)))
    lookout.assistantSaid(heard, reply: number, isAnswer: ending.turn != nil, at: moment.date)
    // The next boundary between turns is here, unless the caller speaks already.
    guard !heard.isEmpty, ending.turn != nil, !interrupted, turns.phase == .listening,
      let finding = lookout.takeAtBoundary()
    else { return }
    raise(finding)
  }

  /// Throws away whatever is queued.
  mutating func dropPlayout() {
    output.dropped()
    act(.dropPlayout)
  }

  // MARK: From the making of a speech

  /// Whether the next sentence of `id` is to be spoken; its sound comes next.
  mutating func beginSentence(_ sentence: String, of id: SpeechID) -> Bool {
    guard isPresent(id) else { return false }
    output.beginSentence(sentence, of: id)
    return true
  }

  /// Whether more of `id` is to be spoken; all sound of the sentence is with the carrier.
  mutating func endSentence(of id: SpeechID) -> Bool {
    guard isPresent(id) else { return false }
    output.endSentence(of: id)
    return true
  }

  /// Whether sound that the voice has made of `id` is wanted.
  mutating func takesSound(of id: SpeechID, at now: Instant) -> Bool {
    guard isPresent(id) else { return false }
    stopwatch.sound(of: output.speech?.turn, at: now)
    return true
  }

  /// `count` samples of `id` were queued up to the position `end`.
  mutating func queued(_ count: Int, upTo end: LinePosition, of id: SpeechID, at moment: Moment) -> [ConversationAction]
  {
    step(moment) { core in core.deliver(core.output.queued(count, upTo: end, of: id, moment)) }
  }

  /// The making of `id` has ended, and the dialogue knows what it knows then.
  mutating func ended(
    _ id: SpeechID, _ end: SpeechEnd, _ knowledge: DialogueKnowledge, at moment: Moment
  ) -> [ConversationAction] {
    guard isPresent(id) else { return [] }
    return step(moment) { core in
      if let (role, error) = end.failure { core.act(.emit(.providerFailed(role: role, error))) }
      core.act(.finishPlayout)
      core.deliver(core.output.ended(id, end))
      if core.output.hasPlayedOut(id, moment) { core.playedOut(at: moment.now, position: moment.played) }
      if case (.turn, .finished) = (id, end) {
        core.lookout.dialogueKnows(knowledge.facts, wantsMore: knowledge.wantsMore)
      }
    }
  }

  /// A bridge was queued up to the position `end`.
  mutating func queued(_ bridge: Bridge, upTo end: LinePosition, at moment: Moment) -> [ConversationAction] {
    guard output.bridging.isWanted(bridge) else { return [] }
    return step(moment) { core in
      core.act(.finishPlayout)
      let until = core.output.expectedEnd(of: end, moment)
      switch bridge.purpose {
      case .filler: core.feed(.filled(until: until))
      case .comfort: core.stepEscalation(.sounding(until: until))
      }
    }
  }

  private mutating func deliver(_ news: [SpeechOutput.News]) {
    for news in news {
      switch news {
      case .turn(let input): feed(input)
      case .escalation(let input): stepEscalation(input)
      case .personHeard: endPersonSpeech(isCutOff: false)
      }
    }
  }

  // MARK: From playout

  mutating func audible(at: Instant, position: LinePosition) {
    if output.audible(at: at, position: position) { stopwatch.filler(at: at) }
    feed(.audible(at: at, position: position))
    noteAudible()
  }

  mutating func playedOut(at: Instant, position: LinePosition) { deliver(output.playedOut(at: at, position: position)) }

  /// If what can be heard is the answer to the timed turn, its times are complete.
  mutating func noteAudible() {
    guard let (turn, at) = output.heardSince(moment), stopwatch.audible(answering: turn, at: at) else { return }
    reportTiming()
  }

  mutating func reportTiming() {
    if let timing = stopwatch.take() { act(.emit(.turnTiming(timing))) }
  }
}
