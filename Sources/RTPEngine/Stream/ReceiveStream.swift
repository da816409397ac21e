internal import Audio

/// The packet that is being played; what is left of it lies between `start` and `end`.
private struct DecodedPacket {
  var samples: [Int16]
  var start = 0
  var end = 0
  var arrival: Instant
}

/// One received source: its sequence, jitter buffer, decoder, concealment and statistics.
///
/// Media path: does not allocate after `init`.
struct ReceiveStream: ~Copyable {
  /// Frames dropped at most in one pull, so that a tick stays short.
  private static let dropsInOnePull = 8
  /// How long an excess of delay may last amid sound before a frame of sound is dropped.
  private static let patience = Duration.seconds(3)
  /// In a row: so many packets from the past mean that the source began its sequence anew.
  private static let packetsFromThePast = 5

  private let clock: StreamClock
  private var tracker = SequenceTracker()
  private var reception: ReceptionStatistics
  private var jitter: JitterBuffer
  private var decoder: AudioDecoder
  private var concealer: PacketLossConcealer
  private var quiet = QuietMeter()
  private var pastInARow = 0

  private var decoded: DecodedPacket

  private var head: [Int16]
  private var wasQuiet = true
  private var wasAudio = false
  private var waited = 0
  private var excessSince: Instant?

  private(set) var ssrc: UInt32 = 0
  private(set) var firstArrival: Instant
  private(set) var lastArrival: Instant
  /// Samples made up in place of packets, and all that sounded, since `init`.
  private(set) var concealedSamples: UInt64 = 0
  private(set) var playedSamples: UInt64 = 0

  init(settings: JitterBufferSettings, clock: StreamClock, at now: Instant) {
    self.clock = clock
    reception = ReceptionStatistics(clockRate: clock.clockRate)
    jitter = JitterBuffer(
      settings: settings, clockRate: clock.clockRate, frame: clock.clockRate / 50, at: now)
    decoder = AudioDecoder(sampleRate: clock.sampleRate, maximumBytes: JitterBuffer.slotBytes)
    concealer = PacketLossConcealer(sampleRate: clock.sampleRate)
    decoded = DecodedPacket(samples: Array(repeating: 0, count: clock.sampleRate * 60 / 1000), arrival: now)
    // 5 ms: where a frame was dropped, the two sides of the cut are faded into each other.
    head = Array(repeating: 0, count: clock.sampleRate / 200)
    firstArrival = now
    lastArrival = now
    // Touches all of its storage, so that the first packet does not.
    concealer.reset()
  }

  /// Begins anew for the source `ssrc`. Counters of the buffer and of concealment go on; those of reception restart.
  mutating func reset(ssrc: UInt32, at now: Instant) {
    self.ssrc = ssrc
    tracker = SequenceTracker()
    reception = ReceptionStatistics(clockRate: clock.clockRate)
    jitter.reset(at: now)
    decoder.reset()
    concealer.reset()
    pastInARow = 0
    decoded.start = 0
    decoded.end = 0
    wasQuiet = true
    wasAudio = false
    waited = 0
    excessSince = nil
    firstArrival = now
    lastArrival = now
  }

  private var frameSamples: Int { clock.sampleRate / 50 }
  /// Concealment that lasts longer than this, 60 ms, is silence, and called so.
  private var longestConcealment: Int { clock.sampleRate * 60 / 1000 }

  // MARK: Arrivals

  /// Takes a packet of this source; `meaning` is `nil` for a payload type that was not negotiated.
  mutating func receive(
    _ packet: RTPPacket, in datagram: Span<UInt8>, meaning: PayloadMap.Meaning?, at arrival: Instant
  ) -> Reception {
    let header = packet.header
    let expected = tracker.expected
    let index: Int64
    switch tracker.place(header.sequence) {
    case .implausible:
      return .implausible
    case .restarted(let place):
      index = place
      reception.sequenceRestarts(expected: expected)
    case .index(let place):
      index = place
    }
    let payload = datagram.extracting(packet.payload)
    var content = JitterBuffer.Content.filler
    if case .audio(let codec) = meaning, !payload.isEmpty { content = .audio(codec, samples: codec.ticks(of: payload)) }
    var outcome = store(index, header, content, payload, at: arrival)
    if outcome == .late || outcome == .duplicate {
      pastInARow += 1
      if pastInARow >= ReceiveStream.packetsFromThePast, arrival - lastArrival >= .milliseconds(5) {
        reception.sequenceRestarts(expected: expected)
        let place = tracker.restart(at: header.sequence)
        pastInARow = 0
        outcome = store(place, header, content, payload, at: arrival)
      }
    } else {
      pastInARow = 0
    }
    lastArrival = arrival
    reception.count(
      octets: payload.count, timestamp: meaning == .telephoneEvent ? nil : header.timestamp, at: arrival)
    switch outcome {
    case .duplicate: return .duplicate
    case .late: return .late
    case .tooLong: return .tooLong
    case .stored:
      switch meaning {
      case .audio: return .audio
      case .telephoneEvent: return .telephoneEvent
      case .comfortNoise: return .comfortNoise
      case nil: return .unknownPayloadType
      }
    }
  }

  private mutating func store(
    _ index: Int64, _ header: RTPHeader, _ content: JitterBuffer.Content, _ payload: Span<UInt8>, at arrival: Instant
  ) -> JitterBuffer.Insertion {
    // A filler's payload (comfort noise, events) is not kept.
    let kept = content == .filler ? payload.extracting(0..<0) : payload
    return jitter.insert(index: index, timestamp: header.timestamp, content: content, payload: kept, at: arrival)
  }

