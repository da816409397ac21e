import Audio
import Net

/// What a leg's core wants done and says has happened, in fixed slabs that whoever obeys empties after each call, and the
/// scratch memory of a call. One for all legs of a media thread.
///
/// Media path: does not allocate after `init`.
struct LegOutput: ~Copyable {
  /// Larger than any datagram of ours, with what protection adds.
  static let datagramBytes = 2048
  /// Datagrams of one call of a core: at most one of each port.
  static let datagramCapacity = 4
  /// Events of one call of a core: a dozen at most, were everything to happen at once.
  static let eventCapacity = 64

  private struct Size: Sendable {
    var port = MediaPort.rtp
    var count = 0
  }

  private let datagrams: UnsafeMutableBufferPointer<UInt8>
  private var sizes: [4 of Size] = .init(repeating: Size())
  private let happened: UnsafeMutableBufferPointer<LegEvent>
  private let sound: UnsafeMutableBufferPointer<Int16>
  private let frameSamples: Int

  /// Datagrams to send, in order.
  private(set) var datagramCount = 0
  /// What happened, in order.
  private(set) var eventCount = 0
  /// Where to send to from now on, if that has changed; to be obeyed before anything is sent.
  private(set) var aim: LegAim?
  /// Events that found no room, and packets' times that no longer fitted on the way to whoever listens in; over all calls.
  private(set) var lostEvents: UInt64 = 0
  var tapDropped: UInt64 = 0

  /// Slabs for legs whose packets are of `frameSamples`.
  init(frameSamples: Int) {
    self.frameSamples = max(1, frameSamples)
    datagrams = .allocate(capacity: Self.datagramBytes * Self.datagramCapacity)
    datagrams.initialize(repeating: 0)
    happened = .allocate(capacity: Self.eventCapacity)
    happened.initialize(repeating: LegEvent(kind: .space, at: ContinuousClock.now))
    sound = .allocate(capacity: self.frameSamples * 3)
    sound.initialize(repeating: 0)
  }

  deinit {
    datagrams.deallocate()
    happened.deallocate()
    sound.deallocate()
  }

  // MARK: Scratch memory

  /// A packet's time of what the far end said.
  var heard: UnsafeMutableBufferPointer<Int16> { frame(0) }
  /// A packet's time of what we say.
  var said: UnsafeMutableBufferPointer<Int16> { frame(1) }
  /// A packet's time of our own where it is mixed with another's.
  var own: UnsafeMutableBufferPointer<Int16> { frame(2) }

  private func frame(_ number: Int) -> UnsafeMutableBufferPointer<Int16> {
    UnsafeMutableBufferPointer(rebasing: sound[number * frameSamples..<(number + 1) * frameSamples])
  }

  // MARK: For the core

  /// Where the next datagram is written; empty when there are too many already.
  var room: UnsafeMutableBufferPointer<UInt8> {
    guard datagramCount < Self.datagramCapacity else { return UnsafeMutableBufferPointer(rebasing: datagrams[..<0]) }
    return UnsafeMutableBufferPointer(
      rebasing: place(datagramCount)[..<(Self.datagramBytes - PacketProtection.overhead)])
  }

  /// The first `count` bytes of `room` are a datagram that leaves from `port`.
  mutating func append(_ port: MediaPort, count: Int) {
    guard count > 0, datagramCount < Self.datagramCapacity else { return }
    sizes[datagramCount] = Size(port: port, count: min(count, Self.datagramBytes - PacketProtection.overhead))
    datagramCount += 1
  }

  /// `kind` has happened.
  mutating func append(_ kind: LegEvent.Kind, at instant: Instant, position: UInt64 = 0) {
    guard eventCount < Self.eventCapacity else {
      lostEvents += 1
      return
    }
    happened[eventCount] = LegEvent(kind: kind, at: instant, position: position)
    eventCount += 1
  }

  mutating func append(_ aim: LegAim) { self.aim = aim }

  // MARK: For whoever obeys

  /// The datagram of that number, with all the memory behind it.
  func datagram(_ index: Int) -> (port: MediaPort, memory: UnsafeMutableBufferPointer<UInt8>, count: Int) {
    (sizes[index].port, place(index), sizes[index].count)
  }

  /// The event of that number.
  func event(_ index: Int) -> LegEvent { happened[index] }

  /// All is done.
  mutating func clear() {
    datagramCount = 0
    eventCount = 0
    aim = nil
  }

  private func place(_ index: Int) -> UnsafeMutableBufferPointer<UInt8> {
    UnsafeMutableBufferPointer(rebasing: datagrams[index * Self.datagramBytes..<(index + 1) * Self.datagramBytes])
  }
}
