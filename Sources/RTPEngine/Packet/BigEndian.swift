extension Span where Element == UInt8 {
  /// The 16-bit number at `offset`; the caller has checked that two bytes are there.
  func bigEndian16(at offset: Int) -> UInt16 {
    UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
  }

  /// The 32-bit number at `offset`; the caller has checked that four bytes are there.
  func bigEndian32(at offset: Int) -> UInt32 {
    UInt32(bigEndian16(at: offset)) << 16 | UInt32(bigEndian16(at: offset + 2))
  }
}

extension MutableSpan where Element == UInt8 {
  /// Stores `value` at `offset`; the caller has checked that two bytes are there.
  mutating func storeBigEndian(_ value: UInt16, at offset: Int) {
    self[offset] = UInt8(truncatingIfNeeded: value >> 8)
    self[offset + 1] = UInt8(truncatingIfNeeded: value)
  }

  /// Stores `value` at `offset`; the caller has checked that four bytes are there.
  mutating func storeBigEndian(_ value: UInt32, at offset: Int) {
    storeBigEndian(UInt16(truncatingIfNeeded: value >> 16), at: offset)
    storeBigEndian(UInt16(truncatingIfNeeded: value), at: offset + 2)
  }
}
