import Audio

/// Everything that a conversation knows and decides. Sans-IO: it is told what happened and when, and says what to do.
///
/// It holds no rule of its own. The turn machine decides who has the floor, the hand-over what becomes of a wish for a
/// person, the lookout when there is one; what is said and what is heard are values that know only of that. Here they
/// meet, and each learns from the others what it has to.
struct ConversationCore: Sendable {
  let settings: ConversationSettings
  /// Whether the dialogue's words are a language model's own; what somebody wrote down, they mean.
  let readsFreely: Bool

  var turns: TurnMachine
  var escalation: EscalationMachine
  var lookout: EscalationLookout
  var transcript: Transcript
  var output: SpeechOutput
  var input = SpeechInput()
  var stopwatch = TurnStopwatch()

  /// Set by the carrier's last word, or by ours.
  private(set) var endReason = "ended"
  private(set) var isOver = false

  /// When what is being told happened.
  private(set) var moment: Moment
  private var actions: [ConversationAction] = []
  private var agenda: [TurnAction] = []
  private var isPerforming = false

  /// The core of a conversation over a carrier of `sampleRate`, which nothing has happened to.
  init(settings: ConversationSettings, sampleRate: Int, readsFreely: Bool, at moment: Moment) {
    self.settings = settings
    self.readsFreely = readsFreely
    self.moment = moment
    turns = TurnMachine(settings: settings.turn, language: settings.language, hasPerson: settings.escalation.hasPeople)
    escalation = EscalationMachine(settings: settings.escalation)
    lookout = EscalationLookout(
      EscalationWatch(
        settings: settings.escalation, language: settings.language, identities: settings.identities,
        state: settings.watch ?? EscalationWatch.State()), settings.escalation)
    transcript = Transcript(history: settings.history)
    output = SpeechOutput(sampleRate: sampleRate)
  }

  /// When `tick` has to be called, if nothing else happens before.
  var nextDeadline: Instant? {
    if isOver { return nil }
    return [turns.nextDeadline, escalation.nextDeadline, input.overhearing?.nextDeadline].compactMap(\.self).min()
  }

  // MARK: Beginning and end

  /// The carrier is there.
  mutating func start(at moment: Moment) -> [ConversationAction] {
    step(moment) { core in
      core.armBargeIn()
      core.feed(.started(greets: !core.settings.phrases.greeting.isEmpty))
    }
  }

  /// A deadline has passed, or may have.
  mutating func tick(at moment: Moment) -> [ConversationAction] {
    step(moment) { core in
      core.stepEscalation(.tick)
      if core.input.tick(at: moment.now) { core.finishUtterance() }
      core.feed(.tick)
    }
  }

  /// Someone wants the assistant to hang up.
  mutating func hangUp(at moment: Moment) -> [ConversationAction] { step(moment) { $0.feed(.hangUp) } }

  /// Nothing more comes from the carrier.
  mutating func end(at moment: Moment) -> [ConversationAction] {
    step(moment) { core in
      core.stepEscalation(.ended)
      core.feed(.ended)
      core.isOver = true
      core.commitCaller()
      core.reportTiming()
    }
  }

  // MARK: From the carrier

  /// Takes what the line reports; its sound goes to `input` without a detour.
  mutating func take(_ event: LineEvent, at moment: Moment) -> [ConversationAction] {
    step(moment) { core in
      switch event {
      case .audio: break
      case .speechStarted(let at):
        // While a person has the caller the turn machine has to know of speech, too: it may go on when they are back.
        core.input.speechStarted(at: at)
        core.feed(.speechStarted(at: at))
      case .speechStopped(let lastSpeech):
        core.input.speechStopped(lastSpeech: lastSpeech)
        core.feed(.speechStopped(lastSpeech: lastSpeech))
      case .interrupted(let at, let position): core.feed(.interrupted(at: at, position: position))
      case .audible(let at, let position): core.audible(at: at, position: position)
      case .playedOut(let at, let position): core.playedOut(at: at, position: position)
      case .digit(let digit): core.feed(.digit(digit))
      case .mediaTimeout, .unbridged, .closed: break
      }
    }
  }

