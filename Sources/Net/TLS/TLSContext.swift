import COpenSSL

/// Why a secure connection could not be made or kept.
public enum TLSError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A file of certificates or keys can't be used.
  case badFile(String)
  /// The peer's certificate is not good for us; `reason` is OpenSSL's.
  case untrusted(reason: String)
  /// The handshake or a record failed; `reason` is OpenSSL's.
  case failed(reason: String)
  /// The peer closed before the handshake was through.
  case closed

  /// One line.
  public var description: String {
    switch self {
    case .badFile(let path): "the TLS file \(path) can't be read; check its path and that it is PEM"
    case .untrusted(let reason): "the certificate is not trusted: \(reason)"
    case .failed(let reason): "TLS failed: \(reason)"
    case .closed: "hung up during the TLS handshake"
    }
  }

  /// What OpenSSL last complained about on this thread.
  static func lastReason() -> String {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0, let words = ERR_reason_error_string(code) else { return "protocol error" }
    return String(cString: words)
  }
}

/// Keys and trust that sessions share. TLS 1.2 at least; the peer of a client is always verified.
public final class TLSContext: @unchecked Sendable {
  // An SSL_CTX may be shared between threads once it is set up.
  let raw: OpaquePointer

  private init(_ method: OpaquePointer?) throws(TLSError) {
    ERR_clear_error()
    guard let raw = SSL_CTX_new(method) else { throw .failed(reason: TLSError.lastReason()) }
    self.raw = raw
    copenssl_set_min_version(raw, TLS1_2_VERSION)
  }

  deinit {
    SSL_CTX_free(raw)
  }

  /// For connections that we open. Trusts the certificates in `caFile` (PEM), or the system's where that is nil.
  public static func client(caFile: String? = nil) throws(TLSError) -> TLSContext {
    let context = try TLSContext(TLS_client_method())
    SSL_CTX_set_verify(context.raw, SSL_VERIFY_PEER, nil)
    if let caFile {
      guard SSL_CTX_load_verify_locations(context.raw, caFile, nil) == 1 else {
        ERR_clear_error()
        throw .badFile(caFile)
      }
    } else {
      SSL_CTX_set_default_verify_paths(context.raw)
    }
    return context
  }

  /// For connections that we accept, with a certificate chain and its key in PEM.
  public static func server(certificateChainFile: String, privateKeyFile: String) throws(TLSError) -> TLSContext {
    let context = try TLSContext(TLS_server_method())
    guard SSL_CTX_use_certificate_chain_file(context.raw, certificateChainFile) == 1 else {
      ERR_clear_error()
      throw .badFile(certificateChainFile)
    }
    guard SSL_CTX_use_PrivateKey_file(context.raw, privateKeyFile, SSL_FILETYPE_PEM) == 1,
      SSL_CTX_check_private_key(context.raw) == 1
    else {
      ERR_clear_error()
      throw .badFile(privateKeyFile)
    }
    return context
  }
}
