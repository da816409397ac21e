import COpenSSL

/// One TLS connection without a socket: records in, plaintext out, and the other way round. Sans-IO.
///
/// After each call take `takeOutgoing()` and put it on the wire, also after one that has thrown: it may hold the alert.
public struct TLSSession: ~Copyable {
  /// Whether the handshake is through.
  public private(set) var isEstablished = false
  /// Whether the peer has said that nothing more will come.
  public private(set) var isClosedByPeer = false

  private let ssl: OpaquePointer
  // Owned by `ssl`.
  private let incoming: OpaquePointer?
  private let outgoing: OpaquePointer?

  /// The client's end towards `serverName`, a DNS name or an IP address, against which the certificate is checked.
  public init(client context: TLSContext, serverName: String) throws(TLSError) {
    ssl = try Self.makeSSL(context) { ssl in
      SSL_set_connect_state(ssl)
      // An address is looked for among the certificate's addresses, and is never sent as a name (RFC 6066).
      if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), serverName) == 1 { return true }
      return SSL_set1_host(ssl, serverName) == 1 && copenssl_set_sni(ssl, serverName) == 1
    }
    incoming = SSL_get_rbio(ssl)
    outgoing = SSL_get_wbio(ssl)
  }

  /// The server's end.
  public init(server context: TLSContext) throws(TLSError) {
    ssl = try Self.makeSSL(context) { ssl in
      SSL_set_accept_state(ssl)
      return true
    }
    incoming = SSL_get_rbio(ssl)
    outgoing = SSL_get_wbio(ssl)
  }

  private static func makeSSL(
    _ context: TLSContext, _ prepare: (OpaquePointer) -> Bool
  ) throws(TLSError) -> OpaquePointer {
    ERR_clear_error()
    guard let ssl = SSL_new(context.raw) else { throw .failed(reason: TLSError.lastReason()) }
    guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
      SSL_free(ssl)
      throw .failed(reason: TLSError.lastReason())
    }
    SSL_set_bio(ssl, incoming, outgoing)
    guard prepare(ssl) else {
      SSL_free(ssl)
      throw .failed(reason: TLSError.lastReason())
    }
    return ssl
  }

  deinit {
    SSL_free(ssl)
  }

  /// Begins or goes on with the handshake.
  public mutating func advance() throws(TLSError) {
    guard !isEstablished else { return }
    ERR_clear_error()
    let result = SSL_do_handshake(ssl)
    if result == 1 {
      isEstablished = true
    } else {
      try check(result)
    }
  }

  /// Takes what arrived from the wire, cut anywhere, and gives the plaintext that it completes.
  public mutating func receive(_ bytes: [UInt8]) throws(TLSError) -> [UInt8] {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { BIO_write(incoming, $0.baseAddress, Int32(clamping: $0.count)) }
      guard written > 0 else { throw .failed(reason: "out of memory") }
      rest = rest.dropFirst(Int(written))
    }
    try advance()
    guard isEstablished else { return [] }
    var plaintext: [UInt8] = []
    while true {
      ERR_clear_error()
      var result: Int32 = 0
      let piece = [UInt8](unsafeUninitializedCapacity: 16384) { buffer, count in
        result = SSL_read(ssl, buffer.baseAddress, Int32(clamping: buffer.count))
        count = max(0, Int(result))
      }
      guard result > 0 else {
        try check(result)
        return plaintext
      }
      plaintext += piece
    }
  }

  /// Encrypts. Only once the handshake is through.
  public mutating func send(_ plaintext: [UInt8]) throws(TLSError) {
    guard isEstablished else { throw .failed(reason: "not established") }
    var rest = plaintext[...]
    while !rest.isEmpty {
      ERR_clear_error()
      let written = rest.withUnsafeBytes { SSL_write(ssl, $0.baseAddress, Int32(clamping: $0.count)) }
      guard written > 0 else {
        try check(written)
        // A memory BIO never makes a write wait, but a peer that renegotiates could.
        throw .failed(reason: "can't write")
      }
      rest = rest.dropFirst(Int(written))
    }
  }

  /// Says that nothing more will be sent.
  public mutating func close() {
    guard isEstablished else { return }
    ERR_clear_error()
    SSL_shutdown(ssl)
    ERR_clear_error()
  }

  /// What is to be put on the wire now.
  public mutating func takeOutgoing() -> [UInt8] {
    let pending = copenssl_bio_pending(outgoing)
    guard pending > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: pending) { buffer, count in
      count = max(0, Int(BIO_read(outgoing, buffer.baseAddress, Int32(clamping: buffer.count))))
    }
  }

  private mutating func check(_ result: Int32) throws(TLSError) {
    switch SSL_get_error(ssl, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE, SSL_ERROR_NONE:
      return
    case SSL_ERROR_ZERO_RETURN:
      isClosedByPeer = true
    default:
      let verification = SSL_get_verify_result(ssl)
      if !isEstablished, verification != Int(X509_V_OK), let words = X509_verify_cert_error_string(verification) {
        ERR_clear_error()
        throw .untrusted(reason: String(cString: words))
      }
      throw .failed(reason: TLSError.lastReason())
    }
  }
}
