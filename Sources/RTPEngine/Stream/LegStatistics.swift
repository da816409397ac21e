/// Figures of a leg so far.
public struct LegStatistics: Sendable, Equatable {
  /// RTP packets received, duplicates and late ones too.
  public var packetsReceived: UInt64 = 0
  /// Payload bytes received.
  public var octetsReceived: UInt64 = 0
  /// RTP packets sent, modulo 2^32.
  public var packetsSent: UInt32 = 0
  /// Payload bytes sent, modulo 2^32.
  public var octetsSent: UInt32 = 0
  /// Packets that never came (RFC 3550 appendix A.3).
  public var lost: Int64 = 0
  /// Packets that came after their time.
  public var late: UInt64 = 0
  /// Packets that came twice.
  public var duplicates: UInt64 = 0
  /// Packets that came after one sent later.
  public var reordered: UInt64 = 0
  /// Packets that could not be kept.
  public var discarded: UInt64 = 0
  /// Datagrams that were no RTP, or of a payload type nobody negotiated.
  public var invalid: UInt64 = 0
  /// Packets of sources that are not played.
  public var strays: UInt64 = 0
  /// Sound made up in place of packets.
  public var concealed = Duration.zero
  /// All that was played, concealment included.
  public var played = Duration.zero
  /// Interarrival jitter (RFC 3550 appendix A.8).
  public var jitter = Duration.zero
  /// What the jitter buffer adds now for the fastest packets.
  public var bufferDelay = Duration.zero
  /// What the jitter buffer aims at.
  public var targetDelay = Duration.zero
  /// To the other side and back; `nil` until its reports tell.
  public var roundTrip: Duration?
  /// Loss of what we send, by the other side's last report, 0 to 1; `nil` until it reports.
  public var remoteLoss: Double?

  /// All zero.
  public init() {}

  /// The figures of a leg's three parts.
  public init(receiver: borrowing Receiver, sender: borrowing SendStream, rtcp: borrowing RTCPSession) {
    receiver.report(to: &self)
    packetsSent = sender.packets
    octetsSent = sender.octets
    roundTrip = rtcp.roundTrip
    remoteLoss = rtcp.remoteReport.map { Double($0.fractionLost) / 256 }
  }

  /// How what we hear would be judged, 1 (bad) to 4.4 (excellent): the E-model (ITU-T G.107, simplified) for G.711 with
  /// loss concealment, from one-way delay and the share of sound that was concealed.
  public var meanOpinionScore: Double {
    let way = (roundTrip ?? .zero) / 2 + bufferDelay + .milliseconds(20)
    let share = played > .zero ? concealed / played : 0
    return LegStatistics.meanOpinionScore(delay: way, loss: share)
  }

  /// The E-model's score for a mouth-to-ear `delay` and a `loss` of 0 to 1.
  static func meanOpinionScore(delay: Duration, loss: Double) -> Double {
    let milliseconds = max(0, delay / .milliseconds(1))
    // G.107 with default values; the impairment by delay as Cole and Rosenbluth fitted it.
    let byDelay = 0.024 * milliseconds + 0.11 * max(0, milliseconds - 177.3)
    // G.113 appendix I: G.711 with concealment has Ie 0 and Bpl 25.1.
    let percent = max(0, min(loss, 1)) * 100
    let byLoss = 95 * percent / (percent + 25.1)
    let rating = max(0, min(100, 93.2 - byDelay - byLoss))
    return max(1, min(4.5, 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating)))
  }
}
