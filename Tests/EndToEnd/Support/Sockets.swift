import Foundation

/// An address of this machine alone. Not all of them are the same to a server: it may trust one, and another is a
/// stranger.
enum Loopback: UInt32, Sendable {
  case first = 0x7F00_0001
  case second = 0x7F00_0002
  case third = 0x7F00_0003

  /// As it is written.
  var text: String { "127.0.0.\(rawValue & 0xFF)" }
}

private func address(_ host: Loopback, _ port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = host.rawValue.bigEndian
  return address
}

private func withAddress<Result>(
  _ port: UInt16, of host: Loopback = .first, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  var address = address(host, port)
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
  }
}

private func localPort(of descriptor: Int32) -> UInt16 {
  var address = sockaddr_in()
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  _ = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
  }
  return UInt16(bigEndian: address.sin_port)
}

private func makeSocket(_ kind: Int32) throws -> Int32 {
  let descriptor = socket(AF_INET, kind | Int32(SOCK_CLOEXEC.rawValue), 0)
  guard descriptor >= 0 else { throw Trouble("no socket: \(String(cString: strerror(errno)))") }
  return descriptor
}

/// A UDP socket on a loopback address.
final class DatagramSocket: Sendable {
  private let descriptor: Int32
  let port: UInt16

  /// On `port`, or on one that the kernel chooses.
  init(port: UInt16 = 0, of host: Loopback = .first) throws {
    let descriptor = try makeSocket(Int32(SOCK_DGRAM.rawValue))
    self.descriptor = descriptor
    let result = withAddress(port, of: host) { bind(descriptor, $0, $1) }
    guard result == 0 else {
      close(descriptor)
      throw Trouble("UDP port \(port) can't be had: \(String(cString: strerror(errno)))")
    }
    self.port = localPort(of: descriptor)
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8], to port: UInt16) {
    _ = withAddress(port) { address, length in sendto(descriptor, bytes, bytes.count, 0, address, length) }
  }

  /// The next datagram with the port it came from, or nil when there is none.
  func receive() -> (bytes: [UInt8], from: UInt16)? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { from in
        recvfrom(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT), from, &length)
      }
    }
    guard count >= 0 else { return nil }
    return (Array(buffer[..<count]), UInt16(bigEndian: address.sin_port))
  }

  /// Waits in the kernel until something is there, at most so many milliseconds.
  func wait(milliseconds: Int32) {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&entry, 1, milliseconds)
  }
}

/// A TCP connection on 127.0.0.1.
final class StreamSocket {
  private let descriptor: Int32
  let port: UInt16
  /// What has come and was not taken yet.
  var received: [UInt8] = []
  private(set) var isClosed = false

  /// Connects to `port` of the first loopback address from an address.
  init(to port: UInt16, from host: Loopback = .first) throws {
    let descriptor = try makeSocket(Int32(SOCK_STREAM.rawValue))
    self.descriptor = descriptor
    guard withAddress(0, of: host, { bind(descriptor, $0, $1) }) == 0,
      withAddress(port, { connect(descriptor, $0, $1) }) == 0
    else {
      close(descriptor)
      throw Trouble("no connection to TCP port \(port): \(String(cString: strerror(errno)))")
    }
    self.port = localPort(of: descriptor)
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Takes in what has come.
  func fill() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !isClosed {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count > 0 {
        received += buffer[..<count]
      } else if count == 0 {
        isClosed = true
      } else {
        if errno != EAGAIN && errno != EINTR { isClosed = true }
        return
      }
    }
  }
}

/// A TCP port that is taken as long as this lives.
final class TakenPort {
  private let descriptor: Int32
  let port: UInt16

  /// `port`, or one that the kernel chooses.
  init(_ port: UInt16 = 0) throws {
    let descriptor = try makeSocket(Int32(SOCK_STREAM.rawValue))
    self.descriptor = descriptor
    guard withAddress(port, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 1) == 0 else {
      close(descriptor)
      throw Trouble("no TCP port to take")
    }
    self.port = localPort(of: descriptor)
  }

  deinit { close(descriptor) }
}
