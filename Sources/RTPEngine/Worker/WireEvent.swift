import Audio

/// A leg's event on its way from the media thread to the thread that hands it on.
struct WireEvent: Sendable {
  enum Kind: Sendable {
    /// As the leg's core says; the samples of sound lie beside the ring, in the event's slot.
    case happened(LegEvent.Kind)
    /// Nothing follows; the state behind the handle may be freed.
    case closed(LegHandle)
  }

  var leg: Unmanaged<LegLink>
  var kind: Kind
  var at: Instant
  var position: UInt64 = 0
}

/// Where a media thread puts its legs' events: sound gives way when room gets scarce, the rest does not.
///
/// Media path: does not allocate.
struct EventRing: @unchecked Sendable {
  /// Samples of a packet's time of sound.
  let frameSamples: Int
  private let ring: SPSCRing<WireEvent>
  private let sound: UnsafeMutablePointer<Int16>
  private let reserve: Int

  static func allocate(minimumCapacity: Int, frameSamples: Int) -> EventRing {
    EventRing(ring: .allocate(minimumCapacity: minimumCapacity), frameSamples: max(1, frameSamples))
  }

  private init(ring: SPSCRing<WireEvent>, frameSamples: Int) {
    self.ring = ring
    self.frameSamples = frameSamples
    sound = .allocate(capacity: ring.capacity * frameSamples)
    reserve = ring.capacity / 2
  }

  func deallocate() {
    ring.deallocate()
    sound.deallocate()
  }

  /// Producer: anything but sound.
  func push(_ event: WireEvent) -> Bool { ring.push(event) }

  /// Producer: a packet of sound, unless half the ring is in use.
  func pushAudio(_ event: WireEvent, _ samples: Span<Int16>) -> Bool {
    guard ring.hasRoom(reserve: reserve) else { return false }
    let place = sound + ring.nextSlot * frameSamples
    for index in 0..<frameSamples { place[index] = index < samples.count ? samples[index] : 0 }
    return ring.push(event)
  }

  /// Consumer: hands the oldest event with its sound to `body` and removes it; false if there is none.
  func take(_ body: (WireEvent, UnsafeBufferPointer<Int16>) -> Void) -> Bool {
    guard let (event, slot) = ring.peek() else { return false }
    body(event, UnsafeBufferPointer(start: sound + slot * frameSamples, count: frameSamples))
    ring.discard()
    return true
  }
}
