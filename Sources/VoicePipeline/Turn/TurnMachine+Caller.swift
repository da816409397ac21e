import Audio

// The caller's side: speech, words, the end of a turn.
extension TurnMachine {
  /// `silentFrom` is given where the assistant was still heard after the caller's last word.
  mutating func beginTurn(
    at start: Instant, lastSpeech: Instant?, pieces: [String] = [], silentFrom: Instant? = nil,
    _ actions: inout [TurnAction]
  ) {
    turnCount += 1
    unanswered = 0
    var turn = CallerTurn(number: turnCount, startedAt: start, lastSpeech: lastSpeech, pieces: pieces)
    turn.silentFrom = silentFrom
    state = .callerSpeaking(turn)
    actions.append(.turnStarted(turn: turnCount))
  }

  mutating func speechStarted(at start: Instant, now: Instant, _ actions: inout [TurnAction]) {
    isSpeechActive = true
    hasUnfinishedSpeech = true
    lastSpeech = start
    switch state {
    case .listening:
      beginTurn(at: start, lastSpeech: nil, &actions)
    case .callerSpeaking(var turn), .awaitingTranscript(var turn, _):
      turn.lastSpeech = nil
      turn.byWordsAlone = false
      state = .callerSpeaking(turn)
    case .replying(let speech):
      goOnWithTurn(before: speech, &actions)
    case .interrupted(let speech, var interruption):
      interruption.stopped = nil
      state = .interrupted(speech, interruption)
    case .idle, .transferring, .ended: break
    }
  }

  mutating func speechStopped(_ last: Instant) {
    isSpeechActive = false
    lastSpeech = last
    switch state {
    case .callerSpeaking(var turn):
      turn.lastSpeech = last
      state = .callerSpeaking(turn)
    case .interrupted(let speech, var interruption):
      interruption.stopped = last
      state = .interrupted(speech, interruption)
    default: break
    }
  }

  mutating func interrupted(at: Instant, position: LinePosition, now: Instant, _ actions: inout [TurnAction]) {
    switch state {
    case .replying(let speech) where speech.start != nil:
      if goOnWithTurn(before: speech, &actions) { return }
      state = .interrupted(
        speech, Interruption(at: now, position: position, stopped: isSpeechActive ? nil : lastSpeech ?? now))
      hasUnfinishedSpeech = true
      actions.append(.speechPaused(speech.id))
    case .replying(let speech):
      if !goOnWithTurn(before: speech, &actions) { actions.append(.dropPlayout) }
    case .transferring, .interrupted:
      if case .transferring = state { actions.append(.resumePlayout) }
    case .idle, .listening, .callerSpeaking, .awaitingTranscript:
      actions.append(.dropPlayout)
    case .ended: break
    }
  }

  /// If `speech` answers a turn and nothing of it could be heard yet, the caller has not finished after all: throws
  /// the answer away and goes on with the turn.
  @discardableResult
  private mutating func goOnWithTurn(before speech: Speech, _ actions: inout [TurnAction]) -> Bool {
    guard case .reply(var turn, _) = speech.content, !speech.isAudible, isSpeechActive else { return false }
    turn.lastSpeech = nil
    state = .callerSpeaking(turn)
    actions.append(.discardSpeech(speech.id))
    return true
  }

  mutating func partial(_ text: String, at now: Instant, _ actions: inout [TurnAction]) {
    guard !Words.normalised(text).isEmpty else { return }
    switch state {
    case .listening:
      beginTurn(at: now, lastSpeech: isSpeechActive ? nil : now, &actions)
      hasUnfinishedSpeech = true
      if case .callerSpeaking(var turn) = state {
        turn.byWordsAlone = !isSpeechActive
        turn.partial = text
        state = .callerSpeaking(turn)
      }
    case .callerSpeaking(var turn):
      if turn.byWordsAlone, turn.partial != text { turn.lastSpeech = now }
      turn.partial = text
      hasUnfinishedSpeech = true
      state = .callerSpeaking(turn)
    case .awaitingTranscript(var turn, let since):
      turn.partial = text
      state = .awaitingTranscript(turn, since: since)
    case .replying(var speech):
      // Without new speech it is a late word on the turn that is being answered.
      guard speech.isAudible, hasUnfinishedSpeech else { break }
      speech.overheard = text
      state = .replying(speech)
    case .interrupted(let speech, var interruption):
      interruption.text = text
      state = .interrupted(speech, interruption)
      if backchannels.wantsFloor(text) { confirm(speech, interruption, pieces: [], at: now, &actions) }
    case .idle, .transferring, .ended: break
    }
  }

