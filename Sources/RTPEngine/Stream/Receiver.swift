public import Audio

/// What a leg receives: tells sources apart, plays one of them, and hears digits (RFC 3550, RFC 4733).
///
/// A new source replaces the one that is played with its second packet when that one has missed its turn, and with its
/// first when that one has been silent for longer: a stray or forged packet amid a live stream changes nothing. Two
/// streams exist from the beginning and change places, so that nothing is allocated then.
///
/// Media path: does not allocate after `init`.
public struct Receiver: ~Copyable {
  /// A source of which nothing came for so long is replaced by the first packet of another.
  private static let idleAfter = Duration.milliseconds(100)
  /// A source that has missed a turn of 20 ms is replaced by two packets in sequence of another.
  private static let missedTurnAfter = Duration.milliseconds(40)
  /// So many packets in sequence replace even a source that goes on.
  private static let insistence = 10
  /// A source that was replaced comes back only when its successor has been silent for so long: two senders at once
  /// must not take turns.
  private static let returnAfter = Duration.milliseconds(200)
  private static let digitCapacity = 32

  /// What our SDP assigned to which payload type; may change during the call.
  public var payloads: PayloadMap

  private let clock: StreamClock
  private var active: ReceiveStream
  private var standby: ReceiveStream
  private var hasActive = false
  private var hasCandidate = false
  private var replaced: UInt32?
  private var dtmf: DTMFReceiver
  private var digits: [DTMFEvent?]
  private var digitHead = 0
  private var digitCount = 0

  private var formerPackets: UInt64 = 0
  private var formerOctets: UInt64 = 0
  private var formerLost: Int64 = 0
  /// Datagrams that were no RTP, or of a payload type nobody negotiated.
  public private(set) var invalid: UInt64 = 0
  /// Packets of sources that were not (yet) believed.
  public private(set) var strays: UInt64 = 0
  /// Sources played so far.
  public private(set) var sources: UInt64 = 0

  /// A receiver whose pulls are of 20 ms at `sampleRate` and whose codecs' timestamps count at `clockRate`; `now` is any
  /// time before the first packet.
  public init(
    payloads: PayloadMap = PayloadMap(), settings: JitterBufferSettings = JitterBufferSettings(),
    sampleRate: Int = AudioCodec.pcmu.sampleRate, clockRate: Int = AudioCodec.pcmu.clockRate, at now: Instant
  ) {
    self.payloads = payloads
    clock = StreamClock(sampleRate: sampleRate, clockRate: clockRate)
    dtmf = DTMFReceiver(clockRate: clock.clockRate)
    active = ReceiveStream(settings: settings, clock: clock, at: now)
    standby = ReceiveStream(settings: settings, clock: clock, at: now)
    digits = Array(repeating: nil, count: Receiver.digitCapacity)
  }

  /// The source that is played.
  public var ssrc: UInt32? { hasActive ? active.ssrc : nil }
  /// When its last packet arrived: what a media time-out counts from.
  public var lastArrival: Instant? { hasActive ? active.lastArrival : nil }

  /// Whether `datagram` is RTP of a negotiated payload type: what latching may trust. Changes nothing.
  public func accepts(_ datagram: Span<UInt8>) -> Bool {
    guard let packet = try? RTPPacket(datagram) else { return false }
    return payloads.meaning(of: packet.header.payloadType) != nil
  }

  /// Takes a datagram that came at `arrival`.
  public mutating func receive(_ datagram: Span<UInt8>, at arrival: Instant) -> Reception {
    let packet: RTPPacket
    do throws(RTPPacketError) {
      packet = try RTPPacket(datagram)
    } catch {
      invalid += 1
      return .invalid(error)
    }
    let meaning = payloads.meaning(of: packet.header.payloadType)
    guard hasActive, packet.header.ssrc == active.ssrc else {
      return receiveFromOther(packet, in: datagram, meaning: meaning, at: arrival)
    }
    let reception = active.receive(packet, in: datagram, meaning: meaning, at: arrival)
    switch reception {
    case .unknownPayloadType: invalid += 1
    case .audio: if arrival - standby.lastArrival >= Receiver.returnAfter { hasCandidate = false }
    case .implausible: break
    default: if meaning == .telephoneEvent { hearDigit(packet, in: datagram, at: arrival) }
    }
    return reception
  }

