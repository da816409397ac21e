import Audio
import Net

/// A leg as its media thread holds it: the core, the sockets, what protects packets between the two, and its place in the
/// schedule. Obeys what the core says.
///
/// Media path: does not allocate after `init`.
struct HostedLeg: ~Copyable {
  private(set) var core: LegCore
  private(set) var sockets: LegSockets
  private var protection = PacketProtection.none

  // Kept by the schedule.
  var slot = 0
  var indexInSlot = 0

  init(core: consuming LegCore, sockets: consuming LegSockets) {
    self.core = core
    self.sockets = sockets
  }

  var ports: PortPair { sockets.ports }
  var link: Unmanaged<LegLink> { core.link }

  /// Whether `port` may be read before the next tick.
  func mayRead(_ port: MediaPort) -> Bool { sockets.mayRead(port) }

  /// What reading a datagram came to.
  enum Reading {
    /// There was none.
    case nothing
    /// `fills` the memory, so that the socket may have more. `hasLatched`: the leg is latched to a source since.
    case taken(fills: Bool, hasLatched: Bool)
  }

  /// Reads a datagram from `port` into `memory` and has it judged.
  mutating func read(
    _ port: MediaPort, into memory: UnsafeMutableBufferPointer<UInt8>, at arrival: Instant, desk: inout LegDesk
  ) -> Reading {
    switch sockets.receive(port, into: memory) {
    case .nothing: return .nothing
    case .unusable:
      core.countUnusable()
      return .taken(fills: true, hasLatched: false)
    case .datagram(let count, let source):
      let fills = count == memory.count
      if port == .rtp { desk.counters.received += 1 }
      guard let opened = protection.open(port, memory, count: count), opened <= count else {
        core.countUnusable()
        return .taken(fills: fills, hasLatched: false)
      }
      let datagram = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(memory)[..<opened]).span
      guard port == .rtp else {
        core.receiveReport(datagram, from: source, at: arrival)
        return .taken(fills: fills, hasLatched: false)
      }
      let hasLatched = core.receive(datagram, from: source, at: arrival, output: &desk.output)
      obey(&desk)
      return .taken(fills: fills, hasLatched: hasLatched)
    }
  }

  /// Stops reading `port` till the next tick.
  mutating func throttle(_ port: MediaPort, in epoll: Int32, word: UInt64, hasError: Bool, desk: inout LegDesk) {
    core.countThrottled()
    sockets.throttle(port, in: epoll, word: word, hasError: hasError, scratch: desk.incoming)
  }

  /// One packet's time. True if a socket was shut off that is to be listened to again.
  mutating func tick(at now: Instant, wallClock: NTPTimestamp, desk: inout LegDesk) -> Bool {
    let wasThrottled = sockets.refill()
    core.tick(at: now, wallClock: wallClock, output: &desk.output)
    obey(&desk)
    return wasThrottled
  }

  /// Time for which the thread could not run.
  mutating func skip(frames: Int) { core.skip(frames: frames) }

  /// Does as a command says; `body` is what the core makes of it.
  mutating func command(desk: inout LegDesk, _ body: (inout LegCore, inout LegOutput) -> Void) {
    body(&core, &desk.output)
    obey(&desk)
  }

  /// Says good-bye and gives the sockets up.
  mutating func close(at now: Instant, desk: inout LegDesk) {
    core.close(at: now, wallClock: LegSockets.wallClock, output: &desk.output)
    obey(&desk)
    sockets.close()
  }

  /// Does what the core wants done, and passes on what it says has happened.
  private mutating func obey(_ desk: inout LegDesk) {
    if let aim = desk.output.aim { sockets.aim(aim) }
    for index in 0..<desk.output.datagramCount {
      let (port, memory, count) = desk.output.datagram(index)
      guard let closed = protection.close(port, memory, count: count) else { continue }
      let isSent = sockets.send(port, memory, count: closed)
      guard port == .rtp else { continue }
      if isSent {
        desk.counters.sent += 1
      } else {
        desk.counters.sendFailures += 1
        core.countSendFailure()
      }
    }
    for index in 0..<desk.output.eventCount {
      var event = desk.output.event(index)
      if event.isDeparture { event.at = LegSockets.departure }
      desk.report(event, of: core.link)
    }
    desk.output.clear()
  }
}
