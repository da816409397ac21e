import Coordination
import JSON
import Logging
import Store
import VoicePipeline

/// Writes a call and what is said in it into the store, beside the call: the call never waits for the disk.
final class CallRecorder: Sendable {
  /// Writes that may wait; a store that is stuck for minutes costs transcripts, not calls.
  private static let backlog = 4096

  private enum Job: Sendable {
    case save(CallRecord)
    case said(SpokenMessage)
    case remember(String?, watch: String)
    case turn(TurnRecord)
  }

  private let store: any Storage
  private let clock: any TimestampClock
  private let logger: Logger
  private let record: Locked<CallRecord>
  /// Who had the caller last.
  private let person = Locked<String?>(nil)
  private let jobs: AsyncStream<Job>
  private let sink: AsyncStream<Job>.Continuation

  /// A recorder of `call`, which begins now.
  init(_ call: CallRecord, store: any Storage, clock: any TimestampClock = WallClock(), logger: Logger) {
    self.store = store
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

  /// The call was answered.
  func answered() { change { $0.answeredAt = $0.answeredAt ?? self.clock.now } }

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
  func remember(_ memory: DialogueMemory?, watch: String) { sink.yield(.remember(memory?.text, watch: watch)) }

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

  /// The call is over; `media` is what was measured, as JSON.
  func ended(reason: String, media: String?) {
    change { call in
      call.endedAt = self.clock.now
      call.reason = reason
      call.media = media
    }
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

  /// Writes until `finish`.
  func run() async {
    for await job in jobs {
      do {
        switch job {
        case .save(let call): try await store.save(call)
        case .said(let spoken): try await store.add(spoken)
        case .remember(let memory, let watch):
          guard let conversation = call.conversation else { break }
          let kept = try await store.conversation(conversation)?.memory
          try await store.remember(memory ?? kept, watch: watch, in: conversation)
        case .turn(let turn): try await store.add(turn: turn)
        }
      } catch {
        logger.error("a part of a call is not stored", metadata: ["reason": "\(error)"])
      }
    }
  }
}
