import Glibc
package import Net
package import NIOCore
import NIOPosix

/// Names to addresses, by the system's resolver, on threads that may block.
package enum NameResolver {
  /// Why a name leads nowhere.
  package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was looked for.
    package var host: String
    /// The resolver's word for it.
    package var reason: String

    package var description: String { "the host '\(host)' can't be found: \(reason)" }
  }

  /// The addresses of a host, in the order in which they should be tried; of a literal itself. Never empty.
  package static func addresses(of host: Host) async throws -> [IPAddress] {
    if let address = host.address { return [address] }
    let name = host.description
    return try await NIOThreadPool.singleton.runIfActive { try look(up: name) }
  }

  /// The same for whoever is on an event loop.
  package static func addresses(of host: Host, on eventLoop: any EventLoop) -> EventLoopFuture<[IPAddress]> {
    if let address = host.address { return eventLoop.makeSucceededFuture([address]) }
    let name = host.description
    return NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { try look(up: name) }
  }

  private static func look(up name: String) throws -> [IPAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(name, nil, &hints, &list)
    guard status == 0 else { throw Failure(host: name, reason: String(cString: gai_strerror(status))) }
    defer { freeaddrinfo(list) }
    var found: [IPAddress] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ai_next
      guard let address = entry.ai_addr, Int(entry.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size else { continue }
      var storage = sockaddr_storage()
      withUnsafeMutableBytes(of: &storage) {
        $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen)))
      }
      if let endpoint = SocketEndpoint(storage), !found.contains(endpoint.address) { found.append(endpoint.address) }
    }
    guard !found.isEmpty else { throw Failure(host: name, reason: "it has no address") }
    return found
  }
}
