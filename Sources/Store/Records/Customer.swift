/// A name under which a customer is known on some channel.
public struct CustomerIdentity: Sendable, Hashable {
  /// What sort of name.
  public enum Kind: String, Sendable, Codable {
    /// A telephone number in digits with its country code and no plus sign; what WhatsApp calls `wa_id` is one.
    case phone
    /// WhatsApp's business-scoped user id, which stays when a number is hidden.
    case whatsappUser
  }

  /// What sort of name.
  public var kind: Kind
  /// The name itself.
  public var value: String

  /// A name.
  public init(_ kind: Kind, _ value: String) {
    self.kind = kind
    self.value = value
  }

  /// The telephone number in `text`: `+34 600…`, `0034600…` and `34600…` are the same one. Nil unless it has 7 to 15
  /// digits (E.164) and nothing but what people write between them. Without its country code a number is not one.
  public static func phone(_ text: String) -> CustomerIdentity? {
    var digits = ""
    for character in text.utf8 {
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.unicodeScalars.append(Unicode.Scalar(character))
      case UInt8(ascii: "+") where digits.isEmpty: continue
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"): continue
      default: return nil
      }
    }
    if digits.hasPrefix("00") { digits.removeFirst(2) }
    guard (7...15).contains(digits.count), digits.first != "0" else { return nil }
    return CustomerIdentity(.phone, digits)
  }
}

/// Someone who calls or writes.
public struct Customer: Sendable, Equatable {
  /// E.g. `cust_…`.
  public var id: String
  /// As the channel last told it.
  public var name: String?
  /// The names that are theirs now.
  public var identities: [CustomerIdentity]
}