  mutating func final(_ text: String, at now: Instant, _ actions: inout [TurnAction]) {
    let purpose = finals.isEmpty ? .turn : finals.removeFirst()
    if purpose == .discard { return }
    let pieces = Words.normalised(text).isEmpty ? [] : [text]
    switch state {
    case .awaitingTranscript(var turn, let since):
      turn.pieces += pieces
      turn.partial = ""
      if finals.contains(.turn) || finals.contains(.probe) {
        state = .awaitingTranscript(turn, since: since)
      } else {
        decide(turn, at: now, &actions)
      }
    case .callerSpeaking(var turn):
      turn.pieces += pieces
      turn.partial = ""
      state = .callerSpeaking(turn)
    case .interrupted(let speech, let interruption) where purpose == .probe:
      if backchannels.wantsFloor(text) {
        confirm(speech, interruption, pieces: pieces, at: now, &actions)
      } else if !isSpeechActive {
        resume(speech, interruption, at: now, &actions)
      }
    case .replying(let speech) where purpose == .probe && speech.isAudible:
      // Words after all, from a recogniser that was slower than the grace time.
      guard backchannels.wantsFloor(text) else { break }
      actions.append(.endSpeech(speech.id, interrupted: true))
      beginTurn(
        at: lastSpeech ?? now, lastSpeech: isSpeechActive ? nil : lastSpeech ?? now, pieces: pieces, silentFrom: now,
        &actions)
    case .listening where purpose == .probe && !pieces.isEmpty:
      guard backchannels.wantsFloor(text) else { break }
      beginTurn(
        at: lastSpeech ?? now, lastSpeech: lastSpeech ?? now, pieces: pieces, silentFrom: now, &actions)
    default: break
    }
  }

  /// It was words: the speech is over and the caller has the floor.
  private mutating func confirm(
    _ speech: Speech, _ interruption: Interruption, pieces: [String], at now: Instant, _ actions: inout [TurnAction]
  ) {
    for index in finals.indices where finals[index] == .probe { finals[index] = .turn }
    if case .reply(var turn, _) = speech.content, interruption.position <= speech.start ?? .start {
      // Not a sound of the answer was heard, so that the caller is still in the turn it would have answered.
      turn.lastSpeech = interruption.stopped
      turn.pieces += pieces
      turn.partial = pieces.isEmpty ? interruption.text : ""
      state = .callerSpeaking(turn)
      actions.append(.discardSpeech(speech.id))
      return
    }
    actions.append(.endSpeech(speech.id, interrupted: true))
    beginTurn(at: interruption.at, lastSpeech: interruption.stopped, pieces: pieces, &actions)
    if pieces.isEmpty, case .callerSpeaking(var turn) = state {
      turn.partial = interruption.text
      state = .callerSpeaking(turn)
    }
  }

  /// It was no words: the speech goes on where it stopped.
  mutating func resume(
    _ speech: Speech, _ interruption: Interruption, at now: Instant, _ actions: inout [TurnAction]
  ) {
    if !interruption.isProbed, hasUnfinishedSpeech {
      // Also clears the recogniser of the noise, which would otherwise stand before the next words.
      finals.append(.probe)
      hasUnfinishedSpeech = false
      actions.append(.finishUtterance)
    }
    var speech = speech
    let pause = interruption.at.duration(to: now)
    speech.silentFrom = max(now, speech.silentFrom.advanced(by: pause))
    speech.progressAt = max(now, speech.progressAt.advanced(by: pause))
    state = .replying(speech)
    actions.append(.resumeSpeech(speech.id))
  }

