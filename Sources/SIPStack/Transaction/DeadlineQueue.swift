/// The deadlines of many things, with the earliest found in constant time and each change in logarithmic time.
///
/// A changed deadline leaves its old heap entry behind, which is skipped when it comes up; the heap is rebuilt when
/// such entries outnumber the live ones.
struct DeadlineQueue<Key: Hashable & Sendable>: Sendable {
  private struct Entry: Sendable {
    var deadline: Instant
    var key: Key
  }

  private var current: [Key: Instant] = [:]
  private var heap: [Entry] = []

  /// How many keys have a deadline.
  var count: Int { current.count }

  /// Sets, moves or (with nil) removes the deadline of `key`.
  mutating func set(_ key: Key, to deadline: Instant?) {
    guard let deadline else {
      current[key] = nil
      dropStaleRoots()
      return
    }
    guard current[key] != deadline else { return }
    current[key] = deadline
    heap.append(Entry(deadline: deadline, key: key))
    siftUp(heap.count - 1)
    if heap.count > 2 * current.count + 64 { rebuild() }
    dropStaleRoots()
  }

  /// The earliest deadline.
  var next: Instant? { heap.first?.deadline }

  /// Removes and returns a key whose deadline has come.
  mutating func popDue(at now: Instant) -> Key? {
    guard let root = heap.first, root.deadline <= now else { return nil }
    current[root.key] = nil
    dropStaleRoots()
    return root.key
  }

  private mutating func dropStaleRoots() {
    while let root = heap.first, current[root.key] != root.deadline {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
      siftDown(0)
    }
  }

  private mutating func rebuild() {
    heap = current.map { Entry(deadline: $0.value, key: $0.key) }.sorted { $0.deadline < $1.deadline }
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].deadline < heap[parent].deadline else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].deadline < heap[least].deadline {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
