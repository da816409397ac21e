/// When which legs tick: the 20 ms of a packet are cut into slots, each leg belongs to one, and each slot comes round
/// every 20 ms on a grid that never drifts.
///
/// Times are nanoseconds of one monotonic clock. Media path: does not allocate after `init`.
struct PhaseSchedule: ~Copyable {
  /// 1 ms each.
  static let slots = 20
  static let period: Int64 = 20_000_000
  static let slotLength = period / Int64(slots)
  /// How far behind a slot may be and still make up for it, a packet at once for each it missed.
  static let patience: Int64 = 60_000_000

  private let legs: UnsafeMutableBufferPointer<LegHandle>
  private let capacity: Int
  private var counts: [Int]
  private var due: [Int64]
  private(set) var total = 0

  init(capacity: Int, at now: Int64) {
    self.capacity = max(1, capacity)
    // Any slot may come to hold every leg, in theory; what is never used takes no memory.
    legs = .allocate(capacity: self.capacity * Self.slots)
    counts = Array(repeating: 0, count: Self.slots)
    due = (0..<Self.slots).map { now + Int64($0) * Self.slotLength }
  }

  deinit {
    legs.deallocate()
  }

  var isFull: Bool { total >= capacity }

  func count(in slot: Int) -> Int { counts[slot] }
  func leg(_ index: Int, in slot: Int) -> LegHandle { legs[slot * capacity + index] }
  func due(_ slot: Int) -> Int64 { due[slot] }

  /// The slot with the fewest legs; of several the one that comes soonest after `now`.
  func leastLoaded(at now: Int64) -> Int {
    var best = 0
    for slot in 1..<Self.slots {
      if counts[slot] < counts[best] || (counts[slot] == counts[best] && wait(slot, at: now) < wait(best, at: now)) {
        best = slot
      }
    }
    return best
  }

  /// The slot that comes first after the phase of `instant`, among those that are not overloaded. A leg whose tick
  /// follows its peer's packets closely answers up to 20 ms sooner.
  func slot(after instant: Int64) -> Int {
    let allowed = (total * 3 / 2) / Self.slots + 4
    var best: Int?
    for slot in 0..<Self.slots where counts[slot] < allowed {
      if best.map({ wait(slot, at: instant) < wait($0, at: instant) }) ?? true { best = slot }
    }
    return best ?? leastLoaded(at: instant)
  }

  /// From `now` to the next time the slot would come round.
  private func wait(_ slot: Int, at now: Int64) -> Int64 {
    let distance = (due[slot] - now) % Self.period
    return distance < 0 ? distance + Self.period : distance
  }

  /// Puts a leg into `slot`; the caller has seen that it `isFull` not.
  mutating func add(_ leg: LegHandle, to slot: Int) {
    let index = counts[slot]
    legs[slot * capacity + index] = leg
    leg.state.pointee.slot = slot
    leg.state.pointee.indexInSlot = index
    counts[slot] = index + 1
    total += 1
  }

  mutating func remove(_ leg: LegHandle) {
    let slot = leg.state.pointee.slot
    let index = leg.state.pointee.indexInSlot
    guard index < counts[slot], legs[slot * capacity + index] == leg else { return }
    let last = legs[slot * capacity + counts[slot] - 1]
    legs[slot * capacity + index] = last
    last.state.pointee.indexInSlot = index
    counts[slot] -= 1
    total -= 1
  }

  /// A slot whose time has come, the longest overdue first.
  func nextDue(at now: Int64) -> Int? {
    var best: Int?
    for slot in 0..<Self.slots where due[slot] <= now {
      if best.map({ due[slot] < due[$0] }) ?? true { best = slot }
    }
    return best
  }

  /// Moves `slot` on to its next time; returns how many times are left out, since it is too far behind.
  mutating func advance(_ slot: Int, at now: Int64) -> Int {
    due[slot] += Self.period
    let behind = now - due[slot]
    guard behind > Self.patience else { return 0 }
    let missed = behind / Self.period
    due[slot] += missed * Self.period
    return Int(missed)
  }

  /// When the next slot that holds a leg comes; `nil` without legs.
  func nextWake() -> Int64? {
    var best: Int64?
    for slot in 0..<Self.slots where counts[slot] > 0 {
      best = min(best ?? due[slot], due[slot])
    }
    return best
  }
}
