import COpenSSL
import FoundationEssentials

/// Hashes by OpenSSL, as Meta signs and describes what it sends.
public enum CloudDigest {
  /// The value of `X-Hub-Signature-256` for these bytes: `sha256=` and 64 digits.
  public static func signature(of body: [UInt8], appSecret: String) -> String {
    let key = Array(appSecret.utf8)
    var output = [UInt8](repeating: 0, count: 32)
    var count = 0
    // An empty key still needs an address.
    let isDone = (key.isEmpty ? [0] : key).withUnsafeBufferPointer { keyBytes in
      EVP_Q_mac(
        nil, "HMAC", nil, "SHA256", nil, keyBytes.baseAddress, key.count, body, body.count, &output, output.count,
        &count) != nil
    }
    return isDone && count == 32 ? "sha256=" + hex(output) : "sha256="
  }

  static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: 32)
    var count = 0
    guard EVP_Q_digest(nil, "SHA256", nil, bytes, bytes.count, &output, &count) == 1 else { return [] }
    return output
  }

  static func hex(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes {
      text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return text
  }

  static func base64(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString()
  }
}
