import Audio
public import Logging

/// One conversation with one caller: listens, answers, is interrupted, hands over.
///
/// It owns no logic of its own: `TurnMachine` and `EscalationMachine` decide, this actor obeys and runs the providers'
/// streams. Everything spoken has a number; sound goes to the carrier only while its number is the present one, checked
/// in the same step that queues it, so that nothing of a cancelled turn can still speak.
public actor Conversation {
  /// The conversation's name in logs and events.
  public nonisolated let id: String
  /// What happens, in order. One reader; what is not read is kept up to 4096 events, then the oldest are dropped.
  public nonisolated let events: AsyncStream<ConversationEvent>

  let settings: ConversationSettings
  let providers: ConversationProviders
  let carrier: any VoiceCarrier
  let clock: any ConversationClock
  let dialogue: any Dialogue
  let eventSink: AsyncStream<ConversationEvent>.Continuation
  var log: Logger

  var machine: TurnMachine
  var escalation: EscalationMachine
  /// Knows when a person is needed.
  var watch: EscalationWatch
  /// The turn that the watch was told last, as it was before, since the turn may still go on.
  var watched: (turn: Int, text: String, before: EscalationWatch.State)?
  /// What was found and has not been acted on.
  var findings = PendingFindings()
  /// What was said, with names, for the person who takes over.
  var said: [EvidenceItem] = []
  /// A person was told and will join by themselves.
  var isPersonAwaited = false
  /// The least confidence of what was heard of the present turn.
  var confidence: Double?
  private var actions: [TurnAction] = []
  private var isPerforming = false
  private var isStarted = false
  var isOver = false

  /// What was said so far in this conversation; of the assistant only what was heard.
  public internal(set) var messages: [DialogueMessage] = []
  /// The caller's text that is being answered and not in `messages` yet, since the turn may still go on.
  var unsaid: (turn: Int, text: String)?
  /// Facts that came up while `unsaid` was being answered.
  var unsettledFacts: [DialogueMessage] = []
  /// What was sent on another channel in one turn.
  var sentAside: (turn: Int, texts: Set<String>) = (0, [])

  var speech: ActiveSpeech?
  var speechTasks: [Int: Task<Void, Never>] = [:]
  /// Announcements number downwards, so that they can't be taken for a speech of the turn machine.
  var announcementCount = 0
  /// Counts every time that sound was thrown away, so that a filler on its way can tell.
  var soundEpoch = 0
  var lastAudible: (at: Instant, position: UInt64)?
  var phraseSounds: [String: [Int16]] = [:]
  var sideTasks: [Int: Task<Void, Never>] = [:]
  var sideTaskCount = 0
  var isFillerSounding = false
  var takeover = PersonTakeover()

  var recognition: (any SpeechRecognition)?
  var recognitionTask: Task<Void, Never>?
  /// Frames that came before the recognition was open.
  var earlyFrames: [AudioFrame] = []
  var earlyFinishes = 0
  var recognitionFailures = 0
  var hint: RecognitionHint?

  var timing: TurnTiming?
  private var timer: Task<Void, Never>?
  private var timerDeadline: Instant?
  private var endReason = "ended"

  /// A conversation over `carrier`. Nothing happens before `run`.
  public init(
    id: String, settings: ConversationSettings, carrier: any VoiceCarrier, providers: ConversationProviders,
    clock: any ConversationClock = MonotonicClock(), log: Logger = Logger(label: "assist.conversation")
  ) {
    self.id = id
    self.settings = settings
    self.carrier = carrier
    self.providers = providers
    self.clock = clock
    self.log = log
    self.log[metadataKey: "conversation"] = "\(id)"
    dialogue = providers.llm.makeDialogue(resuming: settings.memory, asNewSession: true)
    watch = EscalationWatch(
      settings: settings.escalation, language: settings.language, identities: settings.identities,
      state: settings.watch ?? EscalationWatch.State())
    machine = TurnMachine(
      settings: settings.turn, language: settings.language, hasPerson: settings.escalation.hasPeople)
    escalation = EscalationMachine(settings: settings.escalation)
    (events, eventSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4096))
  }

  /// Holds the conversation and returns when it is over: the far end is gone, or the task was cancelled. All that was
  /// started for it has ended then.
  public func run() async {
    guard !isStarted else { return }
    isStarted = true
    armBargeIn()
    startRecognition()
    feed(.started(greets: !settings.phrases.greeting.isEmpty))
    prepareVoice()
    for await event in carrier.events { take(event) }
    await finish()
  }

  /// Calls a person, by a supervisor's or an operator's word; `reason` is for that person.
  public func escalate(reason: String) {
    guard let finding = watch.supervisorAsked(reason) else { return }
    raise(finding)
  }

  /// Hangs up.
  public func hangUp() { feed(.hangUp) }

  /// What has to be kept for the next conversation with this caller, on whatever channel; best read when this one is
  /// over. Nil when the messages say it all.
  public var memory: DialogueMemory? { dialogue.memory }

  /// Where turn taking stands.
  public var phase: TurnPhase { machine.phase }

  // MARK: The machines

  /// Hands `input` to the turn machine and does what it says. Inputs that arise while actions are carried out queue
  /// their own actions behind.
  func feed(_ input: TurnInput) {
    actions += machine.handle(input, at: clock.now)
    guard !isPerforming else { return }
    isPerforming = true
    var next = 0
    while next < actions.count {
      perform(actions[next])
      next += 1
    }
    actions.removeAll(keepingCapacity: true)
    isPerforming = false
    armTimer()
  }

  private func perform(_ action: TurnAction) {
    switch action {
    case .turnStarted(let turn):
      commitCaller()
      reportTiming()
      emit(.turnStarted(turn: turn))
    case .turnEnded(let turn, let lastSpeech):
      timing = TurnTiming(turn: turn, lastSpeechIn: lastSpeech, endOfTurnDecided: clock.now)
    case .finishUtterance:
      finishUtterance()
    case .beginReply(let id, let turn, let text):
      beginReply(id, turn: turn, text: text)
    case .say(let id, let phrase):
      commitCaller()
      if phrase == .notUnderstood, callerWasNotUnderstood() { break }
      beginPhrase(id, settings.phrases.text(phrase))
    case .fill(let count):
      fill(count: count)
    case .speechAudible(let id):
      if let speech, speech.id == id { emit(.replyStarted(speech: id, turn: speech.turn)) }
      noteAudible()
    case .speechPaused(let id):
      emit(.replyInterrupted(speech: id))
    case .resumeSpeech(let id):
      carrier.resumePlayout()
      emit(.replyResumed(speech: id))
    case .discardSpeech(let id):
      stopSpeech(id)
    case .endSpeech(let id, let interrupted):
      endSpeech(id, interrupted: interrupted)
    case .dropPlayout:
      soundEpoch += 1
      carrier.dropPlayout()
    case .resumePlayout:
      carrier.resumePlayout()
    case .escalate(let reason):
      commitCaller()
      beginEscalation(reason)
    case .hangUp:
      endReason = "hung up"
      reportTiming()
      carrier.hangUp()
    }
  }

  /// Sets the one timer to the earliest deadline of all machines.
  func armTimer() {
    let deadline = [machine.nextDeadline, escalation.nextDeadline, takeover.overhearing?.nextDeadline]
      .compactMap(\.self).min()
    guard deadline != timerDeadline else { return }
    timer?.cancel()
    timerDeadline = deadline
    guard let deadline, !isOver else {
      timer = nil
      return
    }
    timer = Task {
      do { try await clock.sleep(until: deadline) } catch { return }
      guard !Task.isCancelled else { return }
      timerDeadline = nil
      stepEscalation(.tick)
      stepOverhearing()
      feed(.tick)
    }
  }

  // MARK: Events

  func emit(_ kind: ConversationEvent.Kind) {
    eventSink.yield(ConversationEvent(at: clock.now, kind: kind))
  }

  private func take(_ event: CarrierEvent) {
    overhear(event)
    switch event {
    case .audio(let frame):
      hear(frame)
    case .speechStarted(let at):
      feed(.speechStarted(at: at))
    case .speechStopped(let lastSpeech):
      feed(.speechStopped(lastSpeech: lastSpeech))
    case .interrupted(let at, let position):
      feed(.interrupted(at: at, position: position))
    case .audible(let at, let position):
      lastAudible = (at, position)
      if isFillerSounding, timing?.fillerOut == nil { timing?.fillerOut = at }
      feed(.audible(at: at, position: position))
      noteAudible()
    case .playedOut(let at, let position):
      playedOut(at: at, position: position)
    case .digit(let digit):
      feed(.digit(digit))
    case .transferProgress(let status):
      if escalation.isActive { emit(.transferProgress(status: status)) }
      stepEscalation(.progress(status: status))
    case .transferFinished(let outcome):
      switch outcome {
      case .succeeded: stepEscalation(.finished(succeeded: true, status: 200))
      case .failed(let status, _): stepEscalation(.finished(succeeded: false, status: status))
      }
    case .hold(let on):
      feed(.hold(on))
    case .ended(let reason):
      endReason = reason
    }
  }

  private func finish() async {
    let wasCancelled = Task.isCancelled
    stepEscalation(.ended)
    feed(.ended)
    isOver = true
    commitCaller()
    reportTiming()
    timer?.cancel()
    if wasCancelled { carrier.hangUp() }
    recognition?.close()
    let tasks = Array(speechTasks.values) + Array(sideTasks.values) + [recognitionTask, timer].compactMap(\.self)
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
    emit(.ended(reason: endReason))
    eventSink.finish()
  }

  /// Runs `body` beside the conversation, which waits for it at its end.
  func aside(_ body: @escaping @Sendable (isolated Conversation) async -> Void) {
    guard !isOver else { return }
    sideTaskCount += 1
    let number = sideTaskCount
    sideTasks[number] = Task {
      await body(self)
      sideTasks[number] = nil
    }
  }

  func armBargeIn(_ isEnabled: Bool = true) {
    carrier.arm(
      BargeInPolicy(isEnabled: isEnabled && settings.turn.interruptible, speech: settings.turn.interruption))
  }
}
