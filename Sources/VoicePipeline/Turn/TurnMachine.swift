public import Audio

/// Who has the floor, and for how long.
///
/// A value that takes what happened and the time, and says what to do. It reads no clock and starts nothing; its owner
/// calls `handle(.tick, at:)` when `nextDeadline` has passed. While an answer is owed there is always a deadline, so
/// that no loss of an event elsewhere can leave the caller in silence.
///
/// The one rule behind the order of events: a recogniser answers each `finishUtterance` with exactly one final text,
/// so finals are matched to requests first in, first out.
public struct TurnMachine: Sendable {
  /// What a final text was asked for.
  enum FinalPurpose: Sendable, Equatable {
    case turn
    /// To learn whether an interrupting sound was words.
    case probe
    case discard
  }

  let settings: TurnSettings
  let backchannels: Backchannels
  let hasPerson: Bool

  var state: TurnState = .idle
  var finals: [FinalPurpose] = []
  /// Whether the carrier hears the caller speak now.
  var isSpeechActive = false
  var lastSpeech: Instant?
  /// Whether there was speech since the recogniser was last asked for a final text.
  var hasUnfinishedSpeech = false
  var turnCount = 0
  var speechCount = 0
  var misses = 0
  var unanswered = 0
  var isHeld = false

  /// A machine for one conversation in `language`; `hasPerson` says whether there is someone to hand over to.
  public init(settings: TurnSettings, language: String, hasPerson: Bool) {
    self.settings = settings
    self.hasPerson = hasPerson
    backchannels = Backchannels(settings.backchannels, language: language)
  }

  /// Where it stands.
  public var phase: TurnPhase {
    switch state {
    case .idle: .idle
    case .listening: .listening
    case .callerSpeaking: .callerSpeaking
    case .awaitingTranscript: .awaitingTranscript
    case .replying(let speech): speech.start == nil ? .thinking : .speaking
    case .interrupted: .interrupted
    case .transferring: .transferring
    case .ended: .ended
    }
  }

  /// Whether the caller waits for the assistant, so that a deadline must be armed (unless the call is on hold).
  public var owesReply: Bool {
    switch state {
    case .awaitingTranscript, .replying, .interrupted: true
    case .callerSpeaking(let turn): turn.lastSpeech != nil || turn.lastDigit != nil
    case .idle, .listening, .transferring, .ended: false
    }
  }

  /// Takes `input` at `now` and says what to do.
  public mutating func handle(_ input: TurnInput, at now: Instant) -> [TurnAction] {
    if case .ended = state { return [] }
    var actions: [TurnAction] = []
    switch input {
    case .started(let greets):
      guard case .idle = state else { break }
      if greets { say(.greeting, then: .listen, silentFrom: now, at: now, &actions) } else { listen(at: now, &actions) }
    case .speechStarted(let at):
      if !isHeld { speechStarted(at: at, now: now, &actions) }
    case .speechStopped(let lastSpeech):
      speechStopped(lastSpeech)
    case .interrupted(let at, let position):
      interrupted(at: at, position: position, now: now, &actions)
    case .audible(_, let position):
      audible(position: position, &actions)
    case .playedOut(_, let position):
      playedOut(position: position, at: now, &actions)
    case .hold(let on):
      hold(on, at: now)
    case .digit(let digit):
      pressed(digit, at: now, &actions)
    case .partial(let text):
      if !isHeld { partial(text, at: now, &actions) }
    case .final(let text):
      final(text, at: now, &actions)
    case .recogniserEndOfTurn:
      if settings.recogniserEndsTurn, case .callerSpeaking(let turn) = state, !turn.text.isEmpty {
        endTurn(turn, at: now, &actions)
      }
    case .recognitionRestarted:
      recognitionRestarted(at: now, &actions)
    case .recognitionLost:
      recognitionLost(at: now, &actions)
    case .queued(let id, let from, let to, let until):
      queued(id, from: from, to: to, until: until, at: now, &actions)
    case .filled(let until):
      filled(until: until)
    case .speechFinished(let id, let then):
      speechFinished(id, then: then, at: now, &actions)
    case .speechFailed(let id, let retryable):
      speechFailed(id, retryable: retryable, at: now, &actions)
    case .say(let text):
      if case .transferring = state { break }
      stopSpeaking(&actions)
      say(.custom(text), then: .listen, silentFrom: now, at: now, &actions)
    case .escalate(let wish):
      escalate(wish, &actions)
    case .escalationFailed(let failure):
      takeBack(at: now, failure == .nobody ? .noPerson : .transferFailed, &actions)
    case .personAwaited:
      takeBack(at: now, .personWillJoin, &actions)
    case .suspend:
      stopSpeaking(&actions)
      state = .transferring
    case .resume(let phrase, let owed):
      takeBack(owed: owed, at: now, phrase, &actions)
    case .hangUp:
      stopSpeaking(&actions)
      state = .ended
      actions.append(.hangUp)
    case .ended:
      stopSpeaking(&actions)
      state = .ended
    case .tick:
      passDeadlines(at: now, &actions)
    }
    return actions
  }

