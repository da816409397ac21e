import Audio
import Testing

@testable import RTPEngine

private func address(_ text: String, _ port: UInt16) throws -> SocketAddress {
  try #require(SocketAddress(text, port: port))
}

@Suite("Symmetric RTP")
struct SymmetricLatchTests {
  private let now = ContinuousClock.now

  @Test("the first valid source latches, and none after it")
  func once() throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    let sdp = try address("192.0.2.1", 4000)
    let other = try address("192.0.2.1", 5000)
    latch.arm(sdp: sdp, at: now)
    #expect(latch.target == sdp)
    #expect(latch.receive(from: other, isValid: false, at: now) == .stranger)
    #expect(latch.receive(from: other, isValid: true, at: now) == .latched)
    #expect(latch.target == other)
    #expect(latch.receive(from: sdp, isValid: true, at: now) == .stranger)
    #expect(latch.receive(from: other, isValid: false, at: now) == .accepted)
    #expect(latch.target == other)
  }

  @Test(
    "who may latch depends on the policy and on whether the SDP's address is private",
    arguments: [
      (.sdpAddress, "192.0.2.1", false), (.sdpAddressOrNAT, "192.0.2.1", false), (.anyAddress, "192.0.2.1", true),
      (.sdpAddress, "192.168.1.5", false), (.sdpAddressOrNAT, "192.168.1.5", true),
      (.sdpAddressOrNAT, "100.100.1.1", true), (.sdpAddressOrNAT, "172.32.0.1", false),
      (.sdpAddressOrNAT, "fd00::1", true), (.sdpAddressOrNAT, "2001:db8::1", false),
    ] as [(LatchPolicy, String, Bool)])
  func policies(policy: LatchPolicy, sdp: String, latches: Bool) throws {
    var latch = SymmetricLatch(policy: policy)
    latch.arm(sdp: try address(sdp, 4000), at: now)
    let verdict = latch.receive(from: try address("198.51.100.7", 9), isValid: true, at: now)
    #expect((verdict == .latched) == latches)
  }

  @Test("a new negotiation arms it again, and for a second not for the source it moved away from")
  func rearm() throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    let first = try address("127.0.0.1", 4000)
    let second = try address("127.0.0.1", 5000)
    latch.arm(sdp: first, at: now)
    #expect(latch.receive(from: first, isValid: true, at: now) == .latched)
    latch.arm(sdp: second, at: now)
    #expect(latch.target == second)
    #expect(latch.receive(from: first, isValid: true, at: now + .milliseconds(20)) == .stranger)
    #expect(latch.receive(from: second, isValid: true, at: now + .milliseconds(40)) == .latched)
  }

  @Test("the same address negotiated again latches to the same source again")
  func same() throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    let peer = try address("127.0.0.1", 4000)
    latch.arm(sdp: peer, at: now)
    #expect(latch.receive(from: peer, isValid: true, at: now) == .latched)
    latch.arm(sdp: peer, at: now)
    #expect(latch.receive(from: peer, isValid: true, at: now) == .latched)
  }

  @Test("nothing is sent to an address that is none")
  func unspecified() throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    #expect(latch.target == nil)
    latch.arm(sdp: try address("0.0.0.0", 4000), at: now)
    #expect(latch.target == nil)
  }

  @Test("addresses read and print", arguments: ["127.0.0.1", "2001:db8::1", "::1", "255.255.255.255"])
  func addresses(text: String) throws {
    let value = try address(text, 65535)
    #expect(value.host == text)
    let (storage, _) = value.storage
    #expect(SocketAddress(storage) == value)
    #expect(value != value.with(port: 1))
    #expect(value.hasSameHost(as: value.with(port: 1)))
  }

  @Test("what is no address is refused", arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", ":::", "1.2.3.4\0"])
  func noAddress(text: String) {
    #expect(SocketAddress(text, port: 1) == nil)
  }
}
