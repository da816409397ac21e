public import Audio

extension TurnMachine {
  /// How long after the expected end of a speech its `playedOut` may be missing before it is taken for heard.
  private static let playoutSlack = Duration.seconds(3)

  /// When `handle(.tick, at:)` has to be called, if nothing else happens before.
  public var nextDeadline: Instant? {
    if isHeld { return nil }
    switch state {
    case .idle, .transferring, .ended: return nil
    case .listening(let since):
      return since.advanced(by: settings.noInput)
    case .callerSpeaking(let turn):
      return min(turnEnd(turn), turn.startedAt.advanced(by: settings.longestTurn))
    case .awaitingTranscript(let turn, let since):
      return min(
        since.advanced(by: settings.transcript), (turn.silentFrom ?? since).advanced(by: settings.filler))
    case .replying(let speech):
      if speech.finished != nil { return speech.silentFrom.advanced(by: Self.playoutSlack) }
      return min(
        speech.progressAt.advanced(by: settings.reply), speech.silentFrom.advanced(by: settings.filler))
    case .interrupted(_, let interruption):
      return min(probeTime(interruption) ?? resumeTime(interruption), resumeTime(interruption))
    }
  }

  /// When the turn is over if the caller says nothing more.
  private func turnEnd(_ turn: CallerTurn) -> Instant {
    let byDigits = turn.lastDigit.map { $0.advanced(by: settings.digitPause) }
    let bySpeech = turn.lastSpeech.map { $0.advanced(by: settings.silence) }
    switch (bySpeech, byDigits) {
    case (let speech?, let digits?): return max(speech, digits)
    case (let speech?, nil): return speech
    default: return turn.startedAt.advanced(by: settings.longestTurn)
    }
  }

  private func probeTime(_ interruption: Interruption) -> Instant? {
    if interruption.isProbed { return nil }
    if let stopped = interruption.stopped { return stopped.advanced(by: min(settings.silence, settings.resume)) }
    return interruption.at.advanced(by: settings.longestInterruption)
  }

  private func resumeTime(_ interruption: Interruption) -> Instant {
    if let stopped = interruption.stopped { return stopped.advanced(by: settings.resume) }
    return interruption.at.advanced(by: settings.longestInterruption + settings.resume)
  }

  mutating func passDeadlines(at now: Instant, _ actions: inout [TurnAction]) {
    guard let deadline = nextDeadline, deadline <= now else { return }
    switch state {
    case .idle, .transferring, .ended: break
    case .listening(let since):
      callerIsSilent(since: since, at: now, &actions)
    case .callerSpeaking(let turn):
      endTurn(turn, at: now, &actions)
    case .awaitingTranscript(var turn, let since):
      if since.advanced(by: settings.transcript) <= now {
        // What comes after all is for a turn that has been answered by then.
        for index in finals.indices { finals[index] = .discard }
        decide(turn, at: now, &actions)
        return
      }
      turn.fillers += 1
      turn.silentFrom = now
      state = .awaitingTranscript(turn, since: since)
      actions.append(.fill(count: turn.fillers))
    case .replying(var speech):
      if speech.finished != nil {
        heard(speech, at: now, &actions)
      } else if speech.progressAt.advanced(by: settings.reply) <= now {
        timedOut(speech, at: now, &actions)
      } else {
        speech.fillers += 1
        speech.silentFrom = now
        state = .replying(speech)
        actions.append(.fill(count: speech.fillers))
      }
    case .interrupted(let speech, var interruption):
      if resumeTime(interruption) <= now {
        resume(speech, interruption, at: now, &actions)
        return
      }
      interruption.isProbed = true
      state = .interrupted(speech, interruption)
      finals.append(.probe)
      hasUnfinishedSpeech = false
      actions.append(.finishUtterance)
    }
  }

  private mutating func timedOut(_ speech: Speech, at now: Instant, _ actions: inout [TurnAction]) {
    if speech.start == nil {
      replyFailed(speech, retryable: true, at: now, &actions)
    } else {
      actions.append(.endSpeech(speech.id, interrupted: true))
      giveUp(.answerBroke, silentFrom: now, at: now, &actions)
    }
  }

  private mutating func callerIsSilent(since: Instant, at now: Instant, _ actions: inout [TurnAction]) {
    unanswered += 1
    if unanswered <= settings.reprompts {
      say(.reprompt, then: .listen, silentFrom: now, at: now, &actions)
    } else {
      say(.goodbye, then: .hangUp, silentFrom: now, at: now, &actions)
    }
  }
}
