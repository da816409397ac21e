import Audio
import Coordination
import Testing

@testable import VoicePipeline

/// A clock that a test moves.
final class VirtualClock: ConversationClock {
  private struct Sleeper {
    var deadline: Instant
    var continuation: CheckedContinuation<Void, any Error>
  }
  private struct State {
    var now = Instant.now
    var count = 0
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
  }

  private let state = Locked(State())
  let origin: Instant

  init() { origin = state.withLock { $0.now } }

  var now: Instant { state.withLock { $0.now } }

  func instant(_ milliseconds: Int) -> Instant { origin.advanced(by: .milliseconds(milliseconds)) }

  /// Moves time to `milliseconds` after the beginning and wakes who slept until then.
  func set(_ milliseconds: Int) {
    let woken = state.withLock { state in
      state.now = max(state.now, instant(milliseconds))
      let woken = state.sleepers.filter { $0.value.deadline <= state.now }
      for number in woken.keys { state.sleepers[number] = nil }
      return woken.values.map(\.continuation)
    }
    for continuation in woken { continuation.resume() }
  }

  func sleep(until deadline: Instant) async throws {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enum Verdict { case waits, passed, cancelled }
        let verdict = state.withLock { state -> Verdict in
          if state.cancelled.remove(number) != nil { return .cancelled }
          if deadline <= state.now { return .passed }
          state.sleepers[number] = Sleeper(deadline: deadline, continuation: continuation)
          return .waits
        }
        switch verdict {
        case .waits: break
        case .passed: continuation.resume()
        case .cancelled: continuation.resume(throwing: CancellationError())
        }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        if let sleeper = state.sleepers.removeValue(forKey: number) { return sleeper }
        state.cancelled.insert(number)
        return nil
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}

/// A carrier without a wire: sound is sent when the test says so.
final class StandInCarrier: VoiceCarrier {
  struct State {
    var sent: UInt64 = 0
    var queued: UInt64 = 0
    var finished = false
    var audible = false
    /// Everything that was ever queued: which samples at which position.
    var pieces: [(start: UInt64, samples: [Int16])] = []
    var drops = 0
    var resumes = 0
    var policy: InterruptionPolicy?
    var transfers: [String] = []
    var hungUp = false
  }

  let sampleRate = 8000
  let connection: AsyncStream<ConnectionEvent>
  private let mailbox = LineMailbox()
  private let sink: AsyncStream<ConnectionEvent>.Continuation
  private let box = Locked(State())

  init() { (connection, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(256)) }

  var events: LineEvents { mailbox.events }

  var state: State { box.withLock { $0 } }
  func emit(_ event: LineEvent) { mailbox.push(event) }
  func emit(_ event: ConnectionEvent) { sink.yield(event) }
  func end() { sink.finish() }

  func play(_ samples: [Int16]) async throws -> LinePosition {
    try Task.checkCancellation()
    return box.withLock { state in
      state.pieces.append((state.queued, samples))
      state.queued += UInt64(samples.count)
      state.finished = false
      return LinePosition(state.queued)
    }
  }

  func finishPlayout() { box.withLock { $0.finished = true } }

  func dropPlayout() {
    box.withLock { state in
      state.drops += 1
      state.queued = state.sent
      state.audible = false
    }
  }

  func resumePlayout() { box.withLock { $0.resumes += 1 } }
  func arm(_ policy: InterruptionPolicy) { box.withLock { $0.policy = policy } }
  var playedPosition: LinePosition { box.withLock { LinePosition($0.sent) } }
  func transfer(to target: String) { box.withLock { $0.transfers.append(target) } }

  func hangUp() {
    box.withLock { $0.hungUp = true }
    emit(.ended(reason: "hung up"))
    end()
  }

  /// Sends up to `samples` of what is queued, at `now`.
  func send(_ samples: UInt64 = .max, at now: Instant) {
    let (first, last) = box.withLock { state -> (UInt64?, UInt64?) in
      guard state.queued > state.sent else { return (nil, nil) }
      let begins = !state.audible
      let start = state.sent
      state.audible = true
      state.sent += min(samples, state.queued - state.sent)
      let isOver = state.sent == state.queued && state.finished
      if isOver { state.audible = false }
      return (begins ? start : nil, isOver ? state.sent : nil)
    }
    if let first { emit(.audible(at: now, position: LinePosition(first))) }
    if let last { emit(.playedOut(at: now, position: LinePosition(last))) }
  }
}

/// A recogniser that hears what the test says.
final class StandInEars: SpeechToText, SpeechRecognition {
  let name = "stand-in"
  private struct State {
    var sink: AsyncStream<RecognitionEvent>.Continuation?
    var next: [String] = []
    var opened = 0
    var finishes = 0
    var frames = 0
    var hints: [RecognitionHint?] = []
    var openFailures = 0
  }
  private let state = Locked(State())
  /// Whether a final text comes at once.
  let answersAtOnce: Bool

