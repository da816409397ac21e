import Foundation
import RTPEngine
import SIPStack

/// What `assist call` tells of a call.
package struct CallReport: Encodable {
  /// One answered utterance.
  package struct Reply: Encodable {
    package var utterance: Int
    package var milliseconds: Double
  }

  package var answered: Bool
  package var setUpMilliseconds: Double?
  package var ending: String
  package var status: Int?
  package var packetsReceived: UInt64
  package var packetsSent: UInt32
  package var packetsLost: Int64
  package var packetsLate: UInt64
  package var jitterMilliseconds: Double
  package var roundTripMilliseconds: Double?
  package var meanOpinionScore: Double
  package var replies: [Reply]

  package init(_ report: CallerParty.Report, answeredAfter: Duration?) {
    let stream = report.statistics.stream
    answered = answeredAfter != nil
    setUpMilliseconds = answeredAfter.map(Self.milliseconds)
    ending = report.ending?.text ?? "unknown"
    status = report.ending?.status
    packetsReceived = stream.packetsReceived
    packetsSent = stream.packetsSent
    packetsLost = stream.lost
    packetsLate = stream.late
    jitterMilliseconds = Self.milliseconds(stream.jitter)
    roundTripMilliseconds = stream.roundTrip.map(Self.milliseconds)
    meanOpinionScore = (stream.meanOpinionScore * 100).rounded() / 100
    replies = report.replies.map { Reply(utterance: $0.utterance, milliseconds: Self.milliseconds($0.delay)) }
  }

  private static func milliseconds(_ duration: Duration) -> Double { (duration / .microseconds(100)).rounded() / 10 }

  /// One line a figure.
  package var text: String {
    guard let setUp = setUpMilliseconds else {
      return "not answered: \(ending)" + (status.map { " (\($0))" } ?? "")
    }
    var lines = [
      "set-up        \(setUp) ms",
      "received      \(packetsReceived) packets, \(packetsLost) lost, \(packetsLate) late, jitter \(jitterMilliseconds) ms",
      "sent          \(packetsSent) packets" + (roundTripMilliseconds.map { ", round trip \($0) ms" } ?? ""),
      "quality       MOS \(meanOpinionScore)",
    ]
    lines += replies.map { "reply \($0.utterance)       after \($0.milliseconds) ms" }
    lines.append("ended         \(ending)")
    return lines.joined(separator: "\n")
  }

  /// The same for programs.
  package var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
