import Audio

/// A leg's event on its way from the media thread to the thread that hands it on.
struct WireEvent: Sendable {
  enum Kind: Sendable {
    /// The PCM lies beside the ring, in the event's slot.
    case audio(count: Int, isSpeech: Bool)
    case speechStarted
    case speechStopped
    case interrupted
    case audible
    case playedOut
    case digit(UInt8)
    case mediaTimeout(isFirst: Bool)
    /// A bridge is over.
    case unbridged
    /// There is something for those who listen in.
    case tapped
    /// The playout ring has room again for whoever waits.
    case space
    /// Nothing follows; the state behind the handle may be freed.
    case closed(LegHandle)
  }

  var leg: Unmanaged<LegCore>
  var kind: Kind
  var at: Instant
  var position: UInt64 = 0
}

/// Where a media thread puts its legs' events: sound gives way when room gets scarce, the rest does not.
///
/// Media path: does not allocate.
struct EventRing: @unchecked Sendable {
  /// Samples of the longest packet of sound.
  static let frameSamples = 480

  private let ring: SPSCRing<WireEvent>
  private let sound: UnsafeMutablePointer<Int16>
  private let reserve: Int

  static func allocate(minimumCapacity: Int) -> EventRing {
    EventRing(ring: .allocate(minimumCapacity: minimumCapacity))
  }

  private init(ring: SPSCRing<WireEvent>) {
    self.ring = ring
    sound = .allocate(capacity: ring.capacity * Self.frameSamples)
    reserve = ring.capacity / 2
  }

  func deallocate() {
    ring.deallocate()
    sound.deallocate()
  }

  /// Producer: anything but sound.
  func push(_ event: WireEvent) -> Bool { ring.push(event) }

  /// Producer: a packet of sound, unless half the ring is in use.
  func pushAudio(_ samples: Span<Int16>, isSpeech: Bool, arrival: Instant, leg: Unmanaged<LegCore>) -> Bool {
    guard ring.hasRoom(reserve: reserve) else { return false }
    let place = sound + ring.nextSlot * Self.frameSamples
    let count = min(samples.count, Self.frameSamples)
    for index in 0..<count { place[index] = samples[index] }
    return ring.push(WireEvent(leg: leg, kind: .audio(count: count, isSpeech: isSpeech), at: arrival))
  }

  /// Consumer: hands the oldest event with its sound to `body` and removes it; false if there is none.
  func take(_ body: (WireEvent, UnsafeBufferPointer<Int16>) -> Void) -> Bool {
    guard let (event, slot) = ring.peek() else { return false }
    body(event, UnsafeBufferPointer(start: sound + slot * Self.frameSamples, count: Self.frameSamples))
    ring.discard()
    return true
  }
}
