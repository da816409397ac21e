import Glibc
package import Net
package import NIOCore

extension SocketEndpoint {
  /// The same as NIO has it; nil for what is no internet address.
  package init?(_ address: SocketAddress?) {
    switch address {
    case .v4(let internet):
      var storage = sockaddr_storage()
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: internet.address, as: sockaddr_in.self) }
      self.init(storage)
    case .v6(let internet):
      var storage = sockaddr_storage()
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: internet.address, as: sockaddr_in6.self) }
      self.init(storage)
    case .unixDomainSocket, nil: return nil
    }
  }

  /// The same for NIO. `mapped` writes IPv4 as a socket for both families wants it.
  package func socketAddress(mapped: Bool = false) -> SocketAddress {
    let (storage, _) = storage(mapped: mapped)
    return withUnsafeBytes(of: storage) { bytes in
      if address.family == .v4, !mapped {
        SocketAddress(bytes.loadUnaligned(as: sockaddr_in.self))
      } else {
        SocketAddress(bytes.loadUnaligned(as: sockaddr_in6.self))
      }
    }
  }
}
