/// A wall-clock time as RTCP carries it: seconds since 1900 in the upper 32 bits, their fraction in the lower.
public struct NTPTimestamp: Sendable, Equatable {
  /// The 64 bits on the wire.
  public var value: UInt64

  /// From the 64 bits on the wire.
  public init(value: UInt64) { self.value = value }

  /// From Unix time; `nanoseconds` 0 to 999,999,999.
  public init(unixSeconds: Int64, nanoseconds: Int64) {
    // 1900 to 1970: 70 years with 17 leap days. The era wraps in 2036, as the field does.
    let seconds = UInt64(bitPattern: unixSeconds &+ 2_208_988_800) & 0xFFFF_FFFF
    let fraction = (UInt64(max(0, min(nanoseconds, 999_999_999))) << 32) / 1_000_000_000
    value = seconds << 32 | fraction
  }

  /// The middle 32 bits, in units of 1/65536 s, as LSR and DLSR use them.
  public var middle: UInt32 { UInt32(truncatingIfNeeded: value >> 16) }
}
