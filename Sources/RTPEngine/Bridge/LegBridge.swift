import Audio
import Coordination
import Synchronization

/// Whether a bridged leg's own playout is heard beside the other leg's sound.
public enum BridgedPlayout: Sendable, Equatable {
  /// Nothing of it is heard: what is queued is dropped, now and as it comes.
  case silenced
  /// It is mixed into what this leg sends, and into nothing else: a whisper or an announcement to one side.
  case mixed
}

/// What two bridged legs share: a ring for each direction, and whether it is over.
///
/// Either end may be closed, bridged anew or let go at any time; it then marks the bridge as over and never looks at it
/// again, which the other end notices within a tick. Each leg's link holds the bridge until its own end has let go, so
/// that the memory outlives both media threads' use of it.
final class LegBridge: Sendable {
  private let rings: (PCMRingStorage, PCMRingStorage)
  private let flags: BridgeFlags

  init(sampleRate: Int) {
    // A quarter of a second at most; what waits is kept far below that.
    rings = (
      PCMRingStorage(minimumCapacity: sampleRate / 4), PCMRingStorage(minimumCapacity: sampleRate / 4)
    )
    flags = .allocate()
  }

  deinit { flags.deallocate() }

  /// The end of the first leg or of the second.
  func end(isFirst: Bool, playout: BridgedPlayout) -> BridgeEnd {
    BridgeEnd(
      outgoing: isFirst ? rings.0.ring : rings.1.ring, incoming: isFirst ? rings.1.ring : rings.0.ring,
      flags: flags, isFirst: isFirst, playout: playout)
  }

  /// For an end that never came to be.
  func end() { flags.over.pointee.store(true, ordering: .releasing) }

  /// Whether an end has let go.
  func hasLetGo(isFirst: Bool) -> Bool { flags.letGo(isFirst).pointee.load(ordering: .acquiring) }
}

/// A bridge's flags, in memory that needs no reference to be counted.
struct BridgeFlags: @unchecked Sendable {
  let over: UnsafeMutablePointer<Atomic<Bool>>

  static func allocate() -> BridgeFlags {
    let memory = UnsafeMutablePointer<Atomic<Bool>>.allocate(capacity: 3)
    for index in 0..<3 { (memory + index).initialize(to: Atomic(false)) }
    return BridgeFlags(over: memory)
  }

  func deallocate() {
    over.deinitialize(count: 3)
    over.deallocate()
  }

  func letGo(_ isFirst: Bool) -> UnsafeMutablePointer<Atomic<Bool>> { over + (isFirst ? 1 : 2) }
}

/// One leg's end of a bridge, as its media thread holds it.
///
/// Both threads tick every 20 ms by one clock but not at one moment, so that now and then one finds nothing and then two
/// packets: after the first such gap one packet waits, and there are no more of them. Media path: does not allocate.
struct BridgeEnd: Sendable {
  /// Packets that may wait; more are due to a thread that stood still, and are skipped.
  private static let deepest = 4
  /// How many are left then.
  private static let kept = 1

  private let outgoing: PCMRing
  private let incoming: PCMRing
  private let flags: BridgeFlags
  private let isFirst: Bool
  private var next: UInt64 = 0
  private var hasBegun = false
  var playout: BridgedPlayout
  /// Packets for which there was nothing from the other leg since it was first heard.
  private(set) var gaps: UInt64 = 0
  /// Packets that the other leg did not take in time, and those of its own that were skipped.
  private(set) var dropped: UInt64 = 0

  fileprivate init(outgoing: PCMRing, incoming: PCMRing, flags: BridgeFlags, isFirst: Bool, playout: BridgedPlayout) {
    self.outgoing = outgoing
    self.incoming = incoming
    self.flags = flags
    self.isFirst = isFirst
    self.playout = playout
  }

  /// Whether the other end has let go, or never came.
  var isOver: Bool { flags.over.pointee.load(ordering: .acquiring) }

  /// Ends the bridge for both. The last thing that is done with this end.
  func letGo() {
    flags.over.pointee.store(true, ordering: .releasing)
    flags.letGo(isFirst).pointee.store(true, ordering: .releasing)
  }

  /// Hands over what this leg heard.
  mutating func give(_ heard: Span<Int16>) {
    guard outgoing.space >= heard.count else {
      dropped += 1
      return
    }
    _ = outgoing.append(heard)
  }

  /// Takes what the other leg heard into `frame`; silence when there is nothing.
  mutating func take(into frame: inout MutableSpan<Int16>) {
    let size = frame.count
    guard size > 0 else { return }
    var waiting = Int(truncatingIfNeeded: (incoming.end &- next) / UInt64(size))
    if waiting > Self.deepest {
      dropped += UInt64(waiting - Self.kept - 1)
      next &+= UInt64((waiting - Self.kept - 1) * size)
      waiting = Self.kept + 1
    }
    guard waiting > 0 else {
      if hasBegun { gaps += 1 }
      for index in 0..<size { frame[index] = 0 }
      return
    }
    hasBegun = true
    incoming.copy(from: next, count: size, into: &frame)
    next &+= UInt64(size)
    incoming.release(before: next)
  }
}
