import COpenSSL

/// Keyed hashes (RFC 2104), by which channels prove that a delivery is theirs.
package enum HMAC {
  /// HMAC-SHA256 of `message`: 32 bytes.
  package static func sha256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { code(key, message, EVP_sha256(), size: 32) }

  /// HMAC-SHA1 of `message`: 20 bytes.
  package static func sha1(key: [UInt8], _ message: [UInt8]) -> [UInt8] { code(key, message, EVP_sha1(), size: 20) }

  /// Whether two codes are equal, in a time that tells nothing about where they differ. Never for empty ones: that is
  /// what a failed hash is.
  package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count, !left.isEmpty else { return false }
    return CRYPTO_memcmp(left, right, left.count) == 0
  }

  private static func code(_ key: [UInt8], _ message: [UInt8], _ type: OpaquePointer?, size: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: size)
    var length = UInt32(size)
    let made = COpenSSL.HMAC(type, key, Int32(clamping: key.count), message, message.count, &result, &length)
    return made != nil && Int(length) == size ? result : []
  }

  /// Bytes in hexadecimal, lower case.
  package static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The bytes that `text` writes in hexadecimal, or nil.
  package static func bytes(hex text: some StringProtocol) -> [UInt8]? {
    let digits = text.utf8.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 ? $0 - 48 : ($0 | 32) &- 87 }
    guard digits.count.isMultiple(of: 2), text.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
      return nil
    }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
