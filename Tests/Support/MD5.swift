import COpenSSL

/// The MD5 of a text in hexadecimal, as digest authentication (RFC 2617) wants it.
public func md5(_ text: String) -> String {
  var hash = [UInt8](repeating: 0, count: 16)
  var length: UInt32 = 16
  let bytes = Array(text.utf8)
  guard EVP_Digest(bytes, bytes.count, &hash, &length, EVP_md5(), nil) == 1 else { return "" }
  return hash.map { byte in
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0" + digits : digits
  }.joined()
}
