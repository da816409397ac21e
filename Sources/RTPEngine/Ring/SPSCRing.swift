import Synchronization

/// A bounded ring from one producing thread to one consuming thread.
///
/// Media path: does not allocate, and counts no references as long as its elements hold none. A handle of its own:
/// whoever made it deallocates it after both sides are done.
struct SPSCRing<Element: Sendable>: @unchecked Sendable {
  let capacity: Int
  private let slots: UnsafeMutablePointer<Element>
  private let head: UnsafeMutablePointer<Atomic<UInt>>
  private let tail: UnsafeMutablePointer<Atomic<UInt>>

  /// Room for at least `minimumCapacity` elements, rounded up to a power of two.
  static func allocate(minimumCapacity: Int) -> SPSCRing {
    var size = 2
    while size < minimumCapacity { size *= 2 }
    return SPSCRing(size: size)
  }

  private init(size: Int) {
    capacity = size
    slots = .allocate(capacity: size)
    head = Self.counter()
    tail = Self.counter()
  }

  /// A counter with a cache line to itself, so that the two sides don't take turns owning one.
  private static func counter() -> UnsafeMutablePointer<Atomic<UInt>> {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 128)
    let counter = memory.bindMemory(to: Atomic<UInt>.self, capacity: 1)
    counter.initialize(to: Atomic(0))
    return counter
  }

  func deallocate() {
    while pop() != nil {}
    slots.deallocate()
    UnsafeMutableRawPointer(head).deallocate()
    UnsafeMutableRawPointer(tail).deallocate()
  }

  /// How many elements wait.
  var count: Int {
    let start = head.pointee.load(ordering: .acquiring)
    return Int(bitPattern: tail.pointee.load(ordering: .acquiring) &- start)
  }

  /// Producer: the place that the next `push` fills, for what is kept beside the ring under the same number.
  var nextSlot: Int { place(tail.pointee.load(ordering: .relaxed)) }

  /// Producer: whether more than `reserve` places are free.
  func hasRoom(reserve: Int = 0) -> Bool {
    let end = tail.pointee.load(ordering: .relaxed)
    return capacity - Int(bitPattern: end &- head.pointee.load(ordering: .acquiring)) > reserve
  }

  /// Producer: appends `element` if more than `reserve` places are free.
  func push(_ element: Element, reserve: Int = 0) -> Bool {
    guard hasRoom(reserve: reserve) else { return false }
    let end = tail.pointee.load(ordering: .relaxed)
    (slots + place(end)).initialize(to: element)
    tail.pointee.store(end &+ 1, ordering: .releasing)
    return true
  }

  /// Consumer: the oldest element and its place, both still held until `discard`.
  func peek() -> (element: Element, slot: Int)? {
    let start = head.pointee.load(ordering: .relaxed)
    guard start != tail.pointee.load(ordering: .acquiring) else { return nil }
    return (slots[place(start)], place(start))
  }

  /// Consumer: gives back the place of the oldest element, which `peek` returned.
  func discard() {
    let start = head.pointee.load(ordering: .relaxed)
    (slots + place(start)).deinitialize(count: 1)
    head.pointee.store(start &+ 1, ordering: .releasing)
  }

  /// Consumer: takes the oldest element.
  func pop() -> Element? {
    guard let (element, _) = peek() else { return nil }
    discard()
    return element
  }

  private func place(_ counter: UInt) -> Int { Int(bitPattern: counter & UInt(bitPattern: capacity - 1)) }
}
