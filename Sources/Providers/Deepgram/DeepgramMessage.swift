import JSON

/// What Deepgram's live recognition sends.
enum DeepgramMessage: Equatable {
  case results(DeepgramResults)
  case utteranceEnd
  case error
  /// Anything else, known or not: of no use here.
  case other

  /// Nil for what is not JSON of the expected form.
  init?(_ text: String) {
    guard let json = JSONValue(json: text), case .object = json else { return nil }
    switch json["type"]?.string {
    case "Results":
      guard let results = DeepgramResults(json) else { return nil }
      self = .results(results)
    case "UtteranceEnd": self = .utteranceEnd
    case "Error": self = .error
    default: self = .other
    }
  }
}

/// The readings of one channel, the best first.
struct DeepgramChannel: Equatable {
  /// One way in which the sound may be read.
  struct Alternative: Equatable {
    var transcript: String
    var confidence: Double?
  }

  var alternatives: [Alternative]

  /// Nil for what is not of the expected form.
  init?(_ json: JSONValue?) {
    guard case .array(let readings)? = json?["alternatives"] else { return nil }
    alternatives = readings.compactMap { reading in
      reading["transcript"]?.string.map { Alternative(transcript: $0, confidence: reading["confidence"]?.double) }
    }
    guard alternatives.count == readings.count else { return nil }
  }
}

/// A piece of transcript.
struct DeepgramResults: Equatable {
  var channel: DeepgramChannel
  var isFinal: Bool?
  var speechFinal: Bool?
  var fromFinalize: Bool?
  /// Seconds from the connection's first sound.
  var start: Double?
  /// Seconds.
  var duration: Double?

  /// Nil for what is not of the expected form.
  init?(_ json: JSONValue) {
    guard let channel = DeepgramChannel(json["channel"]) else { return nil }
    self.channel = channel
    isFinal = json["is_final"]?.bool
    speechFinal = json["speech_final"]?.bool
    fromFinalize = json["from_finalize"]?.bool
    start = json["start"]?.double
    duration = json["duration"]?.double
  }
}
