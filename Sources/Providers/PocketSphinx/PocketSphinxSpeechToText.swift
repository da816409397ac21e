import Audio
import Coordination
import Glibc
public import Logging
public import VoicePipeline

/// The embedded recogniser: PocketSphinx with its US English model.
///
/// Each open recognition has a decoder and its thread to itself; both are kept when it closes, since loading the model
/// takes a tenth of a second and 30 MB. With a grammar a decoder needs 1 to 2 % of a core while someone speaks and
/// nothing in silence; without one it falls back to a language model for free speech, which needs up to a third of a
/// core, another 90 MB, and understands little over the telephone.
public final class PocketSphinxSpeechToText: SpeechToText {
  /// What can be set.
  public struct Settings: Sendable, Equatable {
    /// Recognitions open at once. Default four a core, 1 to 1000.
    public var maximumRecognitions: Int
    /// The folder that holds `en-us`, `cmudict-en-us.dict` and `en-us.lm.bin`. Default: where the Debian package
    /// `pocketsphinx-en-us` puts it.
    public var modelDirectory: String

    /// Settings; the defaults are those of the configuration.
    public init(maximumRecognitions: Int? = nil, modelDirectory: String? = nil) {
      self.maximumRecognitions =
        maximumRecognitions.map { min(1000, max(1, $0)) } ?? 4 * max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
      self.modelDirectory = modelDirectory ?? PocketSphinxModel.debian
    }
  }

  /// `pocketsphinx`.
  public let name = "pocketsphinx"
  private let settings: Settings
  private let model: PocketSphinxModel
  private let pool: Locked<RecognizerPool>
  private let logger: Logger
  private let tasks = TaskOwner()

  /// Finds the model, but loads nothing yet. Throws `ProviderError.missing` when it is not there.
  public init(settings: Settings = Settings(), logger: Logger = Logger(label: "pocketsphinx")) throws(ProviderError) {
    self.settings = settings
    self.logger = logger
    model = try PocketSphinxModel(directory: settings.modelDirectory)
    pool = Locked(RecognizerPool(maximum: settings.maximumRecognitions))
  }

  deinit { stop() }

  /// Ends the decoders, those in use once their recognitions are over.
  public func shutDown() async {
    stop()
    await tasks.end()
  }

  private func stop() {
    tasks.cancelAll()
    pool.withLock { $0.close() }.forEach { $0.inbox.post(.stop) }
  }

  /// Makes sure that the next call finds a decoder ready. Throws `ProviderError.missing` when the model can't be
  /// loaded.
  public func prewarm() async throws(ProviderError) {
    guard pool.withLock({ $0.idle.isEmpty && $0.reserve() }) else { return }
    checkIn(try await startThread())
  }

  /// The same, whatever the language.
  public func prepare(language: String) async throws(ProviderError) { try await prewarm() }

  /// Gives a decoder to a new recognition. Throws `overloaded` when all are taken, `missing` when the language is not
  /// English or the model can't be loaded.
  public func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
    let language = options.language.lowercased()
    guard language == "en" || language.hasPrefix("en-") else {
      throw ProviderError(
        .missing, provider: name,
        message: "the embedded recogniser knows English alone, not \(options.language); configure another stt provider")
    }
    let thread = try await checkOut()
    return PocketSphinxRecognition(thread: thread, hint: options.hint, lost: options.lost) { [weak self] thread in
      if let self { self.checkIn(thread) } else { thread.inbox.post(.stop) }
    }
  }

  private func prepareNext() async {
    do {
      try await prewarm()
    } catch {
      logger.warning("the next call has to wait for its recogniser", metadata: ["reason": "\(error)"])
    }
  }

  private func checkOut() async throws(ProviderError) -> RecognizerThread {
    let (free, mayStart) = pool.withLock { pool in
      if let thread = pool.idle.popLast() { return (RecognizerThread?.some(thread), false) }
      return (nil, pool.reserve())
    }
    if let free {
      // The one after this shall not have to wait for its model either.
      tasks.start(isolation: nil) { [weak self] in await self?.prepareNext() }
      return free
    }
    guard mayStart else {
      throw ProviderError(
        .overloaded, provider: name,
        message: "all \(settings.maximumRecognitions) recognitions are taken; raise `maximum_recognitions`")
    }
    return try await startThread()
  }

  /// Starts the decoder that was reserved.
  private func startThread() async throws(ProviderError) -> RecognizerThread {
    do {
      return try await RecognizerThread.start(model: model, logger: logger)
    } catch {
      pool.withLock { $0.release() }
      throw error
    }
  }

  private func checkIn(_ thread: RecognizerThread) {
    if !pool.withLock({ $0.put(thread) }) { thread.inbox.post(.stop) }
  }
}

/// The decoders that wait, and how many there are in all.
struct RecognizerPool: Sendable {
  let maximum: Int
  private(set) var started = 0
  var idle: [RecognizerThread] = []
  private var isClosed = false

  init(maximum: Int) { self.maximum = maximum }

  /// Takes the right to start one more, if there is any.
  mutating func reserve() -> Bool {
    guard started < maximum, !isClosed else { return false }
    started += 1
    return true
  }

  mutating func release() { started -= 1 }

  mutating func put(_ thread: RecognizerThread) -> Bool {
    guard !isClosed else { return false }
    idle.append(thread)
    return true
  }

  mutating func close() -> [RecognizerThread] {
    isClosed = true
    defer { idle.removeAll() }
    return idle
  }
}