  private mutating func receiveFromOther(
    _ packet: RTPPacket, in datagram: Span<UInt8>, meaning: PayloadMap.Meaning?, at arrival: Instant
  ) -> Reception {
    guard let meaning else {
      invalid += 1
      return .unknownPayloadType
    }
    let source = packet.header.ssrc
    let idle = hasActive ? arrival - active.lastArrival : .seconds(3600)
    if source == replaced, idle < Receiver.returnAfter {
      strays += 1
      return .stray
    }
    if !hasCandidate || standby.ssrc != source {
      standby.reset(ssrc: source, at: arrival)
      hasCandidate = true
    }
    let reception = standby.receive(packet, in: datagram, meaning: meaning, at: arrival)
    var isVoice = false
    if case .audio = meaning { isVoice = true }
    let isBelieved =
      !hasActive || (isVoice && idle >= Receiver.idleAfter)
      || (standby.packetsInSequence >= 2 && idle >= Receiver.missedTurnAfter)
      || standby.packetsInSequence >= Receiver.insistence
    guard isBelieved else {
      strays += 1
      return .candidate
    }
    promote()
    if meaning == .telephoneEvent { hearDigit(packet, in: datagram, at: arrival) }
    return reception
  }

  private mutating func promote() {
    if hasActive {
      replaced = active.ssrc
      formerPackets += active.packets
      formerOctets += active.octets
      formerLost += active.lost
    }
    swap(&active, &standby)
    hasActive = true
    hasCandidate = false
    sources += 1
  }

  private mutating func hearDigit(_ packet: RTPPacket, in datagram: Span<UInt8>, at arrival: Instant) {
    let payload = datagram.extracting(packet.payload)
    guard let event = dtmf.receive(payload, header: packet.header, at: arrival), digitCount < digits.count else {
      return
    }
    digits[(digitHead + digitCount) % digits.count] = event
    digitCount += 1
  }

  /// Fills `pcm` with the next frame; `now` is the time of the tick. Ticks must be as long as the frame.
  public mutating func pull(into pcm: inout MutableSpan<Int16>, at now: Instant) -> PulledFrame {
    guard hasActive, pcm.count == clock.sampleRate / 50 else {
      for index in 0..<pcm.count { pcm[index] = 0 }
      return PulledFrame(kind: .empty, arrival: nil)
    }
    return active.pull(into: &pcm, at: now)
  }

  /// The next digit that was pressed, once.
  public mutating func pollDigit() -> DTMFEvent? {
    guard digitCount > 0 else { return nil }
    let event = digits[digitHead]
    digitHead = (digitHead + 1) % digits.count
    digitCount -= 1
    return event
  }

  /// What the report that is due says of the source that is played.
  mutating func takeReportBlock() -> ReportBlock? {
    hasActive ? active.takeReportBlock() : nil
  }
}

extension Receiver {
  /// Adds what was received to `statistics`.
  func report(to statistics: inout LegStatistics) {
    statistics.packetsReceived = formerPackets + (hasActive ? active.packets : 0)
    statistics.octetsReceived = formerOctets + (hasActive ? active.octets : 0)
    statistics.lost = max(0, formerLost + (hasActive ? active.lost : 0))
    statistics.late = active.late + standby.late
    statistics.duplicates = active.duplicates + standby.duplicates
    statistics.reordered = active.reordered + standby.reordered
    statistics.discarded = active.discarded + standby.discarded
    statistics.invalid = invalid
    statistics.strays = strays
    statistics.concealed = clock.duration(samples: active.concealedSamples + standby.concealedSamples)
    statistics.played = clock.duration(samples: active.playedSamples + standby.playedSamples)
    guard hasActive else { return }
    statistics.jitter = active.interarrivalJitter
    statistics.bufferDelay = max(.zero, active.delay)
    statistics.targetDelay = active.targetDelay
  }
}
