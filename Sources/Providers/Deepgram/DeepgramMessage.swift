import FoundationEssentials
import VoicePipeline

/// What Deepgram's live recognition sends.
enum DeepgramMessage: Equatable {
  case results(DeepgramResults)
  case utteranceEnd
  case error
  /// Anything else, known or not: of no use here.
  case other

  /// Nil for what is not JSON of the expected form.
  init?(_ text: String) {
    let data = Data(text.utf8)
    let decoder = JSONDecoder()
    guard let head = try? decoder.decode(Head.self, from: data) else { return nil }
    switch head.type {
    case "Results":
      guard let results = try? decoder.decode(DeepgramResults.self, from: data) else { return nil }
      self = .results(results)
    case "UtteranceEnd": self = .utteranceEnd
    case "Error": self = .error
    default: self = .other
    }
  }

  private struct Head: Decodable {
    var type: String?
  }
}

/// A piece of transcript.
struct DeepgramResults: Decodable, Equatable {
  struct Alternative: Decodable, Equatable {
    var transcript: String
    var confidence: Double?
  }
  struct Channel: Decodable, Equatable {
    var alternatives: [Alternative]
  }

  var channel: Channel
  var isFinal: Bool?
  var speechFinal: Bool?
  var fromFinalize: Bool?
  /// Seconds from the connection's first sound.
  var start: Double?
  /// Seconds.
  var duration: Double?

  enum CodingKeys: String, CodingKey {
    case channel, start, duration
    case isFinal = "is_final"
    case speechFinal = "speech_final"
    case fromFinalize = "from_finalize"
  }
}
