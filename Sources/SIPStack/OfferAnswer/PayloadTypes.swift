/// Which payload type stands for what on our side. Within a session a number keeps its meaning (RFC 3264 8.3.2).
struct PayloadTypes: Hashable, Sendable {
  private var numbers: [PayloadKey: UInt8] = [:]
  private var keys: [UInt8: PayloadKey] = [:]

  /// What the number stands for in our own descriptions.
  func key(of number: UInt8) -> PayloadKey? { keys[number] ?? RTPMap.wellKnown[number].map { PayloadKey($0) } }

  /// The number used for `key` so far.
  func number(of key: PayloadKey) -> UInt8? { numbers[key] }

  /// Takes over the number that the peer chose in its offer.
  mutating func adopt(_ number: UInt8, for key: PayloadKey) {
    if let old = keys[number], old != key { numbers[old] = nil }
    numbers[key] = number
    keys[number] = key
  }

  /// The number for `key`: the one in use, else the preferred, else the next free dynamic one; nil when none is left.
  mutating func assign(_ key: PayloadKey, preferred: UInt8) -> UInt8? {
    if let number = numbers[key] { return number }
    let candidates = [preferred] + Array(96...127)
    guard let number = candidates.first(where: { isFree($0, for: key) }) else { return nil }
    adopt(number, for: key)
    return number
  }

  private func isFree(_ number: UInt8, for key: PayloadKey) -> Bool {
    if let taken = keys[number] { return taken == key }
    if number >= 96 { return number <= 127 }
    return RTPMap.wellKnown[number].map { PayloadKey($0) == key } ?? false
  }
}
