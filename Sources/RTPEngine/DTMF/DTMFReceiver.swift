internal import Audio

/// Makes exactly one digit of the many packets of a telephone event (RFC 4733 section 2.5.2).
///
/// An event is known by SSRC and timestamp, and reported with the first of its packets that comes, whichever that is:
/// the marker, the beginning and the end may all be lost. Senders that move the timestamp with each packet, or that cut
/// a long event into segments, are seen through by the event's own time.
///
/// Media path: does not allocate.
struct DTMFReceiver: Sendable {
  private struct Event: Sendable {
    var ssrc: UInt32
    var timestamp: UInt32
    var code: UInt8
    /// From `timestamp` to the end of what is known of it.
    var duration: UInt32
    var isEnded: Bool
    var lastArrival: Instant
  }

  /// Three packet intervals of 50 ms, the longest of RFC 4733: an event from which nothing came for that long is over.
  static let silenceThatEnds = Duration.milliseconds(150)
  /// How far a packet may lie behind the end of an event to be taken for part of it: less than any gap between keys.
  private let tolerance: UInt32
  private var current: Event?
  private var previous: Event?

  /// Packets of events that are no keys (above 15).
  private(set) var ignored: UInt64 = 0

  init(clockRate: Int) {
    tolerance = UInt32(clockRate * 30 / 1000)
  }

  /// The digit that `payload` begins; `nil` for repetitions and everything that is no key.
  mutating func receive(_ payload: Span<UInt8>, header: RTPHeader, at arrival: Instant) -> DTMFEvent? {
    guard let event = TelephoneEvent(payload) else { return nil }
    guard let digit = DTMFDigit(event: event.event) else {
      ignored += 1
      return nil
    }
    if var known = current, belongs(event, header, to: known, at: arrival) {
      extend(&known, with: event, header, at: arrival)
      current = known
      return nil
    }
    if let known = previous, known.ssrc == header.ssrc {
      // A straggler of the event before.
      if known.timestamp == header.timestamp { return nil }
    }
    if let known = current, known.ssrc == header.ssrc,
      Int32(bitPattern: header.timestamp &- known.timestamp) < 0,
      arrival - known.lastArrival < .seconds(1)
    {
      // Older than what is already heard, and not seen before: the network held it up beyond use, except when the
      // sender's clock was set back, which a second of quiet tells.
      guard Int32(bitPattern: header.timestamp &- known.timestamp) < -Int32(tolerance) * 100 else { return nil }
    }
    previous = current
    current = Event(
      ssrc: header.ssrc, timestamp: header.timestamp, code: event.event, duration: UInt32(event.duration),
      isEnded: event.isEnd, lastArrival: arrival)
    return DTMFEvent(digit: digit, arrival: arrival)
  }

  private func belongs(_ event: TelephoneEvent, _ header: RTPHeader, to known: Event, at arrival: Instant) -> Bool {
    guard header.ssrc == known.ssrc else { return false }
    if header.timestamp == known.timestamp { return true }
    guard event.event == known.code, !header.marker, arrival - known.lastArrival < DTMFReceiver.silenceThatEnds,
      event.isEnd || !known.isEnded
    else { return false }
    let distance = Int32(bitPattern: header.timestamp &- known.timestamp)
    return distance > 0 && UInt32(distance) <= known.duration + tolerance
  }

  private func extend(_ known: inout Event, with event: TelephoneEvent, _ header: RTPHeader, at arrival: Instant) {
    // A segment of a long event counts from its own timestamp; an ended event grows no more.
    if !known.isEnded {
      let offset = header.timestamp &- known.timestamp
      let reach = min(offset, 1 << 24) + UInt32(event.duration)
      known.duration = max(known.duration, reach)
    }
    if event.isEnd { known.isEnded = true }
    known.lastArrival = max(known.lastArrival, arrival)
  }
}
