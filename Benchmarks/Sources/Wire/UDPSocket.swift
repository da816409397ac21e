public import CSockets
import Glibc

/// A datagram socket on 127.0.0.1, and nothing more: what a benchmark measures with should be too small to be slow.
public final class UDPSocket: @unchecked Sendable {
  /// The file descriptor, for calls that take many datagrams at once.
  public let fileDescriptor: Int32
  /// The port it is bound to.
  public let port: UInt16

  /// Binds to a free port.
  public init() {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var size: Int32 = 4 << 20
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, socklen_t(MemoryLayout<Int32>.size))
    var address = UDPSocket.loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(descriptor, $0, length)
        _ = getsockname(descriptor, $0, &length)
      }
    }
    fileDescriptor = descriptor
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(fileDescriptor) }

  /// 127.0.0.1 and `port`.
  public static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  /// Sends `text` to `port` on loopback.
  public func send(_ text: String, to port: UInt16) { send(Array(text.utf8), to: port) }

  /// Sends `octets` to `port` on loopback.
  public func send(_ octets: [UInt8], to port: UInt16) {
    var address = UDPSocket.loopback(port: port)
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(fileDescriptor, octets, octets.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// The next datagram, or nil after `milliseconds`.
  public func receive(milliseconds: Int32) -> (octets: [UInt8], port: UInt16)? {
    guard isReadable(milliseconds: milliseconds) else { return nil }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
        recvfrom(fileDescriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT), peer, &length)
      }
    }
    guard count >= 0 else { return nil }
    return (Array(buffer.prefix(count)), UInt16(bigEndian: address.sin_port))
  }

  /// Whether something can be read within `milliseconds`.
  public func isReadable(milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) == 1
  }
}

/// Nanoseconds of the monotonic clock.
public func monotonicNanoseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// Sleeps until the monotonic clock shows `nanoseconds`.
public func sleepUntil(nanoseconds: Int64) {
  var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
  while clock_nanosleep(CLOCK_MONOTONIC, Int32(TIMER_ABSTIME), &time, nil) == EINTR {}
}
