import Audio

/// What all legs of a media thread write to: scratch memory, the event ring and counters.
struct LegOutput: ~Copyable {
  /// Larger than any datagram that is meant for us; what fills it was longer.
  static let datagramBytes = 2048

  let datagram: UnsafeMutableBufferPointer<UInt8>
  private let heard: UnsafeMutableBufferPointer<Int16>
  private let said: UnsafeMutableBufferPointer<Int16>
  private let own: UnsafeMutableBufferPointer<Int16>
  private let events: EventRing
  /// Whether something was pushed since `takeNews`.
  private var hasNews = false

  var sent: UInt64 = 0
  var sendFailures: UInt64 = 0
  private(set) var audioDropped: UInt64 = 0
  private(set) var eventsLost: UInt64 = 0
  var tapDropped: UInt64 = 0

  init(events: EventRing) {
    self.events = events
    datagram = .allocate(capacity: Self.datagramBytes)
    datagram.initialize(repeating: 0)
    heard = .allocate(capacity: EventRing.frameSamples)
    heard.initialize(repeating: 0)
    said = .allocate(capacity: EventRing.frameSamples)
    said.initialize(repeating: 0)
    own = .allocate(capacity: EventRing.frameSamples)
    own.initialize(repeating: 0)
  }

  deinit {
    datagram.deallocate()
    heard.deallocate()
    said.deallocate()
    own.deallocate()
  }

  /// Room for `count` samples of what the far end said.
  func heard(_ count: Int) -> UnsafeMutableBufferPointer<Int16> {
    UnsafeMutableBufferPointer(rebasing: heard[..<min(count, heard.count)])
  }

  /// Room for `count` samples of what we say.
  func said(_ count: Int) -> UnsafeMutableBufferPointer<Int16> {
    UnsafeMutableBufferPointer(rebasing: said[..<min(count, said.count)])
  }

  /// Room for `count` samples of our own where they are mixed with another's.
  func own(_ count: Int) -> UnsafeMutableBufferPointer<Int16> {
    UnsafeMutableBufferPointer(rebasing: own[..<min(count, own.count)])
  }

  /// Reports `kind`; false if there was no room.
  @discardableResult
  mutating func push(
    _ leg: Unmanaged<LegCore>, _ kind: WireEvent.Kind, at instant: Instant, position: UInt64 = 0
  ) -> Bool {
    guard events.push(WireEvent(leg: leg, kind: kind, at: instant, position: position)) else {
      eventsLost += 1
      return false
    }
    hasNews = true
    return true
  }

  mutating func pushAudio(_ leg: Unmanaged<LegCore>, _ samples: Span<Int16>, isSpeech: Bool, arrival: Instant) {
    if events.pushAudio(samples, isSpeech: isSpeech, arrival: arrival, leg: leg) {
      hasNews = true
    } else {
      audioDropped += 1
    }
  }

  /// Whether something was pushed since the last call.
  mutating func takeNews() -> Bool {
    defer { hasNews = false }
    return hasNews
  }
}
