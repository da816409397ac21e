import Synchronization

/// The newest value of one writing thread, for readers that take turns: neither ever waits for the other.
///
/// Three places: the writer's, the reader's, and one between them that either exchanges for its own. Media path: does
/// not allocate.
final class LatestValue<Value: Sendable>: @unchecked Sendable {
  private let places: UnsafeMutablePointer<Value>
  /// Number of the place between, plus 4 while it holds what no reader has seen.
  private let between = Atomic<Int>(1)
  private var writing = 0
  private var reading = 2

  init(_ value: Value) {
    places = .allocate(capacity: 3)
    places.initialize(repeating: value, count: 3)
  }

  deinit {
    places.deinitialize(count: 3)
    places.deallocate()
  }

  /// Writer only.
  func publish(_ value: Value) {
    places[writing] = value
    writing = between.exchange(writing | 4, ordering: .acquiringAndReleasing) & 3
  }

  /// One reader at a time.
  func read() -> Value {
    if between.load(ordering: .relaxed) & 4 != 0 {
      reading = between.exchange(reading, ordering: .acquiringAndReleasing) & 3
    }
    return places[reading]
  }
}
