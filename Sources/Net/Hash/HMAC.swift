internal import COpenSSL

/// Keyed hashes (RFC 2104), by which a sender proves who it is.
public enum HMAC {
  /// HMAC-SHA256 of `message`: 32 bytes.
  public static func sha256(key: [UInt8], _ message: [UInt8]) -> [UInt8] { code(key, message, EVP_sha256(), size: 32) }

  /// HMAC-SHA1 of `message`: 20 bytes.
  public static func sha1(key: [UInt8], _ message: [UInt8]) -> [UInt8] { code(key, message, EVP_sha1(), size: 20) }

  /// Whether two codes are equal, in a time that tells nothing about where they differ. Never for empty ones: that is
  /// what a failed hash is.
  public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count, !left.isEmpty else { return false }
    return CRYPTO_memcmp(left, right, left.count) == 0
  }

  private static func code(_ key: [UInt8], _ message: [UInt8], _ type: OpaquePointer?, size: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: size)
    var length = UInt32(size)
    let made = COpenSSL.HMAC(type, key, Int32(clamping: key.count), message, message.count, &result, &length)
    return made != nil && Int(length) == size ? result : []
  }
}
