import COpenSSL
import SIPStack

extension DigestHash {
  /// MD5 and SHA-256 by OpenSSL's libcrypto.
  static let openSSL = DigestHash(
    md5: { digest($0, EVP_md5(), size: 16) }, sha256: { digest($0, EVP_sha256(), size: 32) })

  /// The hash of `bytes`; empty if this OpenSSL refuses the algorithm (FIPS mode has no MD5), which matches nothing.
  private static func digest(_ bytes: [UInt8], _ type: OpaquePointer?, size: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: size)
    var length = UInt32(size)
    return EVP_Digest(bytes, bytes.count, &result, &length, type, nil) == 1 ? result : []
  }
}