  mutating func pressed(_ digit: Character, at now: Instant, _ actions: inout [TurnAction]) {
    guard !isHeld else { return }
    switch state {
    case .replying(let speech):
      if case .reply(let turn, _) = speech.content, !speech.isAudible {
        actions.append(.discardSpeech(speech.id))
        state = .callerSpeaking(turn)
      } else {
        actions.append(.endSpeech(speech.id, interrupted: true))
        beginTurn(at: now, lastSpeech: nil, &actions)
      }
    case .interrupted(let speech, _):
      actions.append(.endSpeech(speech.id, interrupted: true))
      beginTurn(at: now, lastSpeech: nil, &actions)
    case .listening: beginTurn(at: now, lastSpeech: nil, &actions)
    case .awaitingTranscript(let turn, _): state = .callerSpeaking(turn)
    case .callerSpeaking: break
    case .idle, .transferring, .ended: return
    }
    guard case .callerSpeaking(var turn) = state else { return }
    turn.lastDigit = now
    if !isSpeechActive { turn.lastSpeech = now }
    // Nobody types more than this; what is longer is a stuck key.
    if digit != "#", turn.digits.count < 64 { turn.digits.append(digit) }
    state = .callerSpeaking(turn)
    if digit == "#" { endTurn(turn, at: now, &actions) }
  }

  mutating func endTurn(_ turn: CallerTurn, at now: Instant, _ actions: inout [TurnAction]) {
    var turn = turn
    let last = turn.lastSpeech ?? now
    turn.lastSpeech = last
    turn.silentFrom = max(turn.silentFrom ?? last, last)
    actions.append(.turnEnded(turn: turn.number, lastSpeech: last))
    if hasUnfinishedSpeech || !turn.partial.isEmpty {
      hasUnfinishedSpeech = false
      finals.append(.turn)
      actions.append(.finishUtterance)
      state = .awaitingTranscript(turn, since: now)
    } else if finals.contains(.turn) || finals.contains(.probe) {
      state = .awaitingTranscript(turn, since: now)
    } else {
      decide(turn, at: now, &actions)
    }
  }

  /// The text of the turn is known: answers it, or copes with there being none.
  mutating func decide(_ turn: CallerTurn, at now: Instant, _ actions: inout [TurnAction]) {
    let last = turn.lastSpeech ?? now
    let silentFrom = max(turn.silentFrom ?? last, last)
    if !turn.text.isEmpty {
      misses = 0
      speechCount += 1
      var speech = Speech(
        id: speechCount, content: .reply(turn, attempt: 1), progressAt: now, silentFrom: silentFrom)
      speech.fillers = turn.fillers
      state = .replying(speech)
      actions.append(.beginReply(speech: speech.id, turn: turn.number, text: turn.text))
      return
    }
    guard turn.startedAt.duration(to: last) >= settings.shortestUtterance else {
      listen(at: now, &actions)
      return
    }
    misses += 1
    if misses >= settings.misses {
      misses = 0
      giveUp(.notUnderstood, silentFrom: silentFrom, at: now, &actions)
    } else {
      say(.notUnderstood, then: .listen, silentFrom: silentFrom, at: now, &actions)
    }
  }

  mutating func recognitionRestarted(at now: Instant, _ actions: inout [TurnAction]) {
    finals = []
    if case .awaitingTranscript(let turn, _) = state { decide(turn, at: now, &actions) }
  }

  mutating func recognitionLost(at now: Instant, _ actions: inout [TurnAction]) {
    finals = []
    if case .transferring = state { return }
    stopSpeaking(&actions)
    giveUp(.recognitionFailed, silentFrom: now, at: now, &actions)
  }
}
