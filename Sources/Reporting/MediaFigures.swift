import JSON
import RTPEngine

extension MediaLegStatistics {
  /// What is kept of a call's media, as JSON.
  package var json: String { JSONValue.object(kept).text }

  /// What is told of a call's media while it goes on and at its end.
  var told: JSONValue {
    var figures = kept
    figures["buffer_ms"] = JSONValue(rounding: stream.bufferDelay / .milliseconds(1), places: 0)
    figures["concealed_ms"] = JSONValue(rounding: stream.concealed / .milliseconds(1), places: 0)
    return .object(figures)
  }

  private var kept: [String: JSONValue] {
    [
      "received": .integer(Int64(clamping: stream.packetsReceived)), "lost": .integer(Int64(clamping: stream.lost)),
      "late": .integer(Int64(clamping: stream.late)),
      "jitter_ms": JSONValue(rounding: stream.jitter / .milliseconds(1), places: 1),
      "mos": JSONValue(rounding: stream.meanOpinionScore, places: 1),
    ]
  }
}
