import Audio
import Coordination
import Glibc
public import VoicePipeline

/// The embedded voice: the program espeak-ng, run beside this one (its licence forbids to link it).
///
/// A process speaks one sentence. Some are started ahead and wait at their standard input with everything loaded, so a
/// sentence's first sound costs no start of a program. Each process that speaks has a thread that reads from it.
public final class EspeakTextToSpeech: TextToSpeech {
  /// What can be set.
  public struct Settings: Sendable, Equatable {
    /// Words a minute. Default 165 (espeak-ng's own is 175, which the telephone blurs), 80 to 450.
    public var wordsPerMinute: Int
    /// Pitch. Default 50, 0 to 99.
    public var pitch: Int
    /// Processes that wait, for each voice in use. Default 2, 0 to 64.
    public var spares: Int
    /// The voice, as `espeak-ng --voices` names it. Default: that of the language.
    public var voice: String?
    /// The program; a name without a slash is looked for in `PATH`. Default `espeak-ng`.
    public var program: String

    /// Settings; the defaults are those of the configuration. Values outside their range are brought to its edge.
    public init(
      wordsPerMinute: Int = 165, pitch: Int = 50, spares: Int = 2, voice: String? = nil, program: String = "espeak-ng"
    ) {
      self.wordsPerMinute = min(450, max(80, wordsPerMinute))
      self.pitch = min(99, max(0, pitch))
      self.spares = min(64, max(0, spares))
      self.voice = voice
      self.program = program
    }
  }

  /// `espeak`.
  public let name = "espeak"
  /// What espeak-ng's voices are made at.
  public let sampleRate = 22_050
  /// Voices kept warm at once; a conversation uses one.
  private static let warmVoices = 4
  /// Longer texts are not sentences.
  private static let longestSentence = 10_000
  /// Pieces of a sentence's sound that may wait for the carrier; the longest sentence has a fifth of this when it comes
  /// as it should. What is more ends with an error.
  private static let maximumWaiting = 8192

  private let settings: Settings
  private let path: String
  private let warm: Locked<[(voice: String, spares: [ChildProcess])]>

  /// Finds the program. Throws `ProviderError.missing` when there is none.
  public init(settings: Settings = Settings()) throws(ProviderError) {
    guard let path = Self.find(settings.program) else {
      throw ProviderError(
        .missing, provider: "espeak",
        message: "no program \(settings.program); install it with `apt-get install espeak-ng`")
    }
    self.settings = settings
    self.path = path
    warm = Locked([])
  }

  /// Starts the processes that wait for the default voice. Cheap when they are there.
  public func prewarm() async {
    let voice = warm.withLock { $0.last?.voice } ?? self.voice(for: "en-US")
    fill(voice)
  }

  /// Starts the processes that wait for the voice of `language`.
  public func prepare(language: String) async throws(ProviderError) {
    fill(voice(for: language))
  }

  /// Ends the processes that wait, and starts no more ahead.
  public func shutDown() async {
    let ended = warm.withLock { warm in
      defer { warm = [] }
      return warm
    }
    withExtendedLifetime(ended) {}
  }

  /// Speaks one sentence.
  public func synthesize(_ sentence: String, language: String) -> AsyncThrowingStream<[Int16], any Error> {
    let voice = voice(for: language)
    let (stream, continuation) = AsyncThrowingStream.makeStream(
      of: [Int16].self, throwing: (any Error).self, bufferingPolicy: .bufferingOldest(Self.maximumWaiting))
    let text = Self.clean(sentence)
    guard !text.isEmpty else {
      continuation.finish()
      return stream
    }
    let process: ChildProcess
    do {
      process = try take(voice)
    } catch {
      continuation.finish(throwing: error)
      return stream
    }
    continuation.onTermination = { [weak process] _ in process?.kill() }
    let started = runOnThread { [weak self, sampleRate] in
      process.writeAndClose(text)
      Self.read(process, sampleRate: sampleRate, into: continuation) { self?.fill(voice) }
    }
    if !started {
      continuation.finish(
        throwing: ProviderError(.overloaded, provider: name, message: "the system has no thread left for a voice"))
    }
    return stream
  }

