/// Numbers the packets of one source without end, and tells a wrap from a restart (RFC 3550 appendix A.1).
///
/// There is no probation: the first packet counts at once, since waiting for a second would cost the caller 20 ms.
/// Media path: does not allocate.
struct SequenceTracker: Sendable {
  /// Where a packet belongs.
  enum Placement: Sendable, Equatable {
    /// At this place in the endless numbering, which starts at `SequenceTracker.origin`.
    case index(Int64)
    /// The source began to count anew: this place follows all that came before.
    case restarted(Int64)
    /// Far from all others; believed only if the next packet follows it.
    case implausible
  }

  /// The index of the first packet; above zero so that packets overtaken by the first still have one.
  static let origin: Int64 = 1 << 20
  /// A larger gap forwards is a restart (RFC 3550: MAX_DROPOUT).
  static let maximumDropout = 3000
  /// A larger step backwards is a restart (RFC 3550: MAX_MISORDER).
  static let maximumMisorder = 100

  /// Index of the newest packet.
  fileprivate(set) var highest: Int64 = 0
  /// Wraps of the sequence number, and the number itself, as a receiver report wants them (RFC 3550 section 6.4.1).
  private(set) var extendedHighest: UInt32 = 0
  /// First extended number since the source began to count.
  private(set) var extendedBase: UInt32 = 0
  private(set) var hasStarted = false
  private var afterImplausible: UInt16?

  /// Places `sequence`.
  mutating func place(_ sequence: UInt16) -> Placement {
    guard hasStarted else {
      hasStarted = true
      highest = SequenceTracker.origin
      begin(sequence)
      return .index(highest)
    }
    let newest = UInt16(truncatingIfNeeded: extendedHighest)
    let step = Int(Int16(bitPattern: sequence &- newest))
    if step > 0, step <= SequenceTracker.maximumDropout {
      afterImplausible = nil
      highest += Int64(step)
      extendedHighest &+= UInt32(step)
      return .index(highest)
    }
    if step <= 0, step >= -SequenceTracker.maximumMisorder {
      return .index(highest + Int64(step))
    }
    if sequence == afterImplausible {
      highest += 1
      begin(sequence)
      return .restarted(highest)
    }
    afterImplausible = sequence &+ 1
    return .implausible
  }

  fileprivate mutating func begin(_ sequence: UInt16) {
    afterImplausible = nil
    extendedHighest = UInt32(sequence)
    extendedBase = UInt32(sequence)
  }
}

extension SequenceTracker {
  /// Packets that should have come since the source began to count.
  var expected: Int64 {
    hasStarted ? Int64(extendedHighest &- extendedBase) + 1 : 0
  }

  /// The source counts anew from `sequence`, though no single packet told; returns the place of that packet.
  mutating func restart(at sequence: UInt16) -> Int64 {
    highest += 1
    begin(sequence)
    return highest
  }
}
