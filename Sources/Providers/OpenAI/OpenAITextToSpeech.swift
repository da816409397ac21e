import Audio
import Coordination
import JSON
public import NetClient
public import VoicePipeline

/// Speech by OpenAI's audio/speech, streamed as PCM of 24 kHz.
public final class OpenAITextToSpeech: TextToSpeech {
  /// What is asked of the voice.
  public struct Settings: Sendable, Equatable {
    /// Default `gpt-4o-mini-tts`.
    public var model: String
    /// Default `alloy`.
    public var voice: String
    /// How to speak, for models that take it. Default nil.
    public var instructions: String?
    /// 0.25 to 4; nil, the default, sends none.
    public var speed: Double?

    /// Settings for `voice`.
    public init(
      model: String = "gpt-4o-mini-tts", voice: String = "alloy", instructions: String? = nil, speed: Double? = nil
    ) {
      self.model = model
      self.voice = voice
      self.instructions = instructions
      self.speed = speed
    }
  }

  /// `openai`.
  public let name = OpenAIClient.provider
  /// 24,000.
  public let sampleRate = 24000
  private let client: OpenAIClient
  private let settings: Settings
  private let tasks = TaskOwner()

  /// How many pieces of a sentence's sound may wait for the carrier: all that the largest answer can hold. What is more
  /// ends with an error.
  private static let maximumWaiting = 32_768
  /// The most characters that the provider takes at once.
  private static let maximumCharacters = 4096

  /// A voice reached through `http`.
  public init(_ configuration: OpenAIConfiguration, settings: Settings = Settings(), http: HTTPClient) {
    client = OpenAIClient(configuration: configuration, http: http)
    self.settings = settings
  }

  /// Opens a connection ahead of the first sentence.
  public func prewarm() async {
    await client.prewarm()
  }

  /// Ends the sentences that are under way.
  public func shutDown() async { await tasks.end() }

  /// Asks at once, whether or not the stream is read yet, so that a sentence can be made ready while another plays.
  public func synthesize(_ sentence: String, language: String) -> AsyncThrowingStream<[Int16], any Error> {
    tasks.stream(limit: Self.maximumWaiting) { [self] deliver in
      do {
        try await FirstOutputWatch.run(within: client.configuration.firstOutputTimeout) { [self] watch in
          try await speak(sentence) { samples in
            watch.delivered()
            try deliver(samples)
          }
        }
      } catch {
        throw OpenAIClient.translated(any: error)
      }
    }
  }

  private func speak(_ sentence: String, _ deliver: @Sendable ([Int16]) throws -> Void) async throws {
    guard sentence.contains(where: { !$0.isWhitespace }) else { return }
    guard sentence.unicodeScalars.count <= Self.maximumCharacters else {
      throw ProviderError(
        .rejected(status: 0), provider: name,
        message: "a sentence of more than \(Self.maximumCharacters) characters can't be spoken at once")
    }
    let request = JSONValue.members([
      "model": .string(settings.model), "voice": .string(settings.voice), "input": .string(sentence),
      "instructions": settings.instructions.map { .string($0) }, "speed": settings.speed.map { .number($0) },
      "response_format": "pcm",
    ])
    let body = Array(request.text.utf8)
    let response = try await client.post(
      "/audio/speech", contentType: "application/json", .bytes(body), total: .seconds(120), maximumBodyBytes: 32 << 20)
    let type = response.header("content-type")?.lowercased() ?? ""
    guard !type.hasPrefix("application/json"), !type.hasPrefix("text/") else {
      throw ProviderError(
        .malformedAnswer, provider: name, message: "the answer is \(type) and not sound; check base_url and model")
    }
    var decoder = LittleEndianSamples()
    var hasSound = false
    for try await chunk in response.body {
      let samples = decoder.feed(chunk)
      guard !samples.isEmpty else { continue }
      hasSound = true
      try deliver(samples)
    }
    try Task.checkCancellation()
    guard hasSound else {
      throw ProviderError(.malformedAnswer, provider: name, message: "the answer holds no sound; check model and voice")
    }
  }
}

/// 16-bit little-endian samples from bytes that are cut anywhere.
struct LittleEndianSamples {
  private var half: UInt8?

  /// The samples that `bytes` complete.
  mutating func feed(_ bytes: [UInt8]) -> [Int16] {
    var rest = bytes[...]
    var samples: [Int16] = []
    samples.reserveCapacity((bytes.count + 1) / 2)
    if let low = half, let high = rest.popFirst() {
      samples.append(Int16(bitPattern: UInt16(high) << 8 | UInt16(low)))
      half = nil
    }
    var index = rest.startIndex
    while index + 1 < rest.endIndex {
      samples.append(Int16(bitPattern: UInt16(rest[index + 1]) << 8 | UInt16(rest[index])))
      index += 2
    }
    if index < rest.endIndex { half = rest[index] }
    return samples
  }
}
