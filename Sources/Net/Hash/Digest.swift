internal import COpenSSL

/// Hashes of bytes. Empty if this OpenSSL refuses the algorithm (FIPS mode has no MD5), which matches nothing.
public enum Digest {
  /// 16 bytes (RFC 1321). For protocols that ask for it, never to keep a secret.
  public static func md5(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_md5(), size: 16) }

  /// 20 bytes (RFC 3174). For protocols that ask for it, never to keep a secret.
  public static func sha1(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha1(), size: 20) }

  /// 32 bytes (RFC 6234).
  public static func sha256(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha256(), size: 32) }

  private static func digest(_ bytes: [UInt8], _ type: OpaquePointer?, size: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: size)
    var length = UInt32(size)
    return EVP_Digest(bytes, bytes.count, &result, &length, type, nil) == 1 && Int(length) == size ? result : []
  }
}
