public import Audio

/// A key of a telephone: the events 0 to 15 of RFC 4733.
public struct DTMFDigit: Sendable, Hashable, CustomStringConvertible {
  /// The event code: 0 to 9, 10 for `*`, 11 for `#`, 12 to 15 for A to D.
  public let event: UInt8

  /// The digit of an event code; `nil` above 15.
  public init?(event: UInt8) {
    guard event < 16 else { return nil }
    self.event = event
  }

  /// The digit of one of `0123456789*#ABCDabcd`.
  public init?(_ character: Character) {
    switch character {
    case "0"..."9":
      guard let value = character.wholeNumberValue, value < 10, character.isASCII else { return nil }
      event = UInt8(value)
    case "*": event = 10
    case "#": event = 11
    case "A", "a": event = 12
    case "B", "b": event = 13
    case "C", "c": event = 14
    case "D", "d": event = 15
    default: return nil
    }
  }

  /// The key's inscription.
  public var character: Character {
    switch event {
    case 10: "*"
    case 11: "#"
    case 12: "A"
    case 13: "B"
    case 14: "C"
    case 15: "D"
    default: Character(UnicodeScalar(UInt8(ascii: "0") + event))
    }
  }

  /// The key's inscription.
  public var description: String { String(character) }
}

/// A key that the other side pressed.
public struct DTMFEvent: Sendable, Equatable {
  /// Which key.
  public var digit: DTMFDigit
  /// When the first packet that told of it arrived.
  public var arrival: Instant
}
