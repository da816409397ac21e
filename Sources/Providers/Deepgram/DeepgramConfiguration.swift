import VoicePipeline

/// Where Deepgram is and how it listens.
public struct DeepgramConfiguration: Sendable, Equatable {
  /// The key for `Authorization: Token`. Never logged.
  public var apiKey: String
  /// `ws` or `wss`, without a slash at the end; `http` and `https` are taken for these. Default
  /// `wss://api.deepgram.com/v1`.
  public var baseURL: String
  /// Default `nova-3`.
  public var model: String
  /// The language as Deepgram spells it, where that is not the conversation's, e.g. `multi`. Default nil.
  public var language: String?
  /// Silence after which Deepgram takes the speaker to have finished. Default 300 ms.
  public var endpointing: Duration
  /// Whether numbers, dates and the like are written as such. Default true.
  public var smartFormat: Bool
  /// TCP, TLS and upgrade. Default 3 s.
  public var connectTimeout: Duration
  /// How long `finishUtterance` waits for the provider before it says what it has. Default 1.5 s.
  public var finalizeTimeout: Duration
  /// How long the transcript of a recording may take; its size counts on top, a second for each 32 KiB. Default 30 s.
  public var recordingTimeout: Duration

  /// A configuration; the defaults suit a phone call.
  public init(
    apiKey: String, baseURL: String = "wss://api.deepgram.com/v1", model: String = "nova-3", language: String? = nil,
    endpointing: Duration = .milliseconds(300), smartFormat: Bool = true, connectTimeout: Duration = .seconds(3),
    finalizeTimeout: Duration = .milliseconds(1500), recordingTimeout: Duration = .seconds(30)
  ) {
    self.apiKey = apiKey
    self.baseURL = baseURL
    self.model = model
    self.language = language
    self.endpointing = endpointing
    self.smartFormat = smartFormat
    self.connectTimeout = connectTimeout
    self.finalizeTimeout = finalizeTimeout
    self.recordingTimeout = recordingTimeout
  }

  /// The URL of a live recognition.
  func url(for options: RecognitionOptions, phrases: [String]) -> String {
    var base = baseURL
    if base.hasPrefix("http") { base = "ws" + base.dropFirst(4) }
    let endpointing = endpointing.components
    let milliseconds = endpointing.seconds * 1000 + endpointing.attoseconds / 1_000_000_000_000_000
    var query = [
      ("model", model), ("encoding", "linear16"), ("sample_rate", "\(options.sampleRate)"), ("channels", "1"),
      ("language", language ?? Self.language(for: options.language)), ("interim_results", "true"),
      ("endpointing", "\(max(10, milliseconds))"), ("utterance_end_ms", "1000"),
      ("smart_format", smartFormat ? "true" : "false"), ("punctuate", "true"),
    ]
    query += Self.words(phrases, for: model)
    return base + "/listen?" + Self.encoded(query)
  }

  /// The URL to which a recording goes.
  func recordingURL(for options: TranscriptionOptions) -> String {
    var base = baseURL
    if base.hasPrefix("ws") { base = "http" + base.dropFirst(2) }
    // Flux only listens live.
    let model = model.hasPrefix("flux") ? "nova-3" : model
    let query =
      [
        ("model", model), ("language", language ?? Self.language(for: options.language)),
        ("smart_format", smartFormat ? "true" : "false"), ("punctuate", "true"),
      ] + Self.words(options.hint?.phrases ?? [], for: model)
    return base + "/listen?" + Self.encoded(query)
  }

  private static func words(_ phrases: [String], for model: String) -> [(String, String)] {
    // What older models call keywords.
    let name = model.hasPrefix("nova-3") || model.hasPrefix("flux") ? "keyterm" : "keywords"
    // The provider takes 500 tokens of them.
    return phrases.prefix(50).map { (name, String($0.prefix(100))) }
  }

  private static func encoded(_ query: [(String, String)]) -> String {
    query.map { "\($0.0)=\(encoded($0.1))" }.joined(separator: "&")
  }

  /// Deepgram knows some regions and refuses the others.
  static func language(for tag: String) -> String {
    let regions: Set<String> = [
      "da-DK", "de-CH", "en-AU", "en-GB", "en-IN", "en-NZ", "en-US", "es-419", "fr-CA", "ko-KR", "nl-BE", "pt-BR",
      "pt-PT", "sv-SE", "th-TH", "zh-CN", "zh-HK", "zh-TW",
    ]
    return regions.contains(tag) ? tag : String(tag.prefix { $0 != "-" && $0 != "_" }).lowercased()
  }

  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: bytes.append(byte)
      default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
