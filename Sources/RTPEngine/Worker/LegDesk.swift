import Audio

/// What the legs of a media thread share: memory to read into, the slabs that their cores fill, the ring to those who
/// wait for events, and counters.
///
/// Media path: does not allocate after `init`.
struct LegDesk: ~Copyable {
  /// Larger than any datagram that is meant for us; what fills it was longer.
  private static let incomingBytes = 2048

  let incoming: UnsafeMutableBufferPointer<UInt8>
  var output: LegOutput
  var counters = ThreadCounters()
  private let events: EventRing
  /// Whether something was reported since `takeNews`.
  private var hasNews = false

  init(events: EventRing) {
    self.events = events
    output = LegOutput(frameSamples: events.frameSamples)
    incoming = .allocate(capacity: Self.incomingBytes)
    incoming.initialize(repeating: 0)
  }

  deinit { incoming.deallocate() }

  /// Passes on what happened on a leg.
  mutating func report(_ event: LegEvent, of leg: Unmanaged<LegLink>) {
    let wire = WireEvent(leg: leg, kind: .happened(event.kind), at: event.at, position: event.position)
    if case .audio = event.kind {
      if events.pushAudio(wire, UnsafeBufferPointer(output.heard).span) {
        hasNews = true
      } else {
        counters.audioDropped += 1
      }
    } else if events.push(wire) {
      hasNews = true
    } else {
      counters.eventsLost += 1
    }
  }

  /// Reports that a leg is closed; false if there was no room, and then it must be tried again.
  mutating func reportClosed(_ leg: LegHandle, at now: Instant) -> Bool {
    guard events.push(WireEvent(leg: leg.state.pointee.link, kind: .closed(leg), at: now)) else { return false }
    hasNews = true
    return true
  }

  /// Whether something was reported since the last call.
  mutating func takeNews() -> Bool {
    defer { hasNews = false }
    return hasNews
  }

  /// The counters as they are.
  var figures: ThreadCounters {
    var figures = counters
    figures.eventsLost += output.lostEvents
    figures.tapDropped = output.tapDropped
    return figures
  }
}
