import Coordination
import JSON
import Logging
import Reporting
import RTPEngine
import SIPStack
import Store
import VoicePipeline

/// Writes a call and what is said in it into the store, beside the call: the call never waits for the disk.
final class CallRecorder: Sendable {
  /// Writes that may wait; a store that is stuck for minutes costs transcripts, not calls.
  private static let backlog = 4096
  /// How often a memory is put together with what others write meanwhile.
  private static let attempts = 5

  private enum Job: Sendable {
    case save(CallRecord)
    case said(SpokenMessage)
    case remember(Memory)
    case turn(TurnRecord)
  }

  /// What a session kept.
  private struct Memory: Sendable {
    /// The dialogue's memory; nil if it keeps none.
    var dialogue: DialogueMemory?
    var watch: String
    /// What was kept when the session began.
    var base: String?
    /// Puts it together with what another session has kept meanwhile.
    var join: @Sendable (DialogueMemory, DialogueMemory) -> DialogueMemory
  }

  private let store: any Storage
  private let events: ServerEvents?
  private let clock: any TimestampClock
  private let logger: Logger
  private let record: Locked<CallRecord>
  /// Who had the caller last.
  private let person = Locked<String?>(nil)
  private let jobs: AsyncStream<Job>
  private let sink: AsyncStream<Job>.Continuation

  /// A recorder of `call`, which begins now. Its answer and its end are stored with what `events` tells of them.
  init(
    _ call: CallRecord, store: any Storage, events: ServerEvents?, clock: any TimestampClock = WallClock(),
    logger: Logger
  ) {
    self.store = store
    self.events = events
    self.clock = clock
    self.logger = logger
    record = Locked(call)
    (jobs, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.backlog))
    sink.yield(.save(call))
  }

  /// The call as it stands.
  var call: CallRecord { record.withLock { $0 } }

  /// Which conversation the call is a part of.
  func belongs(to conversation: String) { change { $0.conversation = conversation } }

  /// A person has the caller from now on: what is said for a person is theirs.
  func taken(by person: String) { self.person.withLock { $0 = person } }

  /// The call was answered. Returns whether that is news.
  func answered() -> Bool {
    var answered = call
    guard answered.answeredAt == nil else { return false }
    let now = clock.now
    answered.answeredAt = now
    // Stored with the event, so before anything else can store it.
    events?.answered(answered)
    record.withLock { $0.answeredAt = now }
    return true
  }

  /// Something happened in the conversation of the call.
  func note(_ event: ConversationEvent) {
    switch event.kind {
    case .transcriptFinal(let text, _): said(.customer, text.revealed)
    case .replyFinished(_, let heard, _): said(.assistant, heard.revealed)
    case .personSpoke(let words): said(.person, words.revealed)
    case .escalationRequested(let reason, _): said(.system, "A person was asked for: \(reason)")
    case .transferFinished(let succeeded, let status):
      said(.system, succeeded ? "A person took the call." : "Nobody took the call (\(status ?? 0)).")
    case .turnTiming(let timing): sink.yield(.turn(turn(timing)))
    default: break
    }
  }

  private func turn(_ timing: TurnTiming) -> TurnRecord {
    let steps = timing.offsets.map { ($0.name, JSONValue.number($0.milliseconds)) }
    return TurnRecord(
      call: call.id, turn: timing.turn, at: clock.now,
      steps: JSONValue.object(Dictionary(steps, uniquingKeysWith: { $1 })).text)
  }

  /// What the dialogue, and the watch for reasons to call a person, keep from now on.
  ///
  /// - Parameters:
  ///   - base: the dialogue's memory as it was when it began.
  ///   - join: puts it together with what another session has kept meanwhile.
  func remember(
    _ memory: DialogueMemory?, watch: String, since base: DialogueMemory?,
    join: @escaping @Sendable (DialogueMemory, DialogueMemory) -> DialogueMemory
  ) {
    sink.yield(.remember(Memory(dialogue: memory, watch: watch, base: base?.text, join: join)))
  }

  /// The call is being recorded. It is written down at once: should the process end, the file still has an owner.
  func isRecorded(in path: String) { change { $0.recording = path } }

  /// The call was recorded.
  func recorded(_ recording: CallRecording.Made) {
    change { call in
      call.recording = recording.path
      call.recordingSeconds = recording.seconds
    }
    logger.info(
      "a call is recorded", metadata: ["file": "\(recording.path)", "seconds": "\(Int(recording.seconds))"])
  }

  /// The call is over; `media` is what was measured.
  func ended(_ ending: CallEnding, media: MediaLegStatistics) {
    let now = clock.now
    @Sendable func end(_ call: inout CallRecord) {
      call.endedAt = now
      call.reason = ending.text
      call.media = media.json
    }
    var ended = call
    end(&ended)
    // Stored with the event, so before anything else can store it.
    events?.ended(ended, ending, media)
    record.withLock { end(&$0) }
  }

  /// Nothing more will come.
  func finish() { sink.finish() }

  private func said(_ author: MessageAuthor, _ text: String) {
    guard !text.isEmpty else { return }
    let call = call
    guard let conversation = call.conversation else { return }
    let person = author == .person ? self.person.withLock { $0 } : nil
    sink.yield(
      .said(
        SpokenMessage(
          conversation: conversation, call: call.id, author: author, person: person, text: text, at: clock.now)))
  }

  private func change(_ change: (inout CallRecord) -> Void) {
    let call = record.withLock { record in
      change(&record)
      return record
    }
    sink.yield(.save(call))
  }

  /// Writes until `finish`; then all is stored that is known of the call.
  func run() async {
    for await job in jobs { await write(job) }
    await write(.save(call))
  }

  private func write(_ job: Job) async {
    do throws(StoreError) {
      switch job {
      case .save(let call):
        // That it was answered, and its end, come to the store with their events.
        if call.answeredAt != nil || call.endedAt != nil { await events?.settled(call) }
        try await store.save(call)
      case .said(let spoken): try await store.add(spoken)
      case .remember(let memory): try await keep(memory)
      case .turn(let turn): try await store.add(turn: turn)
      }
    } catch {
      logger.error("a part of a call is not stored", metadata: ["reason": "\(error)"])
    }
  }

  private func keep(_ memory: Memory) async throws(StoreError) {
    guard let conversation = call.conversation else { return }
    var base = memory.base
    var text = memory.dialogue?.text ?? base
    var watch: String? = memory.watch
    for _ in 0..<Self.attempts {
      switch try await store.remember(text, watch: watch, in: conversation, replacing: base) {
      case .stored: return
      case .changed(let current):
        let other = current.map { DialogueMemory(text: $0) }
        // Whoever wrote meanwhile has watched since, too.
        watch = nil
        base = current
        text = memory.dialogue.map { mine in other.map { memory.join(mine, $0) } ?? mine }?.text ?? current
      }
    }
    logger.warning("what a call's dialogue kept is not stored: others keep writing", metadata: ["call": "\(call.id)"])
  }
}
