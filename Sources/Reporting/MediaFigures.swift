import JSON
import RTPEngine
import Store

extension MediaLegStatistics {
  /// What is kept of a call's media, as JSON.
  package var json: String {
    let figures: JSONValue = [
      "received": .integer(Int64(clamping: stream.packetsReceived)), "lost": .integer(Int64(clamping: stream.lost)),
      "late": .integer(Int64(clamping: stream.late)),
      "jitter_ms": .number((stream.jitter / .microseconds(100)).rounded() / 10),
      "mos": .number((stream.meanOpinionScore * 10).rounded() / 10),
    ]
    return figures.text
  }
}
