import Audio
import CLinux
import Glibc
import Net

/// A leg's two sockets. Of all that a leg consists of, this alone makes system calls and reads clocks.
///
/// Media path: does not allocate.
struct LegSockets: ~Copyable {
  /// What reading a socket came to.
  enum Received {
    /// Nothing is there, or the news that an earlier packet of ours found nobody: which reading has cleared.
    case nothing
    /// Longer than any datagram that is meant for us, or from nowhere that has an address.
    case unusable
    case datagram(count: Int, from: SocketEndpoint)
  }

  /// RTCP datagrams taken in one packet's time.
  private static let reportsPerTick = 4

  let ports: PortPair
  private let datagramsPerTick: Int
  private var budget: Int
  private var reportBudget = LegSockets.reportsPerTick
  /// Whether a socket is shut off till the next tick.
  private(set) var isThrottled = false

  private var isConnected = false
  // The kernel's forms of the aim, made once and not per packet.
  private var target: (sockaddr_storage, socklen_t)?
  private var reportTarget: (sockaddr_storage, socklen_t)?

  /// Sockets of which the RTP one gives `datagramsPerTick` in a packet's time.
  init(ports: PortPair, datagramsPerTick: Int) {
    self.ports = ports
    self.datagramsPerTick = max(2, datagramsPerTick)
    budget = self.datagramsPerTick
  }

  private func descriptor(_ port: MediaPort) -> Int32 { port == .rtp ? ports.rtp : ports.rtcp }

  // MARK: Receiving

  /// Whether `port` may be read before the next tick.
  func mayRead(_ port: MediaPort) -> Bool { port == .rtp ? budget > 0 : reportBudget > 0 }

  /// Reads a datagram from `port` into `memory`.
  mutating func receive(_ port: MediaPort, into memory: UnsafeMutableBufferPointer<UInt8>) -> Received {
    var source = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let count = clinux_receive(descriptor(port), memory.baseAddress, memory.count, &source, &length)
    guard count >= 0 else { return .nothing }
    if port == .rtp { budget -= 1 } else { reportBudget -= 1 }
    guard count <= memory.count, let address = SocketEndpoint(source) else { return .unusable }
    return .datagram(count: count, from: address)
  }

  /// Stops listening to `port` in `epoll` till the next tick. `hasError`: there is one that would be reported whatever
  /// is asked for, till it is read.
  mutating func throttle(
    _ port: MediaPort, in epoll: Int32, word: UInt64, hasError: Bool, scratch: UnsafeMutableBufferPointer<UInt8>
  ) {
    isThrottled = true
    _ = clinux_epoll_modify(epoll, descriptor(port), 0, word)
    guard hasError else { return }
    var source = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    _ = clinux_receive(descriptor(port), scratch.baseAddress, scratch.count, &source, &length)
  }

  /// Listens to both sockets in `epoll`, for the first time or again.
  func watch(in epoll: Int32, word: UInt64, reportWord: UInt64, isNew: Bool) {
    let change = isNew ? clinux_epoll_add : clinux_epoll_modify
    _ = change(epoll, ports.rtp, CLINUX_EPOLLIN, word)
    _ = change(epoll, ports.rtcp, CLINUX_EPOLLIN, reportWord)
  }

  /// A packet's time begins: both sockets may give so much again. True if one was shut off.
  mutating func refill() -> Bool {
    budget = datagramsPerTick
    reportBudget = Self.reportsPerTick
    defer { isThrottled = false }
    return isThrottled
  }

  // MARK: Sending

  /// Sends there from now on.
  mutating func aim(_ aim: LegAim) {
    if isConnected {
      _ = clinux_udp_connect(ports.rtp, nil, 0)
      isConnected = false
    }
    target = aim.media.map { $0.storage() }
    reportTarget = aim.reports.map { $0.storage() }
    if aim.isFinal, var to = target {
      isConnected = clinux_udp_connect(ports.rtp, &to.0, to.1) == 0
    }
  }

  /// Sends the first `count` bytes of `memory`; false if the kernel did not take them.
  func send(_ port: MediaPort, _ memory: UnsafeMutableBufferPointer<UInt8>, count: Int) -> Bool {
    guard let bytes = memory.baseAddress, count <= memory.count else { return false }
    guard port == .rtp else {
      guard var to = reportTarget else { return false }
      return clinux_send(ports.rtcp, bytes, count, &to.0, to.1) >= 0
    }
    // A second attempt: what an ICMP message left behind is reported by the next send, which then sends nothing.
    for _ in 0..<2 {
      let result: Int
      if isConnected {
        result = clinux_send(ports.rtp, bytes, count, nil, 0)
      } else if var to = target {
        result = clinux_send(ports.rtp, bytes, count, &to.0, to.1)
      } else {
        return false
      }
      if result >= 0 { return true }
      if result != -Int(ECONNREFUSED) { return false }
    }
    return false
  }

  /// Gives both sockets up. The last thing that is done with them.
  func close() {
    _ = clinux_close(ports.rtp)
    _ = clinux_close(ports.rtcp)
  }

  // MARK: Clocks

  /// The time of what leaves now.
  static var departure: Instant { ContinuousClock.now }

  /// The time of day, for reports.
  static var wallClock: NTPTimestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return NTPTimestamp(unixSeconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }
}
