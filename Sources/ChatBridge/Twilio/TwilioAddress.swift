import Store

/// Someone on WhatsApp as Twilio writes it: `whatsapp:+34600…`, or `whatsapp:ES.1349…` for one who hides the number.
struct TwilioAddress {
  private static let scheme = "whatsapp:"

  let identity: CustomerIdentity

  /// Nil for what is not an address on WhatsApp.
  init?(_ text: String?) {
    guard let text, text.lowercased().hasPrefix(Self.scheme), text.utf8.count <= 200 else { return nil }
    let name = String(text.dropFirst(Self.scheme.count))
    if let phone = CustomerIdentity.phone(name) {
      identity = phone
    } else if Self.isUserID(name) {
      identity = CustomerIdentity(.whatsappUser, name)
    } else {
      return nil
    }
  }

  /// The number in digits, if it shows one.
  var phone: String? { identity.kind == .phone ? identity.value : nil }

  /// How Twilio is told to write to `recipient`; nil if nothing is known of where they are.
  static func text(of recipient: ChatThread) -> String? {
    if let phone = recipient.phone { return text(ofNumber: phone) }
    return recipient.user.map { scheme + $0 }
  }

  static func text(ofNumber digits: String) -> String { "\(scheme)+\(digits)" }

  /// A country, a full stop, and letters, digits and more of those.
  private static func isUserID(_ name: String) -> Bool {
    let pieces = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return pieces.count >= 2 && pieces[0].count == 2 && pieces.allSatisfy { !$0.isEmpty }
      && name.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: ".") }
  }
}
