/// A SIP method: a token, compared with its case (RFC 3261 section 7.1).
public struct Method: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
  /// The token as it stands in the request line.
  public var rawValue: String

  /// Takes the token as it is; nothing is checked.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The token.
  public var description: String { rawValue }

  /// INVITE (RFC 3261).
  public static let invite = Method(rawValue: "INVITE")
  /// ACK (RFC 3261).
  public static let ack = Method(rawValue: "ACK")
  /// BYE (RFC 3261).
  public static let bye = Method(rawValue: "BYE")
  /// CANCEL (RFC 3261).
  public static let cancel = Method(rawValue: "CANCEL")
  /// OPTIONS (RFC 3261).
  public static let options = Method(rawValue: "OPTIONS")
  /// REGISTER (RFC 3261).
  public static let register = Method(rawValue: "REGISTER")
  /// INFO (RFC 6086).
  public static let info = Method(rawValue: "INFO")
  /// REFER (RFC 3515).
  public static let refer = Method(rawValue: "REFER")
  /// SUBSCRIBE (RFC 6665).
  public static let subscribe = Method(rawValue: "SUBSCRIBE")
  /// NOTIFY (RFC 6665).
  public static let notify = Method(rawValue: "NOTIFY")
  /// UPDATE (RFC 3311).
  public static let update = Method(rawValue: "UPDATE")
  /// PRACK (RFC 3262).
  public static let prack = Method(rawValue: "PRACK")
  /// MESSAGE (RFC 3428).
  public static let message = Method(rawValue: "MESSAGE")
  /// PUBLISH (RFC 3903).
  public static let publish = Method(rawValue: "PUBLISH")
}
