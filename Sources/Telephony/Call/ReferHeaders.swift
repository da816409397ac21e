import SIPStack
import SIPTransport

/// The header fields that a transfer carries to whoever takes the call (RFC 3261 19.1.1, RFC 3515 2.1).
///
/// They stand in the URI of Refer-To, so that the INVITE which is made from it has them. That URI comes from the wire:
/// nothing in it may set a field that SIP itself reads.
enum ReferHeaders {
  /// More are left out.
  static let maximum = 16
  private static let maximumBytes = 1024

  /// The fields of `uri` that may go into a request: `X-…` alone, on one line, of a bounded length.
  static func allowed(in uri: URI) -> Headers {
    var headers = Headers()
    for field in uri.sip?.headers ?? Parameters() where headers.count < maximum {
      guard let name = name(field.name), let value = uri.sip?.header(field.name), isPlain(value),
        !headers.contains(name)
      else { continue }
      headers.append(name, value)
    }
    return headers
  }

  /// The fields of a target of ours, for the REFER itself: a peer that ignores those in the URI may pass these on.
  static func copied(from target: URI) -> Headers { allowed(in: target) }

  /// The name of a field that has no meaning in SIP; nil for any other.
  static func name(_ text: String) -> HeaderName? {
    let name = HeaderName(text)
    guard text.utf8.count > 2, text.utf8.count <= 64, text.lowercased().hasPrefix("x-"), name.isValid else {
      return nil
    }
    return name
  }

  /// Whether `text` can stand in a field as it is.
  static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= maximumBytes && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  /// Whether `text` names a dialog as Replaces does: a Call-ID with both tags and nothing that could be more than that.
  static func isDialog(_ text: String) -> Bool {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    return text.utf8.count <= maximumBytes && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2C }
      && parts.first?.isEmpty == false && parts.contains { $0.hasPrefix("to-tag=") }
      && parts.contains { $0.hasPrefix("from-tag=") }
  }
}

extension SIPCall {
  /// Our own address in this call, without tag, as Referred-By shows it.
  var ownAddress: NameAddress {
    var address = direction == .incoming ? to : from
    address.parameters = Parameters()
    return address
  }
}
