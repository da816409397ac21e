/// Makes tags, branches, Call-IDs and random waits from a seed, so that a run can be repeated.
///
/// The generator is a keyed permutation of a counter (SipHash-2-4's rounds with a 128-bit key): whoever sees some of
/// its tokens can't foretell others, which RFC 3261 19.3 asks of tags. The shell takes the seed from the system.
public struct TokenGenerator: Sendable, RandomNumberGenerator {
  private let key: (UInt64, UInt64)
  private var counter: UInt64 = 0

  /// A generator whose output follows from `seed` alone.
  public init(seed: (UInt64, UInt64)) {
    key = seed
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    counter &+= 1
    return Self.sipHash(counter, key: key)
  }

  /// A tag for From or To, 64 bits in hexadecimal.
  mutating func tag() -> String { hexadecimal(next()) }

  /// A Via branch with the magic cookie of RFC 3261 8.1.1.7.
  mutating func branch() -> String { "z9hG4bK" + hexadecimal(next()) + hexadecimal(next()) }

  /// A Call-ID without a host part.
  mutating func callID() -> String { hexadecimal(next()) + hexadecimal(next()) }

  /// A wait between the bounds in steps of 10 ms, as RFC 3261 14.1 wants it.
  mutating func wait(from lower: Int, through upper: Int) -> Duration {
    .milliseconds(Int.random(in: lower / 10...upper / 10, using: &self) * 10)
  }

  private func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func sipHash(_ message: UInt64, key: (UInt64, UInt64)) -> UInt64 {
    var v0 = key.0 ^ 0x736f_6d65_7073_6575
    var v1 = key.1 ^ 0x646f_7261_6e64_6f6d
    var v2 = key.0 ^ 0x6c79_6765_6e65_7261
    var v3 = key.1 ^ 0x7465_6462_7974_6573
    func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }
    func round() {
      v0 &+= v1
      v1 = rotate(v1, 13) ^ v0
      v0 = rotate(v0, 32)
      v2 &+= v3
      v3 = rotate(v3, 16) ^ v2
      v0 &+= v3
      v3 = rotate(v3, 21) ^ v0
      v2 &+= v1
      v1 = rotate(v1, 17) ^ v2
      v2 = rotate(v2, 32)
    }
    for block in [message, 8 << 56] {
      v3 ^= block
      round()
      round()
      v0 ^= block
    }
    v2 ^= 0xFF
    for _ in 0..<4 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }
}
