import Glibc
import Net
import Testing
import TestSupport

@Suite("Addresses")
struct AddressTests {
  @Test(
    "an address reads, and is written as RFC 5952 has it",
    arguments: [
      ("127.0.0.1", "127.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"),
      ("192.000.002.001", "192.0.2.1"), ("::", "::"), ("::1", "::1"), ("2001:db8::1", "2001:db8::1"),
      ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
      ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1::", "1::"),
      ("::ffff:192.0.2.9", "192.0.2.9"), ("::192.0.2.9", "::c000:209"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
      // RFC 5118 section 4.10.
      ("2001:db8:::192.0.2.1", "2001:db8::c000:201"), ("fe80::1%1", "fe80::1%1"),
    ])
  func written(_ text: String, _ expected: String) throws {
    let address = try #require(IPAddress(text))
    #expect(address.description == expected)
    #expect(IPAddress(expected) == address)
  }

  @Test(
    "what is no address is refused",
    arguments: [
      "", "localhost", "1.2.3", "1.2.3.4.5", ":::", "1.2.3.4\0", "1.2.3.256", "1..2.3", "1.2.3.-4", "+1.2.3.4", ":1",
      "1:",
      "1::2::3", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8:9", "g::", "1.2.3.4::", "::1.2.3",
      "[::1]", "::1%", "1:2:3:4:5:6:7:1.2.3.4", "0000000000000000000000000000000000000000:1:1:1",
    ])
  func refused(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("every address is read back from what is written of it")
  func roundTrip() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<5000 {
      func group() -> UInt64 { Bool.random(using: &generator) ? 0 : UInt64.random(in: 0...0xFFFF, using: &generator) }
      func half() -> UInt64 { (0..<4).reduce(0) { value, _ in value << 16 | group() } }
      let address = IPAddress(high: half(), low: half())
      #expect(IPAddress("\(address)") == address)
      let (storage, length) = SocketEndpoint(address, port: 9).storage()
      #expect(SocketEndpoint(storage)?.address == address)
      #expect(Int(length) <= MemoryLayout<sockaddr_storage>.size)
    }
  }

  @Test("the kernel reads what is written, and writes what is read", arguments: ["192.0.2.1", "2001:db8::7:1", "::1"])
  func kernel(_ text: String) throws {
    let address = try #require(IPAddress(text))
    let endpoint = SocketEndpoint(address, port: 65_535)
    let (storage, _) = endpoint.storage()
    #expect(SocketEndpoint(storage) == endpoint)
    var host = [CChar](repeating: 0, count: 64)
    let isWritten = withUnsafeBytes(of: storage) { bytes in
      let offset = address.family == .v4 ? 4 : 8
      return bytes.baseAddress.map { inet_ntop(Int32(storage.ss_family), $0 + offset, &host, 64) != nil } ?? false
    }
    let written = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #expect(isWritten && written == text)
  }

  @Test("IPv4 for a socket of both families is mapped, and comes back as IPv4")
  func mapped() throws {
    let endpoint: SocketEndpoint = "192.0.2.1:5060"
    let (storage, _) = endpoint.storage(mapped: true)
    #expect(Int32(storage.ss_family) == AF_INET6)
    #expect(SocketEndpoint(storage) == endpoint)
  }

  @Test(
    "what an address is good for",
    arguments: [
      ("127.0.0.2", "loopback"), ("::1", "loopback"), ("10.1.2.3", "private"), ("172.16.0.1", "private"),
      ("172.32.0.1", ""), ("192.168.9.9", "private"), ("100.64.0.1", "private"), ("100.128.0.1", ""),
      ("169.254.1.1", "private link"), ("fe80::1", "private link"), ("fd00::1", "private"), ("fc00::1", "private"),
      ("2001:db8::1", ""), ("224.0.0.1", "multicast"), ("255.255.255.255", "multicast"), ("ff02::1", "multicast"),
      ("0.0.0.0", "unspecified"), ("::", "unspecified"), ("203.0.113.1", ""), ("11.0.0.1", ""),
    ])
  func kinds(_ text: String, _ expected: String) throws {
    let address = try #require(IPAddress(text))
    var kinds: [String] = []
    if address.isLoopback { kinds.append("loopback") }
    if address.isPrivate { kinds.append("private") }
    if address.isLinkLocal { kinds.append("link") }
    if address.isMulticast { kinds.append("multicast") }
    if address.isUnspecified { kinds.append("unspecified") }
    #expect(kinds.joined(separator: " ") == expected)
  }

  @Test(
    "an address with a port",
    arguments: [
      ("127.0.0.1:8080", "127.0.0.1:8080"), ("[::1]:8080", "[::1]:8080"), ("127.0.0.1", "127.0.0.1:99"),
      ("[::1]", "[::1]:99"), ("0.0.0.0:0", "0.0.0.0:0"),
    ])
  func endpoint(_ text: String, _ expected: String) {
    #expect(SocketEndpoint(text, defaultPort: 99)?.description == expected)
  }

  @Test(
    "what is no address with a port is refused",
    arguments: [
      "", "8080", ":8080", "::1:8080", "[::1]8080", "[::1", "[1.2.3.4]:1", "1.2.3.4:65536", "1.2.3.4:+1", "a:1",
    ])
  func noEndpoint(_ text: String) {
    #expect(SocketEndpoint(text) == nil)
  }

  @Test("without a port and without a default there is none", arguments: ["127.0.0.1", "[::1]"])
  func noPort(_ text: String) {
    #expect(SocketEndpoint(text) == nil)
  }

  @Test("packets to oneself carry one's own address") func source() {
    #expect(IPAddress.source(towards: .loopback) == .loopback)
  }
}

@Suite("Networks") struct NetworkTests {
  @Test(
    "an address lies in a block or not",
    arguments: [
      ("198.51.100.0/24", "198.51.100.7", true), ("198.51.100.0/24", "198.51.101.7", false),
      ("198.51.100.0/24", "198.51.100.77", true), ("198.51.100.0/24", "198.51.101.1", false),
      ("198.51.100.128/25", "198.51.100.127", false), ("10.0.0.0/9", "10.127.255.255", true),
      ("10.0.0.0/9", "10.128.0.0", false), ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
      ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
      ("2001:db8::/33", "2001:db8:8000::1", false), ("192.0.2.0/24", "::ffff:192.0.2.9", true),
      ("192.0.2.77/24", "192.0.2.9", true), ("::/0", "fe80::1%1", true), ("192.0.2.0/24", "2001:db8::1", false),
      ("2001:db8::/64", "2001:db8::ffff:1", true), ("2001:db8::/65", "2001:db8:0:0:8000::1", false),
      ("2001:db8::1/128", "2001:db8::1", true), ("2001:db8::1/128", "2001:db8::2", false),
    ])
  func contains(_ block: String, _ address: String, _ isInside: Bool) throws {
    #expect(try #require(Network(block)).contains(try #require(IPAddress(address))) == isInside)
  }

  @Test(
    "what is no block is refused",
    arguments: [
      "", "/", "1.2.3", "1.2.3.256", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/", "1.2.3.4/+8", "::1/129", "1::2::3", "x",
      "12345::", "example.com", "1.2.3/8",
    ])
  func malformed(_ text: String) {
    #expect(Network(text) == nil)
  }

  @Test(
    "a block is written as it is meant, whatever address of it was given",
    arguments: [("192.0.2.77/24", "192.0.2.0/24"), ("2001:db8::1", "2001:db8::1/128"), ("::1/0", "::/0")])
  func written(_ text: String, _ expected: String) throws {
    let block = try #require(Network(text))
    #expect(block.description == expected)
    #expect(Network(expected) == block)
  }
}
