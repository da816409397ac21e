import Audio
import Logging
import VoicePipeline

/// A decoder on a thread of its own, which serves one recognition after the other.
final class RecognizerThread: Sendable {
  enum Message: Sendable {
    /// A recognition takes the decoder: its events go to `events`, and what is not heard is counted.
    case begin(RecognitionHint?, RecognitionEvents, LostSound)
    case frames([AudioFrame])
    case hint(RecognitionHint?)
    case finish
    /// The recognition is over; the decoder waits for the next.
    case leave
    /// The thread ends.
    case stop
  }

  /// Messages that may wait: with 20 ms frames, ten seconds of speech.
  static let backlog = 500
  /// Messages beside the sound that may wait behind it: more than an engine that still works is behind.
  static let reserve = 64
  /// What is heard of one utterance; the engine's memory grows with it.
  static let longestUtterance: Duration = .seconds(60)
  /// Sound between two looks for a partial result.
  static let partialInterval: Duration = .milliseconds(200)

  let inbox = Inbox<Message>(limit: RecognizerThread.backlog)

  /// Starts the thread and waits, without blocking one, until the decoder has its model.
  static func start(model: PocketSphinxModel, logger: Logger) async throws(ProviderError) -> RecognizerThread {
    let thread = RecognizerThread()
    let failure: ProviderError? = await withCheckedContinuation { ready in
      let inbox = thread.inbox
      let started = runOnThread {
        guard let decoder = PocketSphinxDecoder(model: model) else {
          ready.resume(
            returning: ProviderError(
              .missing, provider: "pocketsphinx",
              message: "the speech model at \(model.acoustic) can't be loaded; \(PocketSphinxModel.install)"))
          return
        }
        ready.resume(returning: nil)
        var loop = RecognizerLoop(decoder: decoder, logger: logger)
        while loop.handle(inbox.take()) {}
      }
      if !started {
        ready.resume(
          returning: ProviderError(
            .overloaded, provider: "pocketsphinx", message: "the system has no thread left for a recogniser"))
      }
    }
    if let failure { throw failure }
    return thread
  }
}

/// What the thread does with each message. Owns the decoder.
struct RecognizerLoop: ~Copyable {
  private let decoder: PocketSphinxDecoder
  private let logger: Logger
  private var input = WidebandInput()
  private var events: RecognitionEvents?
  private var lost: LostSound?
  private var hint: RecognitionHint?
  private var hintIsNew = false
  /// Whether the decoder has been told what to listen with; if not, nothing can be understood.
  private var isPrepared = false
  private var isHearing = false
  private var heard: Duration = .zero
  private var nextPartial: Duration = .zero
  private var lastPartial = ""
  /// Grammars whose unknown words were reported.
  private var reported = Set<Int>()

  init(decoder: PocketSphinxDecoder, logger: Logger) {
    self.decoder = decoder
    self.logger = logger
  }

  /// Returns whether to go on.
  mutating func handle(_ messages: [RecognizerThread.Message]) -> Bool {
    for message in messages {
      switch message {
      case .begin(let hint, let events, let lost):
        input = WidebandInput()
        decoder.reset()
        self.events = events
        self.lost = lost
        change(hint)
      case .frames(let frames): frames.forEach { hear($0) }
      case .hint(let hint): change(hint)
      case .finish: finish()
      case .leave:
        abandon()
        events?.finish()
        events = nil
      case .stop: return false
      }
    }
    return true
  }

  private mutating func change(_ hint: RecognitionHint?) {
    self.hint = hint
    hintIsNew = true
    // A grammar is compiled at once, while the assistant speaks, not when the caller begins to. The language model's
    // third of a second is spent only if someone does speak without a grammar.
    if !isHearing, hint?.grammar != nil { prepare() }
  }

  private mutating func prepare() {
    hintIsNew = false
    guard let grammar = hint?.grammar else {
      let result = decoder.useLanguageModel()
      isPrepared = result.failure == nil
      if let failure = result.failure { fail(failure) }
      return
    }
    let result = decoder.use(grammar: grammar)
    isPrepared = result.failure == nil
    guard reported.count < 1000, reported.insert(grammar.hashValue).inserted else { return }
    if !result.unknownWords.isEmpty {
      logger.warning(
        "words of the dialogue that the embedded recogniser has no pronunciation of are not listened for",
        metadata: ["words": "\(result.unknownWords.prefix(20).joined(separator: ", "))"])
    }
    if let failure = result.failure {
      logger.error("a grammar is not used, nothing will be understood with it", metadata: ["reason": "\(failure)"])
    }
  }

  private mutating func fail(_ message: String) {
    events?.yield(.failed(ProviderError(.missing, provider: "pocketsphinx", message: message)))
    events?.finish()
    events = nil
  }

  private mutating func hear(_ frame: AudioFrame) {
    guard events != nil else { return }
    if !isHearing {
      if hintIsNew { prepare() }
      guard isPrepared, events != nil, decoder.start() else { return }
      isHearing = true
      heard = .zero
      nextPartial = RecognizerThread.partialInterval
      lastPartial = ""
    }
    guard heard < RecognizerThread.longestUtterance else {
      lost?.add(frame.duration)
      return
    }
    heard += frame.duration
    decoder.feed(input.convert(frame))
    guard heard >= nextPartial else { return }
    nextPartial = heard + RecognizerThread.partialInterval
    let hypothesis = decoder.hypothesis
    if !hypothesis.text.isEmpty, hypothesis.text != lastPartial, hypothesis.score?.isAcceptable ?? true {
      lastPartial = hypothesis.text
      events?.yield(.partial(hypothesis.text))
    }
  }

  private mutating func finish() {
    guard isHearing else {
      events?.yield(.final("", confidence: nil))
      if hintIsNew, hint?.grammar != nil { prepare() }
      return
    }
    decoder.end()
    isHearing = false
    let hypothesis = decoder.hypothesis
    let isAcceptable = hypothesis.score?.isAcceptable ?? true
    events?.yield(.final(isAcceptable ? hypothesis.text : "", confidence: hypothesis.score?.confidence))
    if hintIsNew, hint?.grammar != nil { prepare() }
  }

  private mutating func abandon() {
    if isHearing { decoder.end() }
    isHearing = false
  }
}