  init(answersAtOnce: Bool = true, openFailures: Int = 0) {
    self.answersAtOnce = answersAtOnce
    state.withLock { $0.openFailures = openFailures }
  }

  private let streams = Locked<[AsyncStream<RecognitionEvent>]>([])

  var opened: Int { state.withLock { $0.opened } }
  var finishes: Int { state.withLock { $0.finishes } }
  var frames: Int { state.withLock { $0.frames } }
  var hints: [RecognitionHint?] { state.withLock { $0.hints } }

  func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
    let fails = state.withLock { state in
      state.openFailures -= 1
      return state.openFailures >= 0
    }
    if fails { throw ProviderError(.unauthorized, provider: name, message: "the key was refused") }
    let (stream, sink) = AsyncStream<RecognitionEvent>.makeStream()
    streams.withLock { $0 = [stream] }
    state.withLock {
      $0.sink = sink
      $0.opened += 1
      $0.hints.append(options.hint)
    }
    return self
  }

  var events: AsyncStream<RecognitionEvent> {
    streams.withLock { $0.first } ?? AsyncStream { $0.finish() }
  }

  func hear(_ event: RecognitionEvent) { state.withLock { $0.sink }?.yield(event) }
  /// What the next utterance turns out to be.
  func expect(_ text: String) { state.withLock { $0.next.append(text) } }
  func die() {
    hear(.failed(ProviderError(.unreachable, provider: name, message: "the connection broke")))
    state.withLock { $0.sink }?.finish()
  }

  func send(_ frame: AudioFrame) { state.withLock { $0.frames += 1 } }
  func finishUtterance() {
    let text = state.withLock { state in
      state.finishes += 1
      return state.next.isEmpty ? "" : state.next.removeFirst()
    }
    if answersAtOnce { hear(.final(text, confidence: 0.9)) }
  }
  func update(hint: RecognitionHint?) { state.withLock { $0.hints.append(hint) } }
  func close() { state.withLock { $0.sink }?.finish() }
}

/// A mind that says what the test gives it, when the test lets it.
final class StandInMind: LanguageModel, Dialogue {
  let name = "stand-in"
  private struct State {
    var asked: [DialogueContext] = []
    var resumed: [(memory: DialogueMemory?, asNewSession: Bool)] = []
    var sinks: [AsyncThrowingStream<ReplyEvent, any Error>.Continuation] = []
    var cancelled = 0
  }
  private let state = Locked(State())
  private let answer: (@Sendable (String) -> [ReplyEvent]?)?
  let classifier: (any EscalationClassifier)?
  let summariser: (any ConversationSummariser)?

  /// `answer` answers at once; where it gives nil, or there is none, the test answers by `sink`.
  init(
    classifier: (any EscalationClassifier)? = nil, summariser: (any ConversationSummariser)? = nil,
    _ answer: (@Sendable (String) -> [ReplyEvent]?)? = nil
  ) {
    self.answer = answer
    self.classifier = classifier
    self.summariser = summariser
  }

  var asked: [DialogueContext] { state.withLock { $0.asked } }
  var cancelled: Int { state.withLock { $0.cancelled } }
  func sink(_ index: Int) -> AsyncThrowingStream<ReplyEvent, any Error>.Continuation? {
    state.withLock { $0.sinks.indices.contains(index) ? $0.sinks[index] : nil }
  }

  /// What the conversation gave it to resume.
  var resumed: [(memory: DialogueMemory?, asNewSession: Bool)] { state.withLock { $0.resumed } }
  /// How many turns it was asked, as a memory.
  var memory: DialogueMemory? { DialogueMemory(text: "\(asked.count)") }

  func makeDialogue(resuming memory: DialogueMemory?) -> any Dialogue {
    makeDialogue(resuming: memory, asNewSession: false)
  }
  func makeDialogue(resuming memory: DialogueMemory?, asNewSession: Bool) -> any Dialogue {
    state.withLock { $0.resumed.append((memory, asNewSession)) }
    return self
  }
  func hint() async -> RecognitionHint? { nil }

  func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
    let (stream, sink) = AsyncThrowingStream<ReplyEvent, any Error>.makeStream()
    sink.onTermination = { end in
      if case .cancelled = end { self.state.withLock { $0.cancelled += 1 } }
    }
    state.withLock {
      $0.asked.append(context)
      $0.sinks.append(sink)
    }
    if let events = answer?(context.messages.last?.text ?? "") {
      for event in events { sink.yield(event) }
      sink.finish()
    }
    return stream
  }
}

