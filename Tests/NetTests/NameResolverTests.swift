import Net
import NetNIO
import NIOCore
import NIOPosix
import Testing
import TestSupport

@Suite("Names to addresses")
struct NameResolverTests {
  @Test("a name of this machine, and a literal without asking anybody", arguments: ["localhost", "127.0.0.1", "::1"])
  func found(_ host: String) async throws {
    let addresses = try await NameResolver.addresses(of: Host(host))
    #expect(!addresses.isEmpty)
    #expect(addresses.allSatisfy { $0.isLoopback })
    let onLoop = try await NameResolver.addresses(
      of: Host(host), on: MultiThreadedEventLoopGroup.singleton.next()
    ).get()
    #expect(onLoop == addresses)
  }

  @Test("a name that is none leads nowhere, and the error says whose", arguments: ["not an address", "", "a..b"])
  func missing(_ host: String) async {
    await #expect(throws: NameResolver.Failure.self) { _ = try await NameResolver.addresses(of: Host(host)) }
    do {
      _ = try await NameResolver.addresses(of: Host(host))
    } catch {
      #expect("\(error)".hasPrefix("the host '\(host)' can't be found: "))
    }
  }

  @Test("NIO's addresses and ours say the same", arguments: ["192.0.2.7:5060", "[2001:db8::7]:5061", "[::]:0"])
  func nio(_ text: String) throws {
    let endpoint = try #require(SocketEndpoint(text))
    #expect(SocketEndpoint(endpoint.socketAddress()) == endpoint)
    #expect(SocketEndpoint(endpoint.socketAddress(mapped: true)) == endpoint)
    #expect(endpoint.socketAddress().port == Int(endpoint.port))
    #expect(endpoint.socketAddress().ipAddress == "\(endpoint.address)")
  }
}
