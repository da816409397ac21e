import CLinux
import Glibc
import Net
import Testing

@testable import RTPEngine

@Suite("Port pool")
struct PortPoolTests {
  private let now = ContinuousClock.now

  /// Ranges of their own for each test, since tests run at once.
  private func pool(_ ports: ClosedRange<UInt16>, cooldown: Duration = .zero, seed: UInt64 = 0) throws -> PortPool {
    try PortPool(address: .loopback, ports: ports, cooldown: cooldown, bufferBytes: 65536, seed: seed)
  }

  private func close(_ pair: PortPair) {
    _ = clinux_close(pair.rtp)
    _ = clinux_close(pair.rtcp)
  }

  /// Takes a port as another program would.
  private func squat(_ port: UInt16) throws -> Int32 {
    let (storage, length) = SocketEndpoint(.loopback, port: port).storage()
    let fd = withUnsafeBytes(of: storage) { bytes -> Int32 in
      guard let pointer = bytes.bindMemory(to: sockaddr.self).baseAddress else { return -1 }
      return clinux_udp_bind(pointer, length, 4096)
    }
    return try #require(fd >= 0 ? fd : nil)
  }

  @Test("RTP is even, RTCP the odd one above")
  func pair() throws {
    var pool = try pool(8101...8110)
    let pair = try pool.bind(at: now)
    defer { close(pair) }
    #expect(pair.port == 8102)
    #expect(clinux_local_port(pair.rtp) == 8102)
    #expect(clinux_local_port(pair.rtcp) == 8103)
  }

  @Test("a taken port is passed over, be it RTP's or RTCP's, and leaves nothing open")
  func takenPorts() throws {
    let squatters = try [squat(8120), squat(8123)]
    defer { for fd in squatters { _ = clinux_close(fd) } }
    var pool = try pool(8120...8127)
    let first = try pool.bind(at: now)
    let second = try pool.bind(at: now)
    defer {
      close(first)
      close(second)
    }
    #expect([first.port, second.port] == [8124, 8126])
    #expect(pool.passedOver == 2)
    // The RTP half of the pair whose RTCP port was taken must be free again.
    _ = clinux_close(try squat(8122))
  }

  @Test("exhaustion is an error that says why")
  func exhausted() throws {
    let squatter = try squat(8142)
    defer { _ = clinux_close(squatter) }
    var pool = try pool(8140...8143)
    let pair = try pool.bind(at: now)
    defer { close(pair) }
    #expect(throws: MediaEngineError.portsExhausted(inUse: 1, of: 2, blocked: true)) { () throws in
      _ = try pool.bind(at: now)
    }
  }

  @Test("a port rests before it is used again")
  func cooldown() throws {
    var pool = try pool(8160...8161, cooldown: .seconds(2))
    let pair = try pool.bind(at: now)
    close(pair)
    pool.release(pair.port, at: now)
    #expect(throws: MediaEngineError.self) { () throws in _ = try pool.bind(at: now + .seconds(1)) }
    let again = try pool.bind(at: now + .seconds(2))
    #expect(again.port == pair.port)
    close(again)
  }

  @Test(
    "it begins where the seed says and goes round from there",
    arguments: [
      (0, [8200, 8202, 8204]), (1, [8202, 8204, 8200]), (5, [8204, 8200, 8202]), (.max, [8200, 8202, 8204]),
    ]
      as [(UInt64, [UInt16])])
  func seeded(seed: UInt64, order: [UInt16]) throws {
    // A host of its own for each seed, since they run at once.
    let host = "127.0.1.\(seed % 250 + 1)"
    var pool = try PortPool(
      address: try #require(IPAddress(host)), ports: 8200...8205, cooldown: .zero, bufferBytes: 4096,
      seed: seed)
    let pairs = try order.map { _ in try pool.bind(at: now) }
    defer { for pair in pairs { close(pair) } }
    #expect(pairs.map(\.port) == order)
  }

  @Test("without a seed no two pools can be expected to begin at the same port")
  func unseeded() throws {
    let address = try #require(IPAddress("127.0.2.1"))
    var ports: Set<UInt16> = []
    for _ in 0..<8 {
      var pool = try PortPool(address: address, ports: 8000...59_999, cooldown: .zero, bufferBytes: 4096)
      let pair = try pool.bind(at: now)
      close(pair)
      ports.insert(pair.port)
    }
    #expect(ports.count > 1)
  }

  @Test(
    "a range without a pair is refused", arguments: [8181...8181, 8181...8182, 65535...65535] as [ClosedRange<UInt16>])
  func emptyRange(ports: ClosedRange<UInt16>) {
    #expect(throws: MediaEngineError.invalidPortRange(ports)) { () throws in _ = try pool(ports) }
  }

  @Test("an address that is not ours is an error at once, not an exhausted pool")
  func foreignAddress() throws {
    let address = try #require(IPAddress("192.0.2.1"))
    var pool = try PortPool(address: address, ports: 8190...8199, cooldown: .zero, bufferBytes: 4096, seed: 0)
    #expect(throws: MediaEngineError.bindFailed(address: "192.0.2.1:8190", code: EADDRNOTAVAIL)) { () throws in
      _ = try pool.bind(at: now)
    }
  }

  @Test("the default range is outside the kernel's ephemeral ports")
  func ephemeral() throws {
    let range = try #require(kernelEphemeralRange())
    #expect(!range.overlaps(MediaEngineConfiguration().ports) || range.lowerBound < 20000)
  }
}
