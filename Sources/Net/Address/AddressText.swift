/// The text form of IP addresses: RFC 4291 section 2.2 for reading, RFC 5952 for writing.
enum AddressText {
  /// Reads four decimal numbers of at most three digits.
  static func version4(_ text: some StringProtocol) -> UInt32? {
    var value: UInt32 = 0
    var count = 0
    for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard let byte = byte(part), count < 4 else { return nil }
      value = value << 8 | UInt32(byte)
      count += 1
    }
    return count == 4 ? value : nil
  }

  private static func byte(_ digits: some Collection<UInt8>) -> UInt8? {
    guard (1...3).contains(digits.count) else { return nil }
    var value = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      value = value * 10 + Int(digit - 0x30)
    }
    return UInt8(exactly: value)
  }

  /// Reads up to eight groups with at most one gap; the last two may be a dotted quad.
  static func version6(_ text: some StringProtocol) -> (high: UInt64, low: UInt64)? {
    let source = Array(text.utf8.prefix(46))
    guard (2...45).contains(source.count) else { return nil }
    var groups: [UInt16] = []
    var gap: Int?
    var index = 0
    if source[0] == UInt8(ascii: ":") {
      guard source[1] == UInt8(ascii: ":") else { return nil }
      gap = 0
      index = 2
    }
    while index < source.count {
      let end = source[index...].firstIndex(of: UInt8(ascii: ":")) ?? source.count
      guard groups.count < 8, let read = group(source[index..<end], isLast: end == source.count) else { return nil }
      groups += read
      guard end < source.count else { break }
      index = end + 1
      // One colon at the end separates nothing.
      guard index < source.count else { return nil }
      guard source[index] == UInt8(ascii: ":") else { continue }
      guard gap == nil else { return nil }
      gap = groups.count
      index += 1
      // RFC 5118 section 4.10: the grammar of RFC 3261 lets a third colon in before a dotted quad.
      if index + 1 < source.count, source[index] == UInt8(ascii: ":"), source[index...].contains(UInt8(ascii: ".")) {
        index += 1
      }
    }
    guard gap == nil ? groups.count == 8 : groups.count < 8 else { return nil }
    if let gap { groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap) }
    func half(_ range: Range<Int>) -> UInt64 { groups[range].reduce(0) { $0 << 16 | UInt64($1) } }
    return (half(0..<4), half(4..<8))
  }

  /// One group, or the two that a dotted quad stands for.
  private static func group(_ text: ArraySlice<UInt8>, isLast: Bool) -> [UInt16]? {
    if text.contains(UInt8(ascii: ".")) {
      guard isLast, let quad = version4(String(decoding: text, as: UTF8.self)) else { return nil }
      return [UInt16(quad >> 16), UInt16(quad & 0xFFFF)]
    }
    guard (1...4).contains(text.count) else { return nil }
    var value: UInt16 = 0
    for character in text {
      guard let digit = hexValue(character) else { return nil }
      value = value << 4 | UInt16(digit)
    }
    return [value]
  }

  private static func hexValue(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x41...0x46: character - 0x41 + 10
    case 0x61...0x66: character - 0x61 + 10
    default: nil
    }
  }

  /// Lower case, no leading zeros, `::` for the longest run of two zero groups or more, the first of equals.
  static func version6(high: UInt64, low: UInt64) -> String {
    let groups = [high, low].flatMap { half in (0..<4).map { UInt16(truncatingIfNeeded: half >> (48 - $0 * 16)) } }
    var longest = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > longest.count { longest = start..<end }
      start = max(end, start + 1)
    }
    func text(_ range: Range<Int>) -> String { groups[range].map { String($0, radix: 16) }.joined(separator: ":") }
    guard longest.count > 1 else { return text(0..<8) }
    return text(0..<longest.lowerBound) + "::" + text(longest.upperBound..<8)
  }
}