  private static func read(
    _ process: ChildProcess, sampleRate: Int, into continuation: AsyncThrowingStream<[Int16], any Error>.Continuation,
    whenFirstHeard: () -> Void
  ) {
    var wav = StreamingWAV(expectedRate: sampleRate)
    var buffer = [UInt8](repeating: 0, count: 16_384)
    var failure: ProviderError?
    var wasHeard = false
    reading: while true {
      let count = process.read(into: &buffer)
      guard count > 0 else { break }
      do {
        let samples = try wav.parse(buffer[0..<count])
        guard !samples.isEmpty else { continue }
        switch continuation.yield(samples) {
        case .enqueued: break
        case .dropped:
          failure = ProviderError(
            .overloaded, provider: "espeak", message: "a sentence has more sound than can be kept until it is heard")
          break reading
        default: break reading
        }
        // The next sentence's process starts only now, so that this one's first sound does not wait for it.
        if !wasHeard { whenFirstHeard() }
        wasHeard = true
      } catch {
        failure = ProviderError(
          .malformedAnswer, provider: "espeak", message: "espeak-ng wrote something else than 16-bit WAV: \(error)")
        break reading
      }
    }
    // At the end of its output the program is about to exit, or hangs or was cancelled: either way it is of no use.
    if !(failure == nil && wasHeard && process.exits(within: 200)) { process.kill() }
    let status = process.reap()
    if failure == nil, status != 0 && !wasHeard || !wav.hasHeader {
      failure = ProviderError(
        .failed(status: status.map { Int($0) }), provider: "espeak",
        message: "espeak-ng ended without a sound; try `espeak-ng -v VOICE hello` with the configured voice")
    }
    if let failure { continuation.finish(throwing: failure) } else { continuation.finish() }
  }

  private func voice(for language: String) -> String { settings.voice ?? EspeakVoice.name(for: language) }

  private func take(_ voice: String) throws(ProviderError) -> ChildProcess {
    let spare: ChildProcess? = warm.withLock { warm in
      guard let index = warm.firstIndex(where: { $0.voice == voice }) else { return nil }
      while let process = warm[index].spares.popLast() {
        if process.isAlive { return process }
      }
      return nil
    }
    if let spare { return spare }
    return try start(voice)
  }

  private func start(_ voice: String) throws(ProviderError) -> ChildProcess {
    do {
      return try ChildProcess(
        path: path,
        arguments: [
          "--stdin", "--stdout", "-b", "1", "-v", voice, "-s", String(settings.wordsPerMinute), "-p",
          String(settings.pitch),
        ])
    } catch {
      throw ProviderError(.overloaded, provider: name, message: "espeak-ng can't be started: \(error)")
    }
  }

  private func fill(_ voice: String) {
    while true {
      let isWanted = warm.withLock { warm in
        let index = warm.firstIndex { $0.voice == voice }
        return (index.map { warm[$0].spares.count } ?? 0) < settings.spares
      }
      guard isWanted, let process = try? start(voice) else { return }
      // Of the voices the one not used for longest loses its spares, which end outside the lock.
      var ended: [ChildProcess] = []
      warm.withLock { warm in
        var entry: (voice: String, spares: [ChildProcess]) = (voice, [])
        if let index = warm.firstIndex(where: { $0.voice == voice }) { entry = warm.remove(at: index) }
        if entry.spares.count < settings.spares { entry.spares.append(process) }
        warm.append(entry)
        if warm.count > Self.warmVoices { ended = warm.removeFirst().spares }
      }
      withExtendedLifetime(ended) {}
    }
  }

  /// One line, without the control characters and the markup that a synthesiser would act on.
  private static func clean(_ sentence: String) -> [UInt8] {
    let text = sentence.unicodeScalars.prefix(longestSentence).map { scalar in
      scalar.value < 0x20 || scalar.value == 0x7F ? " " : Character(scalar)
    }
    let line = String(text)
    return line.allSatisfy { $0 == " " } ? [] : Array((line + "\n").utf8)
  }

  private static func find(_ program: String) -> String? {
    if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
    guard let path = getenv("PATH") else { return nil }
    for folder in String(cString: path).split(separator: ":") {
      let candidate = "\(folder)/\(program)"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    return nil
  }
}

extension ChildProcess {
  /// Whether it ends by itself within `milliseconds`. Blocks the thread.
  fileprivate func exits(within milliseconds: Int) -> Bool {
    for _ in 0..<max(1, milliseconds / 2) {
      if !isAlive { return true }
      usleep(2000)
    }
    return !isAlive
  }
}
