import COpenSSL
import FoundationEssentials

/// Forms and signatures as Twilio makes them.
public enum StandInTwilioForm {
  /// `fields` on the wire; spaces as plus signs, as Twilio has them.
  public static func encoded(_ fields: [(String, String)]) -> String {
    fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
  }

  /// The fields of a body that a client sent.
  static func fields(_ body: [UInt8]) -> [(name: String, value: String)] {
    StandInRequest(
      method: "POST", target: "/?" + String(decoding: body, as: UTF8.self), headers: [], body: [], connection: 0
    ).query
  }

  /// The value of `X-Twilio-Signature` for a form sent to `url`.
  public static func signature(url: String, _ fields: [(String, String)], token: String) -> String {
    var text = url
    for (name, value) in fields.sorted(by: { $0.0 < $1.0 }) { text += name + value }
    let key = Array(token.utf8)
    let message = Array(text.utf8)
    var code = [UInt8](repeating: 0, count: 20)
    var length: UInt32 = 20
    _ = HMAC(EVP_sha1(), key, Int32(key.count), message, message.count, &code, &length)
    return Data(code).base64EncodedString()
  }

  private static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0x20: result += "+"
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }
}
