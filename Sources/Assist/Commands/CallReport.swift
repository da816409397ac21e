import Foundation
import RTPEngine
import SIPStack
import Telephony

/// What `assist call` tells of a call.
struct CallReport: Encodable {
  /// One answered utterance.
  struct Reply: Encodable {
    var utterance: Int
    var milliseconds: Double
  }

  var answered: Bool
  var setUpMilliseconds: Double?
  var ending: String
  var status: Int?
  var packetsReceived: UInt64
  var packetsSent: UInt32
  var packetsLost: Int64
  var packetsLate: UInt64
  var jitterMilliseconds: Double
  var roundTripMilliseconds: Double?
  var meanOpinionScore: Double
  var replies: [Reply]

  init(_ report: CallerParty.Report, answeredAfter: Duration?) {
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
  var text: String {
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
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
