import CSockets
import Glibc
import Wire

/// All clients, on one thread with one epoll.
final class LoadClients {
  /// The clients, by their numbers.
  private(set) var clients: [LoadClient]
  /// The newest event that anybody was told of.
  private(set) var newest = -1
  /// How late events came that went out while their receiver was connected, in milliseconds.
  private(set) var delays: [Double] = []
  /// Only these count.
  var measuredFrom = Int.max
  /// Connections that ended without our doing.
  private(set) var broken = 0
  /// Those that are in the namespace.
  private(set) var joined = 0

  private let port: UInt16
  private let epoll = epoll_create1(0)
  private var byDescriptor: [Int32: Int] = [:]
  private var readBuffer = [UInt8](repeating: 0, count: 262_144)
  private var ready = [epoll_event](repeating: epoll_event(), count: 512)

  init(count: Int, port: UInt16) {
    self.port = port
    clients = (0..<count).map { LoadClient(number: $0) }
    delays.reserveCapacity(2_000_000)
  }

  /// Begins a connection; the rest happens in `turn`.
  func connect(_ number: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { return broken += 1 }
    var address = UDPSocket.loopback(port: port)
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    clients[number].descriptor = descriptor
    clients[number].state = .connecting
    byDescriptor[descriptor] = number
    watch(descriptor, EPOLLOUT.rawValue, EPOLL_CTL_ADD)
  }

  /// Ends a connection without a word.
  func cut(_ number: Int) {
    let descriptor = clients[number].descriptor
    guard descriptor >= 0 else { return }
    if clients[number].state == .joined { joined -= 1 }
    byDescriptor[descriptor] = nil
    close(descriptor)
    clients[number].reset()
  }

  /// Waits up to `milliseconds` and does what there is to do.
  func turn(milliseconds: Int32) {
    let count = epoll_wait(epoll, &ready, Int32(ready.count), milliseconds)
    for index in 0..<max(0, Int(count)) {
      let descriptor = ready[index].data.fd
      guard let number = byDescriptor[descriptor] else { continue }
      if clients[number].state == .connecting {
        watch(descriptor, EPOLLIN.rawValue, EPOLL_CTL_MOD)
        clients[number].state = .upgrading
        send(LoadClient.request, number)
      } else {
        receive(number)
      }
    }
  }

  private func watch(_ descriptor: Int32, _ events: UInt32, _ operation: Int32) {
    var event = epoll_event()
    event.events = events
    event.data.fd = descriptor
    epoll_ctl(epoll, operation, descriptor, &event)
  }

  private func send(_ bytes: [UInt8], _ number: Int) {
    _ = Glibc.send(clients[number].descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  private func receive(_ number: Int) {
    let count = recv(clients[number].descriptor, &readBuffer, readBuffer.count, 0)
    guard count > 0 else {
      if count < 0, errno == EAGAIN { return }
      broken += 1
      return cut(number)
    }
    let now = monotonicNanoseconds() / 1000
    readBuffer.withUnsafeBufferPointer { clients[number].append(UnsafeBufferPointer(rebasing: $0[..<count])) }
    while let input = clients[number].next() {
      switch input {
      case .open: send(clients[number].connect, number)
      case .ping: send(LoadClient.frame("3"), number)
      case .joined:
        joined += 1
        clients[number].since = now
      case .event(let event, let due):
        clients[number].events.append(Int32(truncatingIfNeeded: event))
        newest = max(newest, event)
        if event >= measuredFrom, due >= clients[number].since { delays.append(Double(now - due) / 1000) }
      case .other: break
      }
    }
  }
}
