import Audio
import Logging

/// What a conversation knows of a person who has its caller.
struct PersonTakeover {
  /// How many texts may wait to be spoken for a person.
  static let backlog = 32

  /// Not nil while a person has the caller.
  var overhearing: Overhearing?
  /// The speech that says a person's words.
  var saying: Int?
  /// What is said after it.
  var waiting: [String] = []
}

// A person takes the caller, works with the assistant unheard, and gives the caller back.
extension Conversation {
  /// Whether a person has the caller.
  public var isSuspended: Bool { takeover.overhearing != nil }

  /// A person has the caller from now on: what the assistant is saying or working out ends at once, what is queued is
  /// dropped, and nothing of it can be heard after this returns. The caller is still listened to; their words are
  /// events, and in the context as said to the person. Idempotent.
  public func suspend() {
    guard !isSuspended, !isOver else { return }
    let words = machine.unfinishedWords
    takeover.overhearing = Overhearing(
      silence: settings.turn.silence, longest: settings.turn.longestTurn, isSpeaking: machine.isSpeechActive,
      at: clock.now)
    commitCaller()
    if !words.isEmpty { messages.append(DialogueMessage(.caller, words)) }
    stepEscalation(.withdrawn)
    if let speech, speech.id < 0 { stopSpeech(speech.id) }
    feed(.suspend)
    soundEpoch += 1
    isFillerSounding = false
    carrier.dropPlayout()
    armBargeIn(false)
    messages.append(
      DialogueMessage(.system, "A person has taken over: what the caller says from here on is said to that person."))
    log.info("conversation.suspended")
    armTimer()
  }

  /// The assistant has the caller back: with `note`, what the person has to say about it, in the context, and a short
  /// phrase instead of a greeting. Ignored unless a person has the caller.
  public func resume(note: String? = nil) {
    guard let overhearing = takeover.overhearing, !isOver else { return }
    if let saying = takeover.saying { endPersonSpeech(saying, isCutOff: true) }
    takeover = PersonTakeover()
    var fact = "The person has given the caller back to you."
    if let note, note.contains(where: { !$0.isWhitespace }) { fact += " The person's note: \(note)" }
    messages.append(DialogueMessage(.system, fact))
    handedBack()
    armBargeIn()
    feed(.resume(.custom(settings.phrases.backWithAssistant), owed: overhearing.owed))
    // It died while nobody needed an answer.
    if recognition == nil, recognitionFailures > Self.reopenings { feed(.recognitionLost) }
    log.info("conversation.resumed")
  }

  /// Tells the assistant something that the caller does not hear; it counts from the next answer on.
  public func coach(_ text: String) {
    guard text.contains(where: { !$0.isWhitespace }), !isOver else { return }
    tell("Instruction from a colleague, which the caller does not hear: \(text)")
    log.info("conversation.coached")
  }

  /// Speaks `text` to the caller. While a person has the caller it is that person's word, behind what is being said for
  /// them; else it takes the place of what the assistant is saying. False if it can't be spoken now: a person is being
  /// called, too much waits, or it is over.
  @discardableResult
  public func say(_ text: String) -> Bool {
    guard text.contains(where: { !$0.isWhitespace }), !isOver else { return false }
    guard isSuspended else {
      if machine.phase == .transferring || machine.phase == .ended { return false }
      feed(.say(text))
      return true
    }
    guard takeover.waiting.count < PersonTakeover.backlog else { return false }
    takeover.waiting.append(text)
    sayNextForPerson()
    return true
  }

  // MARK: A person's words

  private func sayNextForPerson() {
    guard isSuspended, takeover.saying == nil, !takeover.waiting.isEmpty else { return }
    let text = takeover.waiting.removeFirst()
    announcementCount -= 1
    takeover.saying = announcementCount
    start(announcementCount, turn: nil, Self.stream(of: text))
  }

  /// Takes what happens to the speech `id`; false if it is not a person's.
  func personReport(_ id: Int, _ input: TurnInput) -> Bool {
    guard takeover.saying == id else { return false }
    switch input {
    case .speechFinished:
      speech?.isQueued = true
      if speech?.ledger.start == nil { endPersonSpeech(id, isCutOff: false) }
    case .speechFailed: endPersonSpeech(id, isCutOff: false)
    default: break
    }
    return true
  }

  /// Playout has come to `position`.
  func personPlayed(upTo position: UInt64) {
    guard let speech, speech.id == takeover.saying, speech.isQueued, position >= speech.ledger.end else { return }
    endPersonSpeech(speech.id, isCutOff: false)
  }

  private func endPersonSpeech(_ id: Int, isCutOff: Bool) {
    takeover.saying = nil
    if let ending = speech, ending.id == id {
      let heard = ending.ledger.heard(upTo: carrier.playedPosition)
      if isCutOff {
        stopSpeech(id)
      } else {
        speech = nil
        speechTasks[id]?.cancel()
      }
      if !heard.isEmpty {
        messages.append(DialogueMessage(.system, "The person said to the caller: \(heard)"))
        emit(.personSpoke(Private(heard)))
      }
    }
    if !isCutOff { sayNextForPerson() }
  }

  // MARK: The caller's words

  /// Takes an event of the carrier while a person has the caller. The turn machine has to know of speech, too: it may
  /// be going on when the caller comes back.
  func overhear(_ event: CarrierEvent) {
    switch event {
    case .speechStarted(let at): takeover.overhearing?.speechStarted(at: at)
    case .speechStopped(let lastSpeech): takeover.overhearing?.speechStopped(lastSpeech: lastSpeech)
    default: return
    }
    armTimer()
  }

  /// Asks for the text of what the caller has said to the person, if it is time.
  func stepOverhearing() {
    if takeover.overhearing?.tick(at: clock.now) == true { finishUtterance() }
  }

  /// Takes a final text while a person has the caller.
  func overhear(final text: String) {
    guard isSuspended else { return }
    // The recogniser answers in order: first what was asked for before the person came.
    if machine.finals.isEmpty { takeover.overhearing?.received() }
    if !text.isEmpty { messages.append(DialogueMessage(.caller, text)) }
  }
}
