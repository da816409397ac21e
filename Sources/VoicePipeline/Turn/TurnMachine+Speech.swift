import Audio

// The assistant's side: what is being said, and what follows it.
extension TurnMachine {
  /// Changes the speech `id` if it is the present one, paused or not.
  private mutating func change(_ id: Int, _ body: (inout Speech) -> Void) {
    switch state {
    case .replying(var speech) where speech.id == id:
      body(&speech)
      state = .replying(speech)
    case .interrupted(var speech, let interruption) where speech.id == id:
      body(&speech)
      state = .interrupted(speech, interruption)
    default: break
    }
  }

  mutating func queued(
    _ id: Int, from: LinePosition, to: LinePosition, until: Instant, at now: Instant, _ actions: inout [TurnAction]
  ) {
    var becameAudible = false
    change(id) { speech in
      if speech.start == nil {
        speech.start = from
        // Behind a filler that still sounds there is no new beginning that the carrier could report.
        if speech.fillers > 0, speech.silentFrom > now {
          speech.isAudible = true
          becameAudible = true
        }
      }
      speech.end = to
      speech.silentFrom = max(speech.silentFrom, until)
      speech.progressAt = max(speech.progressAt, until)
    }
    if becameAudible { actions.append(.speechAudible(id)) }
  }

  mutating func filled(until: Instant) {
    switch state {
    case .awaitingTranscript(var turn, let since):
      turn.silentFrom = max(turn.silentFrom ?? until, until)
      state = .awaitingTranscript(turn, since: since)
    case .replying(var speech):
      speech.silentFrom = max(speech.silentFrom, until)
      state = .replying(speech)
    default: break
    }
  }

  mutating func audible(position: LinePosition, _ actions: inout [TurnAction]) {
    guard case .replying(var speech) = state, !speech.isAudible, let start = speech.start, position >= start else {
      return
    }
    speech.isAudible = true
    state = .replying(speech)
    actions.append(.speechAudible(speech.id))
  }

  mutating func playedOut(position: LinePosition, at now: Instant, _ actions: inout [TurnAction]) {
    guard case .replying(var speech) = state, speech.start != nil, position >= speech.end else { return }
    if speech.finished != nil {
      heard(speech, at: now, &actions)
    } else {
      speech.silentFrom = min(speech.silentFrom, now)
      state = .replying(speech)
    }
  }

  mutating func speechFinished(_ id: Int, then: AfterSpeech, at now: Instant, _ actions: inout [TurnAction]) {
    var outcome = then
    change(id) { speech in
      if case .phrase(_, let decided) = speech.content { outcome = decided }
      speech.finished = outcome
    }
    guard case .replying(let speech) = state, speech.id == id, speech.start == nil else { return }
    // Nothing to say. An answer that is neither words nor a deed is none.
    if speech.isReply, outcome == .listen {
      replyFailed(speech, retryable: true, at: now, &actions)
    } else {
      heard(speech, at: now, &actions)
    }
  }

  mutating func speechFailed(_ id: Int, retryable: Bool, at now: Instant, _ actions: inout [TurnAction]) {
    var isUnheard = false
    change(id) { speech in
      if speech.start == nil { isUnheard = true } else { speech.finished = .apologise }
    }
    guard isUnheard, case .replying(let speech) = state else { return }
    replyFailed(speech, retryable: retryable, at: now, &actions)
  }

  /// Nothing of `speech` could be said.
  mutating func replyFailed(_ speech: Speech, retryable: Bool, at now: Instant, _ actions: inout [TurnAction]) {
    actions.append(.discardSpeech(speech.id))
    switch speech.content {
    case .reply(let turn, let attempt) where retryable && attempt <= settings.retries:
      speechCount += 1
      var next = Speech(
        id: speechCount, content: .reply(turn, attempt: attempt + 1), progressAt: now, silentFrom: speech.silentFrom)
      next.fillers = speech.fillers
      state = .replying(next)
      actions.append(.beginReply(speech: next.id, turn: turn.number, text: turn.text))
    case .reply:
      giveUp(.noAnswer, silentFrom: speech.silentFrom, at: now, &actions)
    case .phrase(_, let then):
      follow(then, at: now, &actions)
    }
  }

  /// All of `speech` has been heard.
  mutating func heard(_ speech: Speech, at now: Instant, _ actions: inout [TurnAction]) {
    actions.append(.endSpeech(speech.id, interrupted: false))
    let then = speech.finished ?? .listen
    follow(then, at: now, &actions)
    if case .listening = state, backchannels.wantsFloor(speech.overheard) {
      // Too short to interrupt, but words: they were said to us and are answered.
      let last = lastSpeech ?? now
      beginTurn(at: last, lastSpeech: last, silentFrom: now, &actions)
      if case .callerSpeaking(var turn) = state {
        turn.partial = speech.overheard
        state = .callerSpeaking(turn)
      }
    }
  }

  private mutating func follow(_ then: AfterSpeech, at now: Instant, _ actions: inout [TurnAction]) {
    switch then {
    case .listen: listen(at: now, &actions)
    case .hangUp:
      state = .ended
      actions.append(.hangUp)
    case .transfer(let wish):
      state = .transferring
      actions.append(.escalate(wish))
    case .apologise:
      giveUp(.answerBroke, silentFrom: now, at: now, &actions)
    }
  }
}