  /// Takes what becomes of the connection.
  mutating func take(_ event: ConnectionEvent, at moment: Moment) -> [ConversationAction] {
    step(moment) { core in
      switch event {
      case .signalledDigit(let digit): core.feed(.digit(digit))
      case .transferProgress(let status):
        if core.escalation.isActive { core.act(.emit(.transferProgress(status: status))) }
        core.stepEscalation(.progress(status: status))
      case .transferFinished(.succeeded): core.stepEscalation(.finished(succeeded: true, status: 200))
      case .transferFinished(.failed(let status, _)):
        core.stepEscalation(.finished(succeeded: false, status: status))
      case .hold(let on): core.feed(.hold(on))
      case .ended(let reason): core.endReason = reason
      }
    }
  }

  // MARK: From the recognition

  /// Takes what the recognition reports.
  mutating func take(_ event: RecognitionEvent, at moment: Moment) -> [ConversationAction] {
    step(moment) { core in
      switch event {
      case .partial(let text):
        core.act(.emit(.transcriptPartial(Private(text))))
        core.feed(.partial(text))
      case .final(let text, let confidence):
        core.act(.emit(.transcriptFinal(Private(text), confidence: confidence)))
        core.input.heard(text, confidence: confidence, isTurns: core.turns.awaitsFinal)
        if core.isSuspended { core.transcript.add(.caller, text) }
        if core.turns.phase == .awaitingTranscript { core.stopwatch.transcript(at: moment.now) }
        core.feed(.final(text))
      case .endOfTurn: core.feed(.recogniserEndOfTurn)
      case .failed: break
      }
    }
  }

  /// The recognition died, or could not be opened, for `failure`. Another one is opened unless `input` is lost then.
  mutating func recognitionDied(_ failure: ProviderError, at moment: Moment) -> [ConversationAction] {
    step(moment) { core in
      core.act(.emit(.providerFailed(role: .stt, failure)))
      core.feed(core.input.died() ? .recognitionRestarted : .recognitionLost)
    }
  }

  // MARK: The machines

  /// Runs `body` at `moment` and returns what has to be done.
  mutating func step(_ moment: Moment, _ body: (inout ConversationCore) -> Void) -> [ConversationAction] {
    self.moment = moment
    body(&self)
    defer { actions.removeAll() }
    return actions
  }

  mutating func act(_ action: ConversationAction) { actions.append(action) }

  /// Hands `input` to the turn machine and does what it says. Inputs that arise while actions are carried out queue
  /// their own actions behind.
  mutating func feed(_ input: TurnInput) {
    agenda += turns.handle(input, at: moment.now)
    guard !isPerforming else { return }
    isPerforming = true
    var next = 0
    while next < agenda.count {
      perform(agenda[next])
      next += 1
    }
    agenda.removeAll(keepingCapacity: true)
    isPerforming = false
  }

  private mutating func perform(_ action: TurnAction) {
    switch action {
    case .turnStarted(let turn):
      commitCaller()
      reportTiming()
      act(.emit(.turnStarted(turn: turn)))
    case .turnEnded(let turn, let lastSpeech): stopwatch.turnEnded(turn, lastSpeech: lastSpeech, at: moment.now)
    case .finishUtterance: finishUtterance()
    case .beginReply(let number, let turn, let text): beginReply(number, turn: turn, text: text)
    case .say(let number, let phrase): say(phrase, as: number)
    case .fill(let count): act(.play(output.filler(count % 3 == 1 ? settings.phrases.filler : nil)))
    case .speechAudible(let number):
      if let speech = output.speech, speech.id == .turn(number) {
        act(.emit(.replyStarted(speech: number, turn: speech.turn)))
      }
      noteAudible()
    case .speechPaused(let number): act(.emit(.replyInterrupted(speech: number)))
    case .resumeSpeech(let number):
      act(.resumePlayout)
      act(.emit(.replyResumed(speech: number)))
    case .discardSpeech(let number): stopSpeech(.turn(number))
    case .endSpeech(let number, let interrupted): endSpeech(number, interrupted: interrupted)
    case .dropPlayout: dropPlayout()
    case .resumePlayout: act(.resumePlayout)
    case .escalate(let wish):
      commitCaller()
      beginEscalation(wish)
    case .hangUp:
      endReason = "hung up"
      reportTiming()
      act(.hangUp)
    }
  }

  mutating func finishUtterance() {
    if input.finishUtterance() { act(.finishUtterance) }
  }

  mutating func armBargeIn(_ isEnabled: Bool = true) {
    act(
      .arm(InterruptionPolicy(isEnabled: isEnabled && settings.turn.interruptible, speech: settings.turn.interruption)))
  }
}
