import Audio

/// One packet's time of a tapped leg, without its sound.
struct TapMark: Sendable {
  /// The number of the packet's time among all of the leg's.
  var number: UInt64
  var at: Instant
}

/// Both directions of a leg on their way from its media thread to whoever listens in.
///
/// Media path: does not allocate. A handle: `TapRingStorage` owns the memory and must outlive every copy.
struct TapRing: @unchecked Sendable {
  private let marks: SPSCRing<TapMark>
  private let sound: UnsafeMutablePointer<Int16>
  private let frameSamples: Int

  fileprivate init(frames: Int, frameSamples: Int) {
    marks = .allocate(minimumCapacity: frames)
    self.frameSamples = frameSamples
    sound = .allocate(capacity: marks.capacity * frameSamples * 2)
  }

  fileprivate func deallocate() {
    marks.deallocate()
    sound.deallocate()
  }

  /// Producer: false if there was no room.
  func push(far: Span<Int16>, near: Span<Int16>, _ mark: TapMark) -> Bool {
    guard marks.hasRoom() else { return false }
    let place = sound + marks.nextSlot * frameSamples * 2
    let count = min(far.count, near.count, frameSamples)
    for index in 0..<count {
      place[index] = far[index]
      place[frameSamples + index] = near[index]
    }
    for index in count..<frameSamples {
      place[index] = 0
      place[frameSamples + index] = 0
    }
    return marks.push(mark)
  }

  /// Consumer: hands the oldest frame to `body` and removes it; false if there is none.
  func take(_ body: (TapMark, _ far: UnsafeBufferPointer<Int16>, _ near: UnsafeBufferPointer<Int16>) -> Void) -> Bool {
    guard let (mark, slot) = marks.peek() else { return false }
    let place = sound + slot * frameSamples * 2
    body(
      mark, UnsafeBufferPointer(start: place, count: frameSamples),
      UnsafeBufferPointer(start: place + frameSamples, count: frameSamples))
    marks.discard()
    return true
  }
}

/// Owns the memory of a `TapRing`.
final class TapRingStorage: Sendable {
  let ring: TapRing

  init(frames: Int, frameSamples: Int) { ring = TapRing(frames: frames, frameSamples: frameSamples) }

  deinit { ring.deallocate() }
}

/// The media thread's side of a tap. Media path: does not allocate.
struct TapPort: Sendable {
  /// Frames after which the readers are told: 100 ms.
  static let framesPerNews = 5

  private let ring: TapRing
  private var untold = 0

  init(ring: TapRing) { self.ring = ring }

  /// Takes a packet's time; false if it had to be dropped. `news` when the readers have to be told.
  mutating func record(far: Span<Int16>, near: Span<Int16>, _ mark: TapMark) -> (isKept: Bool, news: Bool) {
    let isKept = ring.push(far: far, near: near, mark)
    untold += 1
    guard untold >= Self.framesPerNews else { return (isKept, false) }
    untold = 0
    return (isKept, true)
  }
}
