public import Audio

/// The one owner of SSRC, sequence number and timestamp of what a leg sends, for the leg's whole life.
///
/// Each `write` is one packet, voice or encoded silence, or a telephone-event packet while digits run;
/// the timestamp goes on by the frame either way.
///
/// Media path: does not allocate.
public struct SendStream: ~Copyable {
  /// The source; it never changes.
  public let ssrc: UInt32
  /// The codec of the next packet.
  public private(set) var codec: AudioCodec
  /// Packets sent, modulo 2^32, as a sender report wants them.
  public private(set) var packets: UInt32 = 0
  /// Payload bytes sent, modulo 2^32.
  public private(set) var octets: UInt32 = 0

  private var payloadType: UInt8
  private var telephoneEvent: UInt8?
  private var sequence: UInt16
  private var timestamp: UInt32
  private var lastTimestamp: UInt32
  private var lastSent: Instant?
  private var beginsTalkspurt = true
  private var digits: DTMFSender
  private var encoder: AudioEncoder
  private var clock: StreamClock

  /// A stream in `codec` under the number that the *remote* SDP assigned (`nil`: the static one), with digits on
  /// `telephoneEvent`, of sound at `sampleRate` (`nil`: the codec's). SSRC, first sequence number and first timestamp follow from `seed`, which must be random.
  public init(
    codec: AudioCodec = .pcmu, payloadType: UInt8? = nil, telephoneEvent: UInt8? = 101, sampleRate: Int? = nil,
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    ssrc = UInt32(truncatingIfNeeded: random.next())
    sequence = UInt16(truncatingIfNeeded: random.next())
    timestamp = UInt32(truncatingIfNeeded: random.next())
    lastTimestamp = timestamp
    self.codec = codec
    self.payloadType = payloadType ?? codec.staticPayloadType
    self.telephoneEvent = telephoneEvent
    digits = DTMFSender(clockRate: codec.clockRate)
    clock = StreamClock(sampleRate: sampleRate ?? codec.sampleRate, clockRate: codec.clockRate)
    encoder = AudioEncoder(sampleRate: clock.sampleRate)
  }

  /// Goes on in another codec or under other numbers: SSRC, sequence and timestamp continue.
  public mutating func setCodec(_ codec: AudioCodec, payloadType: UInt8, telephoneEvent: UInt8?) {
    self.codec = codec
    self.payloadType = payloadType
    self.telephoneEvent = telephoneEvent
    clock = StreamClock(sampleRate: clock.sampleRate, clockRate: codec.clockRate)
  }

  /// Writes the packet that carries `pcm` to the start of `datagram`.
  ///
  /// While a digit sounds, its packet goes out instead and `pcm` is not heard. Returns the packet's bytes, or 0, with
  /// nothing changed, when `pcm` is empty or `datagram` has no room.
  public mutating func write(
    pcm: Span<Int16>, into datagram: inout MutableSpan<UInt8>, at now: Instant
  ) -> Int {
    let ticks = clock.ticks(pcm.count)
    let room = codec.maximumBytes(of: ticks)
    let size = RTPHeader.size + max(room, TelephoneEvent.size)
    guard !pcm.isEmpty, datagram.count >= size else { return 0 }
    let written: Int
    if let type = telephoneEvent, let packet = digits.next(timestamp: timestamp, samples: ticks) {
      let header = RTPHeader(
        payloadType: type, marker: packet.marker, sequence: sequence, timestamp: packet.timestamp, ssrc: ssrc)
      written = header.write(into: &datagram) + TelephoneEvent.size
      packet.event.write(into: &datagram, at: RTPHeader.size)
      beginsTalkspurt = true
    } else {
      let header = RTPHeader(
        payloadType: payloadType, marker: beginsTalkspurt, sequence: sequence, timestamp: timestamp, ssrc: ssrc)
      let start = header.write(into: &datagram)
      var payload = datagram._mutatingExtracting(start..<start + room)
      let count = encoder.encode(pcm, as: codec, into: &payload)
      guard count > 0 else { return 0 }
      written = start + count
      beginsTalkspurt = false
    }
    lastTimestamp = timestamp
    lastSent = now
    sequence &+= 1
    timestamp &+= UInt32(truncatingIfNeeded: ticks)
    packets &+= 1
    octets &+= UInt32(truncatingIfNeeded: written - RTPHeader.size)
    return written
  }

  /// `samples` of time pass in which nothing is sent, since the other side wants nothing.
  public mutating func skip(samples: Int) {
    let ticks = clock.ticks(max(0, samples))
    timestamp &+= UInt32(truncatingIfNeeded: ticks)
    digits.skip(samples: ticks)
    beginsTalkspurt = true
  }

  /// Queues `digit`; false when the queue is full or no telephone-event was negotiated.
  public mutating func queueDigit(_ digit: DTMFDigit) -> Bool {
    telephoneEvent != nil && digits.queue(digit)
  }

  /// Queues digits; returns how many found room. Off the media path: iterating over a sequence may allocate.
  public mutating func queueDigits(_ digits: some Sequence<DTMFDigit>) -> Int {
    var accepted = 0
    for digit in digits {
      guard queueDigit(digit) else { break }
      accepted += 1
    }
    return accepted
  }

  /// Whether digits sound or wait; audio given to `write` may not be heard then.
  public var isSendingDigits: Bool { telephoneEvent != nil && digits.isBusy }

  /// The RTP clock at `now`, for a sender report.
  func timestamp(at now: Instant) -> UInt32 {
    guard let lastSent else { return timestamp }
    let ticks = (now - lastSent).inMicroseconds &* Int64(codec.clockRate) / 1_000_000
    return lastTimestamp &+ UInt32(truncatingIfNeeded: ticks)
  }
}
