import Synchronization

/// A bounded ring of PCM from one producer (a conversation) to one consumer (a media thread).
///
/// Samples are numbered from 0 for the ring's whole life, so an index is also a position in the playout. The consumer
/// decides how much of what it has read stays readable, which is what lets playout go back a little.
///
/// Media path: does not allocate. A handle without reference counting: `PCMRingStorage` owns the memory and must
/// outlive every copy.
struct PCMRing: @unchecked Sendable {
  /// How many samples fit, history included.
  let capacity: Int
  private let samples: UnsafeMutablePointer<Int16>
  private let written: UnsafeMutablePointer<Atomic<UInt64>>
  private let released: UnsafeMutablePointer<Atomic<UInt64>>

  fileprivate init(minimumCapacity: Int) {
    var size = 1024
    while size < minimumCapacity { size *= 2 }
    capacity = size
    // Not initialised: a ring takes real memory only as far as it has been used.
    samples = .allocate(capacity: size)
    written = .allocate(capacity: 1)
    released = .allocate(capacity: 1)
    written.initialize(to: Atomic(0))
    released.initialize(to: Atomic(0))
  }

  fileprivate func deallocate() {
    samples.deallocate()
    written.deinitialize(count: 1)
    written.deallocate()
    released.deinitialize(count: 1)
    released.deallocate()
  }

  /// The position behind the last sample written.
  var end: UInt64 { written.pointee.load(ordering: .acquiring) }

  /// Producer: how many samples fit now.
  var space: Int {
    capacity - Int(truncatingIfNeeded: end &- released.pointee.load(ordering: .acquiring))
  }

  /// Producer: appends as many of `source` as fit and returns their number.
  func append(_ source: Span<Int16>) -> Int {
    let start = written.pointee.load(ordering: .relaxed)
    let count = min(source.count, space)
    guard count > 0 else { return 0 }
    var slot = Int(truncatingIfNeeded: start) & (capacity - 1)
    for index in 0..<count {
      samples[slot] = source[index]
      slot = (slot + 1) & (capacity - 1)
    }
    written.pointee.store(start &+ UInt64(count), ordering: .releasing)
    return count
  }

  /// Consumer: copies `count` samples from `position` on into `target` at `offset`. The caller has made sure that they
  /// are written and not yet released; what does not fit `target` is left out.
  func copy(from position: UInt64, count: Int, into target: inout MutableSpan<Int16>, at offset: Int = 0) {
    let count = min(count, target.count - offset)
    guard count > 0 else { return }
    var slot = Int(truncatingIfNeeded: position) & (capacity - 1)
    for index in offset..<(offset + count) {
      target[index] = samples[slot]
      slot = (slot + 1) & (capacity - 1)
    }
  }

  /// Consumer: lets the producer overwrite what lies before `position`.
  func release(before position: UInt64) {
    if position > released.pointee.load(ordering: .relaxed) {
      released.pointee.store(position, ordering: .releasing)
    }
  }
}

/// Owns the memory of a `PCMRing`.
final class PCMRingStorage: Sendable {
  let ring: PCMRing

  /// A ring for at least `minimumCapacity` samples, rounded up to a power of two.
  init(minimumCapacity: Int) {
    ring = PCMRing(minimumCapacity: minimumCapacity)
  }

  deinit {
    ring.deallocate()
  }
}
