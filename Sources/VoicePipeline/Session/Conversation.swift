import Audio
import Coordination
public import Logging

/// One conversation with one caller: listens, answers, is interrupted, hands over.
///
/// It owns no logic of its own: `ConversationCore` decides, this actor obeys and runs the providers' streams. Sound goes
/// to the carrier only while its speech is the present one, checked in the same step that queues it, so that nothing of
/// a cancelled turn can still speak.
public actor Conversation {
  /// How many events may wait for their reader.
  private static let eventLimit = 4096

  /// The conversation's name in logs and events.
  public nonisolated let id: String
  /// What happens, in order. One reader; what is not read is kept up to 4096 events, then the oldest are dropped and
  /// counted, since a reader that is so far behind must not hold up the caller.
  public nonisolated let events: AsyncStream<ConversationEvent>

  let settings: ConversationSettings
  let providers: ConversationProviders
  let carrier: any VoiceCarrier
  let clock: any ConversationClock
  let dialogue: any Dialogue
  private let eventSink: AsyncStream<ConversationEvent>.Continuation
  private(set) var log: Logger

  var core: ConversationCore
  var recognition: (any SpeechRecognition)?
  /// The task that makes the present speech.
  var making: (id: SpeechID, task: TaskOwner.Token)?
  /// All that runs for this conversation.
  let tasks = TaskOwner()
  private let alarm: Alarm<Instant>
  private var isStarted = false
  /// Events that nobody read in time.
  public private(set) var droppedEvents = 0

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
    core = ConversationCore(
      settings: settings, sampleRate: carrier.sampleRate, readsFreely: providers.llm.readsFreely,
      at: Moment(now: clock.now, date: clock.date, played: carrier.playedPosition))
    alarm = Alarm(in: tasks) { try await clock.sleep(until: $0) }
    (events, eventSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.eventLimit))
  }

  /// Holds the conversation and returns when it is over: the far end is gone, or the task was cancelled. All that was
  /// started for it has ended then.
  public func run() async {
    guard !isStarted else { return }
    isStarted = true
    tasks.start { await self.listen() }
    obey(core.start(at: moment))
    tasks.start { await self.prepareVoice() }
    tasks.start { await self.followLine() }
    for await event in carrier.connection { obey(core.take(event, at: moment)) }
    let wasCancelled = Task.isCancelled
    obey(core.end(at: moment))
    if wasCancelled { carrier.hangUp() }
    recognition?.close()
    await tasks.end()
    emit(.ended(reason: core.endReason))
    eventSink.finish()
    noteLosses()
  }

  /// Takes what the line reports, as it comes.
  private func followLine() async {
    for await event in carrier.events {
      if case .audio(let frame) = event { hear(frame) } else { obey(core.take(event, at: moment)) }
    }
  }

  // MARK: What others want and see

  /// What was said so far in this conversation; of the assistant only what was heard.
  public var messages: [DialogueMessage] { core.transcript.messages }

  /// Where turn taking stands.
  public var phase: TurnPhase { core.turns.phase }

  /// Whether a person has the caller.
  public var isSuspended: Bool { core.isSuspended }

  /// What has to be kept for the next conversation with this caller, on whatever channel; best read when this one is
  /// over. Nil when the messages say it all.
  public var memory: DialogueMemory? { dialogue.memory }

  /// What has to be kept of the watch for the next conversation, on whatever channel; best read when this one is over.
  public var watchState: EscalationWatch.State { core.lookout.state }

  /// Calls a person, by a supervisor's or an operator's word; `reason` is for that person.
  public func escalate(reason: String) { obey(core.escalate(reason: reason, at: moment)) }

  /// Hangs up.
  public func hangUp() { obey(core.hangUp(at: moment)) }

  /// A person has the caller from now on: what the assistant is saying or working out ends at once, what is queued is
  /// dropped, and nothing of it can be heard after this returns. The caller is still listened to; their words are
  /// events, and in the context as said to the person. Idempotent.
  public func suspend() { obey(core.suspend(at: moment)) }

  /// The assistant has the caller back: with `note`, what the person has to say about it, in the context, and a short
  /// phrase instead of a greeting. Ignored unless a person has the caller.
  public func resume(note: String? = nil) { obey(core.resume(note: note, at: moment)) }

  /// The person gave the caller back; `note` is what the assistant shall know of it.
  public func handedBack(note: String? = nil) { core.handedBack(note: note) }

  /// Tells the assistant something that the caller does not hear; it counts from the next answer on.
  public func coach(_ text: String) { obey(core.coach(text, at: moment)) }

  /// Speaks `text` to the caller. While a person has the caller it is that person's word, behind what is being said for
  /// them; else it takes the place of what the assistant is saying. False if it can't be spoken now: a person is being
  /// called, too much waits, or it is over.
  @discardableResult
  public func say(_ text: String) -> Bool {
    guard let actions = core.say(text, at: moment) else { return false }
    obey(actions)
    return true
  }

  // MARK: Obeying

  var moment: Moment { Moment(now: clock.now, date: clock.date, played: carrier.playedPosition) }

  /// Does what the core says, in order and in one step.
  func obey(_ actions: [ConversationAction]) {
    for action in actions {
      switch action {
      case .emit(let kind): emit(kind)
      case .log(let line): log.info("\(line)")
      case .ask(let id, let context): make(id, dialogue.reply(to: context))
      case .speak(let id, let text): make(id, Self.stream(of: text))
      case .cancel(let id):
        if let making, making.id == id { tasks.cancel(making.task) }
      case .play(let bridge): tasks.start { await self.play(bridge) }
      case .finishPlayout: carrier.finishPlayout()
      case .dropPlayout: carrier.dropPlayout()
      case .resumePlayout: carrier.resumePlayout()
      case .arm(let policy): carrier.arm(policy)
      case .finishUtterance: recognition?.finishUtterance()
      case .transfer(let target): carrier.transfer(to: target)
      case .hangUp: carrier.hangUp()
      case .send(let text): tasks.start { await self.send(text) }
      case .consult(let items, let turn): tasks.start { await self.consult(items, turn: turn) }
      case .prepareHandover(let finding, let turns): prepareHandover(finding, turns)
      }
    }
    alarm.set(core.nextDeadline) { await self.tick() }
  }

  private func tick() { obey(core.tick(at: moment)) }

  func emit(_ kind: ConversationEvent.Kind) {
    if case .dropped = eventSink.yield(ConversationEvent(at: clock.now, kind: kind)) { droppedEvents += 1 }
    if let (level, message, metadata) = kind.logEntry { log.log(level: level, message, metadata: metadata) }
  }

  private func noteLosses() {
    guard droppedEvents > 0 || core.input.droppedFrames > 0 else { return }
    log.warning(
      "a part of the conversation was lost",
      metadata: ["events": "\(droppedEvents)", "frames": "\(core.input.droppedFrames)"])
  }
}