  // MARK: Steps that several inputs share

  mutating func listen(at now: Instant, _ actions: inout [TurnAction]) {
    if isSpeechActive {
      beginTurn(at: now, lastSpeech: nil, &actions)
    } else {
      state = .listening(since: now)
    }
  }

  mutating func say(
    _ phrase: SpokenPhrase, then: AfterSpeech, silentFrom: Instant, at now: Instant, _ actions: inout [TurnAction]
  ) {
    speechCount += 1
    state = .replying(
      Speech(id: speechCount, content: .phrase(phrase, then: then), progressAt: now, silentFrom: silentFrom))
    actions.append(.say(speech: speechCount, phrase))
  }

  /// Ends whatever is being said or prepared: what was heard counts, the rest is gone.
  mutating func stopSpeaking(_ actions: inout [TurnAction]) {
    switch state {
    case .replying(let speech) where !speech.isAudible: actions.append(.discardSpeech(speech.id))
    case .replying(let speech): actions.append(.endSpeech(speech.id, interrupted: true))
    case .interrupted(let speech, _): actions.append(.endSpeech(speech.id, interrupted: true))
    default: break
    }
  }

  /// Says sorry, then calls a person, or ends if there is none.
  mutating func giveUp(_ reason: GivingUp, silentFrom: Instant, at now: Instant, _ actions: inout [TurnAction]) {
    if hasPerson {
      say(.apology, then: .transfer(.givingUp(reason)), silentFrom: silentFrom, at: now, &actions)
    } else {
      say(.goodbye, then: .hangUp, silentFrom: silentFrom, at: now, &actions)
    }
  }

  private mutating func escalate(_ wish: PersonWish, _ actions: inout [TurnAction]) {
    if case .transferring = state { return }
    stopSpeaking(&actions)
    state = .transferring
    actions.append(.escalate(wish))
  }

  /// The caller is the assistant's again, and is told `phrase`.
  private mutating func takeBack(
    owed: Int = 0, at now: Instant, _ phrase: SpokenPhrase, _ actions: inout [TurnAction]
  ) {
    guard case .transferring = state else { return }
    // What the caller said meanwhile is not the beginning of the next turn.
    finals += Array(repeating: .discard, count: max(0, owed) + 1)
    hasUnfinishedSpeech = false
    misses = 0
    unanswered = 0
    actions.append(.finishUtterance)
    say(phrase, then: .listen, silentFrom: now, at: now, &actions)
  }

  /// Whether the recogniser owes a text that was asked for here.
  var awaitsFinal: Bool { !finals.isEmpty }

  /// What the caller has said in a turn that is not over, as far as the recogniser has settled it.
  var unfinishedWords: String {
    switch state {
    case .callerSpeaking(var turn), .awaitingTranscript(var turn, _):
      turn.partial = ""
      return turn.text
    case .idle, .listening, .replying, .interrupted, .transferring, .ended: return ""
    }
  }

  private mutating func hold(_ on: Bool, at now: Instant) {
    guard on != isHeld else { return }
    isHeld = on
    if on {
      isSpeechActive = false
      if case .callerSpeaking(var turn) = state {
        turn.lastSpeech = turn.lastSpeech ?? now
        state = .callerSpeaking(turn)
      }
      return
    }
    // No deadline may have passed while nobody could hear us.
    switch state {
    case .listening: state = .listening(since: now)
    case .awaitingTranscript(let turn, _): state = .awaitingTranscript(turn, since: now)
    case .replying(var speech):
      speech.progressAt = max(speech.progressAt, now)
      speech.silentFrom = max(speech.silentFrom, now)
      state = .replying(speech)
    case .interrupted(let speech, var interruption):
      interruption.stopped = now
      state = .interrupted(speech, interruption)
    case .idle, .callerSpeaking, .transferring, .ended: break
    }
  }
}
