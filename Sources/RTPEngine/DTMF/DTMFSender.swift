/// Turns queued digits into telephone-event packets, one a tick (RFC 4733 section 2.5.1).
///
/// An event keeps the timestamp of its beginning while the audio clock goes on; the first packet is marked, the
/// duration grows with each, and the last is sent three times.
///
/// Media path: does not allocate.
struct DTMFSender: Sendable {
  /// How long digits sound and rest.
  struct Timing: Sendable, Equatable {
    /// Length of a tone: 40 ms is the least that receivers must recognise; 5 s stays clear of the 65,535 units after
    /// which an event would need segments.
    var tone: Duration = .milliseconds(100)
    /// Quiet between two digits.
    var gap: Duration = .milliseconds(80)
  }

  /// What goes out instead of audio.
  struct Packet: Sendable, Equatable {
    var event: TelephoneEvent
    var marker: Bool
    var timestamp: UInt32
  }

  private enum State: Sendable {
    case idle
    case tone(DTMFDigit, start: UInt32, elapsed: Int)
    case end(DTMFDigit, start: UInt32, left: Int)
    case gap(left: Int)
  }

  /// Digits that fit in the queue.
  static let capacity = 64

  private let toneSamples: Int
  private let gapSamples: Int
  private var state = State.idle
  private var queue: [UInt8]
  private var head = 0
  private var count = 0

  init(timing: Timing = Timing(), clockRate: Int) {
    let perMillisecond = clockRate / 1000
    toneSamples = Int(max(40_000, min(5_000_000, timing.tone.inMicroseconds)) / 1000) * perMillisecond
    gapSamples = Int(max(40_000, min(5_000_000, timing.gap.inMicroseconds)) / 1000) * perMillisecond
    queue = Array(repeating: 0, count: DTMFSender.capacity)
  }

  /// Whether a digit sounds or waits.
  var isBusy: Bool {
    if count > 0 { return true }
    if case .idle = state { return false }
    return true
  }

  /// Queues `digit`; false when the queue is full.
  mutating func queue(_ digit: DTMFDigit) -> Bool {
    guard count < queue.count else { return false }
    queue[(head + count) % queue.count] = digit.event
    count += 1
    return true
  }

  /// What replaces the audio of `samples` that begins at `timestamp`; `nil` for none.
  mutating func next(timestamp: UInt32, samples: Int) -> Packet? {
    if case .gap(let left) = state {
      state = left > samples ? .gap(left: left - samples) : .idle
      return nil
    }
    var start = timestamp
    var elapsed = 0
    var digit: DTMFDigit?
    switch state {
    case .idle, .gap:
      guard count > 0 else { return nil }
      digit = DTMFDigit(event: queue[head])
      head = (head + 1) % queue.count
      count -= 1
    case .tone(let sounding, let began, let so):
      digit = sounding
      start = began
      elapsed = so
    case .end(let sounding, let began, let left):
      let rest = gapSamples - (3 - left) * samples
      state = left > 1 ? .end(sounding, start: began, left: left - 1) : rest > 0 ? .gap(left: rest) : .idle
      return packet(sounding, isEnd: true, duration: toneSamples, start: began, marker: false)
    }
    guard let digit else { return nil }
    let isFirst = elapsed == 0
    elapsed += max(samples, 1)
    if elapsed >= toneSamples {
      state = .end(digit, start: start, left: 2)
      return packet(digit, isEnd: true, duration: toneSamples, start: start, marker: isFirst)
    }
    state = .tone(digit, start: start, elapsed: elapsed)
    return packet(digit, isEnd: false, duration: elapsed, start: start, marker: isFirst)
  }

  /// Time passed in which nothing could be sent.
  mutating func skip(samples: Int) {
    if case .gap(let left) = state { state = left > samples ? .gap(left: left - samples) : .idle }
  }

  private func packet(_ digit: DTMFDigit, isEnd: Bool, duration: Int, start: UInt32, marker: Bool) -> Packet {
    Packet(
      event: TelephoneEvent(
        event: digit.event, isEnd: isEnd, duration: UInt16(max(0, min(duration, Int(UInt16.max))))),
      marker: marker, timestamp: start)
  }
}