/// A voice whose sound tells the sentence: 64 ms (512 samples) a character, each sample the sentence's mark or its
/// negative.
final class StandInVoice: TextToSpeech {
  let name = "stand-in"
  let sampleRate = 8000
  private struct State {
    var marks: [String: Int16] = [:]
    var failing: Set<String> = []
    var stalled: Set<String> = []
    var spoken: [String] = []
  }
  private let state = Locked(State())
  /// Samples a character, at 8000 Hz.
  static let pace = 512

  func fail(on text: String) { state.withLock { _ = $0.failing.insert(text) } }
  func stall(on text: String) { state.withLock { _ = $0.stalled.insert(text) } }
  var spoken: [String] { state.withLock { $0.spoken } }

  /// The sample value that stands for `sentence`; loud enough to be sound.
  func mark(of sentence: String) -> Int16 {
    state.withLock { state in
      if let mark = state.marks[sentence] { return mark }
      let mark = Int16(10_000 + state.marks.count * 10)
      state.marks[sentence] = mark
      return mark
    }
  }

  func synthesize(_ sentence: String, language: String) -> AsyncThrowingStream<[Int16], any Error> {
    let mark = mark(of: sentence)
    let (fails, stalls) = state.withLock { state in
      state.spoken.append(sentence)
      return (state.failing.contains("*") || state.failing.contains(sentence), state.stalled.contains(sentence))
    }
    return AsyncThrowingStream { continuation in
      if stalls { return }
      if fails {
        continuation.finish(throwing: ProviderError(.unreachable, provider: "stand-in", message: "no voice"))
        return
      }
      continuation.yield((0..<sentence.count * Self.pace).map { $0.isMultiple(of: 2) ? mark : -mark })
      continuation.finish()
    }
  }
}

/// A conversation among stand-ins, with what it reported.
final class Stage: Sendable {
  let clock = VirtualClock()
  let carrier = StandInCarrier()
  let ears: StandInEars
  let mind: StandInMind
  let voice = StandInVoice()
  let conversation: Conversation
  private let reported = Locked<[ConversationEvent]>([])
  private let tasks: Locked<[Task<Void, Never>]> = Locked([])

  init(
    _ mind: StandInMind = StandInMind(), ears: StandInEars = StandInEars(), greeting: String = "",
    target: String? = "sip:desk@pbx.example", turn: TurnSettings = TurnSettings(),
    configure: (inout ConversationSettings) -> Void = { _ in }
  ) {
    self.mind = mind
    self.ears = ears
    var settings = ConversationSettings(
      language: "en-US", instructions: "be kind",
      phrases: AssistantPhrases(language: "en-US", greeting: greeting), turn: turn)
    settings.escalation.target = target
    configure(&settings)
    conversation = Conversation(
      id: "test", settings: settings, carrier: carrier,
      providers: ConversationProviders(stt: ears, llm: mind, tts: voice), clock: clock)
  }

  func begin() {
    tasks.withLock { tasks in
      tasks.append(Task { await conversation.run() })
      tasks.append(
        Task {
          for await event in conversation.events { self.reported.withLock { $0.append(event) } }
        })
    }
  }

  /// Hangs up from the far end and waits until all is over.
  func end() async {
    carrier.emit(.ended(reason: "far end hung up"))
    carrier.end()
    for task in tasks.withLock({ $0 }) { await task.value }
  }

  var events: [ConversationEvent] { reported.withLock { $0 } }
  var kinds: [ConversationEvent.Kind] { events.map(\.kind) }
  var types: [String] { events.map(\.type) }

  /// Waits, in real time and with virtual time standing still, until `condition` holds.
  func wait(
    _ what: String, location: SourceLocation = #_sourceLocation, _ condition: () async -> Bool
  ) async throws {
    let limit = Instant.now.advanced(by: .seconds(20))
    while !(await condition()) {
      guard Instant.now < limit else {
        Issue.record("never happened: \(what); events: \(types)", sourceLocation: location)
        throw CancellationError()
      }
      try await Task.sleep(for: .microseconds(200))
    }
  }

  /// Waits until `phase` is reached.
  func wait(for phase: TurnPhase, location: SourceLocation = #_sourceLocation) async throws {
    try await wait("phase \(phase)", location: location) { await conversation.phase == phase }
  }

  /// The caller says `text` between two times; virtual time is then just behind the end of the turn.
  func caller(_ text: String, from start: Int, to end: Int) async throws {
    clock.set(start)
    ears.expect(text)
    carrier.emit(.speechStarted(at: clock.instant(start)))
    try await wait(for: .callerSpeaking)
    clock.set(end)
    carrier.emit(.speechStopped(lastSpeech: clock.instant(end)))
    let before = ears.finishes
    clock.set(end + 500)
    try await wait("end of turn") { ears.finishes > before }
  }

  /// Whether any of `sentence` was handed to the carrier.
  func wasQueued(_ sentence: String) -> Bool {
    let mark = voice.mark(of: sentence)
    return carrier.state.pieces.contains { $0.samples.contains(mark) }
  }
}
