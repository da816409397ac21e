import Audio
import CLinux
import Glibc
import Net

/// The range of ports that media uses, and which of them are free.
///
/// It goes round the range, so that a port rests as long as possible before it is used again; what was given back rests
/// at least `cooldown`, since late packets of the old call still arrive there. A port that someone else has is passed
/// over. Where it begins is random, since peers that don't know of a restart still send to the ports used before.
struct PortPool: Sendable {
  private let address: IPAddress
  private let first: UInt16
  private let pairs: Int
  private let cooldown: Duration
  private let bufferBytes: Int32
  private var cursor: Int
  private var taken: [Bool]
  private var restsUntil: [Instant?]

  /// Pairs that were passed over since someone else had one of their ports.
  private(set) var passedOver: UInt64 = 0

  /// A pool that begins at the pair that `seed`, modulo the number of pairs, says.
  init(
    address: IPAddress, ports: ClosedRange<UInt16>, cooldown: Duration, bufferBytes: Int32,
    seed: UInt64 = .random(in: .min ... .max)
  ) throws(MediaEngineError) {
    let first = ports.lowerBound + (ports.lowerBound & 1 == 0 || ports.lowerBound == .max ? 0 : 1)
    let pairs = (Int(ports.upperBound) - Int(first) + 1) / 2
    guard pairs > 0, first > 0 else { throw .invalidPortRange(ports) }
    self.address = address
    self.first = first
    self.pairs = pairs
    self.cooldown = cooldown
    self.bufferBytes = bufferBytes
    cursor = Int(seed % UInt64(pairs))
    taken = Array(repeating: false, count: pairs)
    restsUntil = Array(repeating: nil, count: pairs)
  }

  /// Binds the next free pair.
  mutating func bind(at now: Instant) throws(MediaEngineError) -> PortPair {
    var refusal: Int32?
    for _ in 0..<pairs {
      let index = cursor
      cursor = (cursor + 1) % pairs
      if taken[index] { continue }
      if let until = restsUntil[index] {
        if now < until { continue }
        restsUntil[index] = nil
      }
      let port = first + UInt16(index * 2)
      switch Self.open(SocketEndpoint(address, port: port), bufferBytes: bufferBytes) {
      case .success(let pair):
        taken[index] = true
        return pair
      case .failure(let code) where code.number == EADDRINUSE || code.number == EACCES:
        passedOver += 1
        refusal = code.number
      case .failure(let code):
        // An address that isn't ours, or no descriptors left: the next port would fare no better.
        throw .bindFailed(address: SocketEndpoint(address, port: port).description, code: code.number)
      }
    }
    throw .portsExhausted(inUse: taken.count { $0 }, of: pairs, blocked: refusal != nil)
  }

  /// Gives a pair's ports back. The sockets are closed by whoever used them.
  mutating func release(_ port: UInt16, at now: Instant) {
    let index = (Int(port) - Int(first)) / 2
    guard port >= first, taken.indices.contains(index), taken[index] else { return }
    taken[index] = false
    restsUntil[index] = now + cooldown
  }

  private struct Errno: Error {
    let number: Int32
  }

  private static func open(_ address: SocketEndpoint, bufferBytes: Int32) -> Result<PortPair, Errno> {
    let rtp = bindSocket(address, bufferBytes: bufferBytes)
    guard rtp >= 0 else { return .failure(Errno(number: -rtp)) }
    let rtcp = bindSocket(address.with(port: address.port + 1), bufferBytes: min(bufferBytes, 16384))
    guard rtcp >= 0 else {
      _ = clinux_close(rtp)
      return .failure(Errno(number: -rtcp))
    }
    return .success(PortPair(port: address.port, rtp: rtp, rtcp: rtcp))
  }

  private static func bindSocket(_ address: SocketEndpoint, bufferBytes: Int32) -> Int32 {
    let (storage, length) = address.storage()
    return withUnsafeBytes(of: storage) { bytes in
      guard let pointer = bytes.bindMemory(to: sockaddr.self).baseAddress else { return -EINVAL }
      return clinux_udp_bind(pointer, length, bufferBytes)
    }
  }
}

/// The ports the kernel hands out to sockets that don't ask for one; `nil` if it doesn't say.
///
/// A media port in this range can be taken by any outgoing connection of the machine, a DNS query for instance.
public func kernelEphemeralRange() -> ClosedRange<UInt16>? {
  var low: Int32 = 0
  var high: Int32 = 0
  guard clinux_ephemeral_ports(&low, &high) == 0, let first = UInt16(exactly: low), let last = UInt16(exactly: high),
    first <= last
  else { return nil }
  return first...last
}
