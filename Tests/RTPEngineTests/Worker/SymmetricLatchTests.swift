import Audio
import Net
import Testing

@testable import RTPEngine

private func address(_ text: String, _ port: UInt16) throws -> SocketEndpoint {
  SocketEndpoint(try #require(IPAddress(text)), port: port)
}

@Suite("Symmetric RTP")
struct SymmetricLatchTests {
  private let now = ContinuousClock.now

  /// A valid packet of `source` each 20 ms from `start` to before `end`, in milliseconds from `now`; what was said of
  /// each.
  private func stream(
    _ source: SocketEndpoint, from start: Int, to end: Int, into latch: inout SymmetricLatch
  ) -> [SymmetricLatch.Verdict] {
    stride(from: start, to: end, by: 20).map { latch.receive(from: source, isValid: true, at: at($0)) }
  }

  private func at(_ milliseconds: Int) -> ContinuousClock.Instant { now + .milliseconds(milliseconds) }

  @Test("the SDP's own source latches with its first valid packet, and none after it")
  func once() throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    let sdp = try address("192.0.2.1", 4000)
    let other = try address("192.0.2.1", 5000)
    latch.arm(sdp: sdp, at: now)
    #expect(latch.target == sdp)
    #expect(latch.receive(from: sdp, isValid: false, at: now) == .stranger)
    #expect(!latch.isLatched)
    #expect(latch.receive(from: sdp, isValid: true, at: now) == .latched(isFinal: true))
    #expect(latch.target == sdp)
    #expect(stream(other, from: 20, to: 5000, into: &latch).allSatisfy { $0 == .stranger })
    #expect(latch.receive(from: sdp, isValid: false, at: at(5000)) == .accepted)
    #expect(latch.target == sdp)
  }

  @Test("another port of the SDP's host latches after 200 ms of the SDP's silence, and for good 2 s later")
  func otherPort() throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    let sdp = try address("192.0.2.1", 4000)
    let other = try address("192.0.2.1", 5000)
    latch.arm(sdp: sdp, at: now)
    #expect(stream(other, from: 0, to: 200, into: &latch) == Array(repeating: .candidate, count: 10))
    #expect(latch.target == sdp)
    #expect(latch.receive(from: other, isValid: true, at: at(200)) == .latched(isFinal: false))
    #expect(latch.target == other)
    #expect(stream(other, from: 220, to: 2200, into: &latch).allSatisfy { $0 == .accepted })
    #expect(latch.receive(from: other, isValid: true, at: at(2200)) == .latched(isFinal: true))
    #expect(latch.receive(from: sdp, isValid: true, at: at(2220)) == .stranger)
    #expect(latch.receive(from: other, isValid: true, at: at(2240)) == .accepted)
    #expect(latch.target == other)
  }

  @Test("a stale stream that still comes from the same host does not get the call")
  func staleStream() throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    let sdp = try address("192.0.2.1", 4000)
    let stale = try address("192.0.2.1", 5000)
    latch.arm(sdp: sdp, at: now)
    #expect(stream(stale, from: 0, to: 180, into: &latch).allSatisfy { $0 == .candidate })
    #expect(latch.receive(from: sdp, isValid: true, at: at(190)) == .latched(isFinal: true))
    #expect(stream(stale, from: 200, to: 1000, into: &latch).allSatisfy { $0 == .stranger })
    #expect(latch.target == sdp)
  }

  @Test("the SDP's source displaces another one within 2 s, once; later it does not", arguments: [2199, 2200])
  func displaces(milliseconds: Int) throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    let sdp = try address("192.0.2.1", 4000)
    let stale = try address("192.0.2.1", 5000)
    let third = try address("192.0.2.1", 6000)
    latch.arm(sdp: sdp, at: now)
    #expect(stream(stale, from: 0, to: 201, into: &latch).last == .latched(isFinal: false))
    #expect(latch.receive(from: sdp, isValid: false, at: at(300)) == .stranger)
    #expect(latch.receive(from: third, isValid: true, at: at(300)) == .stranger)
    let isInTime = milliseconds < 2200
    #expect(
      latch.receive(from: sdp, isValid: true, at: at(milliseconds)) == (isInTime ? .latched(isFinal: true) : .stranger))
    #expect(latch.target == (isInTime ? sdp : stale))
    #expect(
      latch.receive(from: stale, isValid: true, at: at(milliseconds))
        == (isInTime ? .stranger : .latched(isFinal: true)))
  }

  @Test("time alone does not make a source: it takes five packets, and packets alone neither: it takes 200 ms")
  func fivePackets() throws {
    let sdp = try address("192.0.2.1", 4000)
    let other = try address("192.0.2.1", 5000)
    var slow = SymmetricLatch(policy: .sdpAddress)
    slow.arm(sdp: sdp, at: now)
    let verdicts = (0..<5).map { slow.receive(from: other, isValid: true, at: at($0 * 300)) }
    #expect(verdicts == Array(repeating: .candidate, count: 4) + [.latched(isFinal: false)])
    var fast = SymmetricLatch(policy: .sdpAddress)
    fast.arm(sdp: sdp, at: now)
    for _ in 0..<1000 { #expect(fast.receive(from: other, isValid: true, at: at(199)) == .candidate) }
    #expect(fast.receive(from: other, isValid: true, at: at(398)) == .candidate)
    #expect(fast.receive(from: other, isValid: true, at: at(399)) == .latched(isFinal: false))
  }

  @Test("invalid packets don't count for a candidate")
  func invalidCandidate() throws {
    var latch = SymmetricLatch(policy: .sdpAddress)
    let other = try address("192.0.2.1", 5000)
    latch.arm(sdp: try address("192.0.2.1", 4000), at: now)
    for index in 0..<50 { #expect(latch.receive(from: other, isValid: false, at: at(index * 20)) == .stranger) }
    #expect(latch.receive(from: other, isValid: true, at: at(1000)) == .candidate)
  }

  @Test("of two that come the first is the candidate, until it falls silent")
  func twoCandidates() throws {
    var latch = SymmetricLatch(policy: .sdpAddress)
    let first = try address("192.0.2.1", 5000)
    let second = try address("192.0.2.1", 6000)
    latch.arm(sdp: try address("192.0.2.1", 4000), at: now)
    #expect(stream(first, from: 0, to: 120, into: &latch).allSatisfy { $0 == .candidate })
    #expect(stream(second, from: 110, to: 300, into: &latch).allSatisfy { $0 == .stranger })
    // The first one was last heard at 100 ms; the second one's time begins 200 ms after that.
    #expect(stream(second, from: 300, to: 500, into: &latch).allSatisfy { $0 == .candidate })
    #expect(latch.receive(from: second, isValid: true, at: at(500)) == .latched(isFinal: false))
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
    let verdicts = stream(try address("198.51.100.7", 9), from: 0, to: 201, into: &latch)
    #expect(verdicts.last == (latches ? .latched(isFinal: false) : .stranger))
    #expect(latch.isLatched == latches)
  }

  @Test("the same SDP said again takes the source of before at once, and does not start a candidate's time anew")
  func sameBehindNAT() throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    let sdp = try address("192.168.1.5", 4000)
    let outside = try address("198.51.100.7", 9)
    latch.arm(sdp: sdp, at: now)
    #expect(stream(outside, from: 0, to: 100, into: &latch).allSatisfy { $0 == .candidate })
    latch.arm(sdp: sdp, at: at(100))
    #expect(stream(outside, from: 100, to: 201, into: &latch).last == .latched(isFinal: false))
    latch.arm(sdp: sdp, at: at(9000))
    #expect(latch.receive(from: try address("198.51.100.8", 9), isValid: true, at: at(9000)) == .candidate)
    #expect(latch.receive(from: outside, isValid: true, at: at(9010)) == .latched(isFinal: false))
    #expect(latch.receive(from: outside, isValid: true, at: at(11_010)) == .latched(isFinal: true))
  }

  @Test("a new negotiation arms it again, and for a second not for the source it moved away from")
  func rearm() throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    let first = try address("127.0.0.1", 4000)
    let second = try address("127.0.0.1", 5000)
    latch.arm(sdp: first, at: now)
    #expect(latch.receive(from: first, isValid: true, at: now) == .latched(isFinal: true))
    latch.arm(sdp: second, at: now)
    #expect(latch.target == second)
    #expect(stream(first, from: 20, to: 1000, into: &latch).allSatisfy { $0 == .stranger })
    #expect(latch.receive(from: first, isValid: true, at: at(1000)) == .candidate)
    #expect(latch.receive(from: second, isValid: true, at: at(1010)) == .latched(isFinal: true))
  }

  @Test("the same address negotiated again latches to the same source again")
  func same() throws {
    var latch = SymmetricLatch(policy: .sdpAddressOrNAT)
    let peer = try address("127.0.0.1", 4000)
    latch.arm(sdp: peer, at: now)
    #expect(latch.receive(from: peer, isValid: true, at: now) == .latched(isFinal: true))
    latch.arm(sdp: peer, at: now)
    #expect(latch.receive(from: peer, isValid: true, at: now) == .latched(isFinal: true))
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
    #expect(value.address.description == text)
    let (storage, _) = value.storage()
    #expect(SocketEndpoint(storage) == value)
    #expect(value != value.with(port: 1))
    #expect(value.address == value.with(port: 1).address)
  }

  @Test("what is no address is refused", arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", ":::", "1.2.3.4\0"])
  func noAddress(text: String) {
    #expect(IPAddress(text) == nil)
  }
}
