/// What is due when, the earliest first: a binary heap. Nothing is ever taken out early; whoever is called too early asks
/// again.
struct DeadlineQueue<Element> {
  private var heap: [(at: Instant, element: Element)] = []

  /// The earliest deadline.
  var next: Instant? { heap.first?.at }
  var count: Int { heap.count }

  mutating func insert(_ element: Element, at instant: Instant) {
    heap.append((instant, element))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].at < heap[parent].at else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes the earliest that is due at `now`.
  mutating func popDue(at now: Instant) -> Element? {
    guard let first = heap.first, first.at <= now, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first.element }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [parent * 2 + 1, parent * 2 + 2] where child < heap.count && heap[child].at < heap[least].at {
        least = child
      }
      guard least != parent else { break }
      heap.swapAt(parent, least)
      parent = least
    }
    return first.element
  }
}