  /// How many packets came that follow the first one in sequence, that one included.
  var packetsInSequence: Int64 { min(reception.received, tracker.expected) }

  // MARK: Playout

  /// Fills `pcm` with what sounds in the frame that begins at `now`.
  mutating func pull(into pcm: inout MutableSpan<Int16>, at now: Instant) -> PulledFrame {
    if wasAudio, wasQuiet, jitter.wantsGrowth, decoded.start == decoded.end {
      // Longer here, where nobody hears it, than by a gap within the next word.
      concealer.conceal(into: &pcm)
      jitter.playoutMoved(ahead: -1)
      return PulledFrame(kind: .silence, arrival: nil)
    }
    var frame = render(into: &pcm, at: now)
    var isQuiet = judge(frame, pcm.span)
    var drops = ReceiveStream.dropsInOnePull
    let excess = jitter.excessFrames
    if excess == 0 { excessSince = nil } else if excessSince == nil { excessSince = now }
    while drops > 0, canDrop(frame, isQuiet: isQuiet, at: now) {
      drops -= 1
      for index in head.indices { head[index] = pcm[index] }
      let dropped = frame.arrival
      frame = render(into: &pcm, at: now)
      if frame.arrival == nil, frame.kind == .audio { frame.arrival = dropped }
      for index in head.indices {
        let weight = Int32(index + 1)
        let whole = Int32(head.count + 1)
        pcm[index] = Int16((Int32(pcm[index]) * weight + Int32(head[index]) * (whole - weight)) / whole)
      }
      jitter.playoutMoved(ahead: 1)
      wasQuiet = isQuiet
      isQuiet = judge(frame, pcm.span)
    }
    wasQuiet = isQuiet
    wasAudio = frame.kind == .audio
    return frame
  }

  private mutating func judge(_ frame: PulledFrame, _ pcm: Span<Int16>) -> Bool {
    frame.kind == .audio ? quiet.isQuiet(pcm) : frame.kind == .silence
  }

  /// Whether playout may skip the frame just rendered for the one after it.
  private mutating func canDrop(_ frame: PulledFrame, isQuiet: Bool, at now: Instant) -> Bool {
    guard jitter.excessFrames > 0, frame.kind == .audio || frame.kind == .silence,
      decoded.end - decoded.start >= frameSamples || jitter.isNextHere
    else { return false }
    if isQuiet && wasQuiet { return true }
    if jitter.isBeyondMaximum { return true }
    guard let since = excessSince, now - since >= ReceiveStream.patience else { return false }
    excessSince = now
    return true
  }

  private mutating func render(into pcm: inout MutableSpan<Int16>, at now: Instant) -> PulledFrame {
    var filled = 0
    var kind = PulledFrame.Kind.silence
    var arrival: Instant?
    let frameSamples = pcm.count
    while filled < frameSamples {
      let rest = frameSamples - filled
      if decoded.start < decoded.end {
        let count = min(rest, decoded.end - decoded.start)
        for index in 0..<count { pcm[filled + index] = decoded.samples[decoded.start + index] }
        decoded.start += count
        var part = pcm._mutatingExtracting(filled..<filled + count)
        concealer.good(&part)
        arrival = max(arrival ?? decoded.arrival, decoded.arrival)
        kind = .audio
        waited = 0
        filled += count
        continue
      }
      switch jitter.next(limit: max(1, clock.ticks(rest)), at: now) {
      case .packet(let slot, let codec, let count, let skip, let packetArrival):
        decoded.end = jitter.decode(slot: slot, count: count, codec: codec, by: &decoder, into: &decoded.samples)
        decoded.start = min(clock.samples(skip), decoded.end)
        decoded.arrival = packetArrival
      case .lost(let ticks):
        let count = min(max(1, clock.samples(ticks)), rest)
        var part = pcm._mutatingExtracting(filled..<filled + count)
        concealer.conceal(into: &part)
        concealedSamples += UInt64(count)
        if kind != .audio { kind = .concealed }
        filled += count
      case .silence(let ticks):
        let count = min(max(1, clock.samples(ticks)), rest)
        var part = pcm._mutatingExtracting(filled..<filled + count)
        for index in 0..<count { part[index] = 0 }
        concealer.good(&part)
        filled += count
      case .waiting:
        var part = pcm._mutatingExtracting(filled..<frameSamples)
        concealer.conceal(into: &part)
        if waited < longestConcealment {
          if kind != .audio { kind = .concealed }
          concealedSamples += UInt64(rest)
          waited += rest
        } else if kind != .audio {
          kind = .empty
        }
        filled = frameSamples
      }
    }
    if kind != .empty { playedSamples += UInt64(frameSamples) }
    return PulledFrame(kind: kind, arrival: arrival)
  }
}

// MARK: Figures

extension ReceiveStream {
  var packets: UInt64 { UInt64(reception.received) }
  var octets: UInt64 { reception.octets }
  var lost: Int64 { reception.lost(expected: tracker.expected) }
  var interarrivalJitter: Duration { clock.duration(ticks: reception.jitter) }
  var late: UInt64 { jitter.late }
  var duplicates: UInt64 { jitter.duplicates }
  var reordered: UInt64 { jitter.reordered }
  var discarded: UInt64 { jitter.discarded }
  /// Delay above that of the fastest packets: what playout has, and what it aims at.
  var delay: Duration { .microseconds(jitter.delay) }
  var targetDelay: Duration { .microseconds(jitter.target) }

  mutating func takeReportBlock() -> ReportBlock {
    reception.takeBlock(
      ssrc: ssrc, expected: tracker.expected, extendedHighest: tracker.extendedHighest)
  }
}
