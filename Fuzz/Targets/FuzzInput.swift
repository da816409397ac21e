/// Takes the bytes of a test apart, for those targets that need more than one piece.
struct FuzzInput {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isEmpty: Bool { rest.isEmpty }

  /// The next byte; 0 at the end.
  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// The next `count` bytes, or what is left.
  mutating func take(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// A piece whose length is told by the byte before it.
  mutating func piece() -> [UInt8] { take(Int(byte())) }

  mutating func all() -> [UInt8] { take(rest.count) }

  /// What is up to the next record separator (0x1E), which is dropped: for pieces that a person should be able to read.
  mutating func record() -> [UInt8] {
    let record = Array(rest.prefix { $0 != 0x1E })
    rest = rest.dropFirst(record.count + 1)
    return record
  }

  /// All that is left in pieces of `size` bytes.
  mutating func pieces(of size: Int) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    while !isEmpty { pieces.append(take(max(1, size))) }
    return pieces
  }
}
