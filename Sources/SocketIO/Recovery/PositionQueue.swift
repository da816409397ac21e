/// Positions in a log, which only grow: added at the end, forgotten from the front.
struct PositionQueue {
  /// The old positions that may lie in front before the rest is moved.
  private static let slack = 32

  private var positions: [UInt64] = []
  private var gone = 0

  var isEmpty: Bool { gone == positions.count }

  /// Adds a position, which is larger than all before.
  mutating func append(_ position: UInt64) { positions.append(position) }

  mutating func removeFirst() {
    guard gone < positions.count else { return }
    gone += 1
    guard gone > Self.slack, gone > positions.count / 2 else { return }
    positions.removeFirst(gone)
    gone = 0
  }

  /// Those that are larger than `position`.
  func behind(_ position: UInt64) -> ArraySlice<UInt64> {
    var low = gone
    var high = positions.count
    while low < high {
      let middle = low + (high - low) / 2
      if positions[middle] > position { high = middle } else { low = middle + 1 }
    }
    return positions[low...]
  }
}
