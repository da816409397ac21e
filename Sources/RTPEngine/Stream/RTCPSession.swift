public import Audio

/// What an RTCP datagram brought.
public enum RTCPReception: Sendable, Equatable {
  /// Reports, or something of no consequence.
  case report
  /// The other side says good-bye.
  case bye
  /// No RTCP.
  case invalid(RTCPPacketError)
}

/// The RTCP of a leg with two members (RFC 3550 section 6): when to report, what to report, and the round trip.
///
/// Media path: does not allocate.
public struct RTCPSession: ~Copyable {
  /// The interval between reports, before it is randomised (RFC 3550 section 6.2): half of it at the start.
  static let interval = Duration.seconds(5)

  private let localSSRC: UInt32
  private let cname: [UInt8]
  private var random: SeededGenerator

  /// When the next report is due; the first within 2.5 s of the start.
  public private(set) var nextReport: Instant
  /// Time to the other side and back, by its last report on us.
  public private(set) var roundTrip: Duration?
  /// The other side's last report on what we send.
  public private(set) var remoteReport: ReportBlock?

  private var lastSenderReport: (ssrc: UInt32, middle: UInt32, arrival: Instant)?
  /// Wall-clock and monotonic time of our last report, which ties one clock to the other.
  private var lastSent: (ntp: NTPTimestamp, at: Instant)?

  /// A session of `localSSRC` that begins now. `cname` should be random (RFC 7022); `seed` spreads the reports.
  public init(localSSRC: UInt32, cname: String, seed: UInt64, at now: Instant) {
    self.localSSRC = localSSRC
    self.cname = Array(cname.utf8.prefix(255))
    random = SeededGenerator(seed: seed)
    nextReport = now
    nextReport = now + spread(RTCPSession.interval / 2)
  }

  /// The interval times 0.5 to 1.5 and, as it is reconsidered with two members always, over e − 1.5 (section 6.3.1).
  private mutating func spread(_ interval: Duration) -> Duration {
    let share = Int64(random.next() >> 44)  // 20 bits
    return interval * (524_288 + share) / 1_048_576 * 10_000 / 12_183
  }

  /// Takes a datagram from the RTCP port, or one that `DatagramKind` says is RTCP.
  public mutating func receive(_ datagram: Span<UInt8>, at arrival: Instant) -> RTCPReception {
    do throws(RTCPPacketError) {
      var compound = try RTCPCompound(datagram)
      var isBye = false
      while let part = compound.next(in: datagram) {
        switch part.kind {
        case .senderReport: readReport(part, blocksAt: 24, of: datagram, at: arrival)
        case .receiverReport: readReport(part, blocksAt: 4, of: datagram, at: arrival)
        case .bye: if part.count > 0 { isBye = true }
        default: break
        }
      }
      return isBye ? .bye : .report
    } catch {
      return .invalid(error)
    }
  }

  private mutating func readReport(_ part: RTCPPart, blocksAt first: Int, of bytes: Span<UInt8>, at arrival: Instant) {
    let body = part.body
    guard body.count >= first else { return }
    if first == 24 {
      let seconds = UInt64(bytes.bigEndian32(at: body.lowerBound + 4))
      let ntp = NTPTimestamp(value: seconds << 32 | UInt64(bytes.bigEndian32(at: body.lowerBound + 8)))
      lastSenderReport = (bytes.bigEndian32(at: body.lowerBound), ntp.middle, arrival)
    }
    var offset = body.lowerBound + first
    for _ in 0..<part.count {
      guard offset + ReportBlock.size <= body.upperBound else { return }
      let block = ReportBlock(bytes, at: offset)
      if block.ssrc == localSSRC {
        remoteReport = block
        measure(block, at: arrival)
      }
      offset += ReportBlock.size
    }
  }

  /// RFC 3550 section 6.4.1: arrival − LSR − DLSR.
  private mutating func measure(_ block: ReportBlock, at arrival: Instant) {
    guard block.lastSenderReport != 0, let lastSent else { return }
    let since = (arrival - lastSent.at).inMicroseconds
    let now = lastSent.ntp.middle &+ UInt32(truncatingIfNeeded: since * 65_536 / 1_000_000)
    let units = Int32(bitPattern: now &- block.lastSenderReport &- block.delaySinceLastSenderReport)
    // Clock granularity can make a short way negative; a minute is a forgery or a broken clock.
    guard units > -655, units < 60 * 65_536 else { return }
    roundTrip = .microseconds(Int64(max(0, units)) * 1_000_000 / 65_536)
  }

  /// Writes the compound that is due: SR (RR while nothing has been sent) and SDES. Sets `nextReport`.
  ///
  /// `ntp` is the wall clock at `now`. Returns the bytes written; 0 when they do not fit.
  public mutating func writeReport(
    into datagram: inout MutableSpan<UInt8>, sender: borrowing SendStream, receiver: inout Receiver,
    ntp: NTPTimestamp, at now: Instant
  ) -> Int {
    nextReport = now + spread(RTCPSession.interval)
    return write(into: &datagram, sender: sender, receiver: &receiver, ntp: ntp, isBye: false, at: now)
  }

  /// Writes the last compound: report, SDES and BYE.
  public mutating func writeBye(
    into datagram: inout MutableSpan<UInt8>, sender: borrowing SendStream, receiver: inout Receiver,
    ntp: NTPTimestamp, at now: Instant
  ) -> Int {
    write(into: &datagram, sender: sender, receiver: &receiver, ntp: ntp, isBye: true, at: now)
  }

  private mutating func write(
    into datagram: inout MutableSpan<UInt8>, sender: borrowing SendStream, receiver: inout Receiver,
    ntp: NTPTimestamp, isBye: Bool, at now: Instant
  ) -> Int {
    // The largest compound: SR with one block, SDES, BYE.
    guard datagram.count >= 28 + ReportBlock.size + 12 + cname.count + 4 + 8 else { return 0 }
    var block = receiver.takeReportBlock()
    if let last = lastSenderReport, block?.ssrc == last.ssrc {
      block?.lastSenderReport = last.middle
      let delay = max(0, min((now - last.arrival).inMicroseconds, 65_535_000_000))
      block?.delaySinceLastSenderReport = UInt32(delay * 65_536 / 1_000_000)
    }
    var info: SenderInfo?
    if sender.packets > 0 {
      info = SenderInfo(
        ntp: ntp, rtpTimestamp: sender.timestamp(at: now), packets: sender.packets, octets: sender.octets)
      lastSent = (ntp, now)
    }
    var writer = RTCPWriter()
    writer.report(ssrc: localSSRC, sender: info, block: block, into: &datagram)
    writer.sourceDescription(ssrc: localSSRC, cname: cname.span, into: &datagram)
    if isBye { writer.bye(ssrc: localSSRC, into: &datagram) }
    return writer.count
  }
}
