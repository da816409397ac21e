import CCurl

/// One request inside libcurl. Lives on the curl thread alone; owns the easy handle and all memory that libcurl reads.
final class CurlTransfer {
  let exchange: HTTPExchange
  let handle: UnsafeMutableRawPointer
  let timeouts: HTTPTimeouts
  let host: String
  private let started: ContinuousClock.Instant
  private let maximumBodyBytes: Int
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private let uploaded: UnsafeMutableBufferPointer<UInt8>
  private var status = 0
  private var headers: [HTTPHeader] = []
  private var headerBytes = 0
  private var bodyBytes = 0
  private var lastByte: ContinuousClock.Instant?
  private var isPaused = false
  /// How much of a body that must not go out twice has been handed over.
  private var uploadedBytes = 0
  /// Whether libcurl began anew after that, which it does without asking only if none of it had left.
  private var beganAnew = false
  private var tooLarge = false

  /// The most bytes of head taken; generous against any real server.
  private static let maximumHeaderBytes = 256 << 10

  /// Nil if libcurl has no memory left.
  init?(_ request: HTTPRequest, host: String, exchange: HTTPExchange, caFile: String?, now: ContinuousClock.Instant) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    self.exchange = exchange
    self.host = host
    timeouts = request.timeouts
    started = now
    maximumBodyBytes = request.maximumBodyBytes
    let (body, contentType): ([UInt8], String?) =
      switch request.body {
      case .none: ([], nil)
      case .bytes(let bytes): (bytes, nil)
      case .multipart(let form): (form.encoded, form.contentType)
      }
    uploaded = .allocate(capacity: body.count)
    _ = uploaded.initialize(from: body)

    setOptions(request, caFile: caFile)
    for header in request.headers {
      // A header without value is spelled with a semicolon, else libcurl would take it for a removal.
      append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
    }
    if let contentType { append("Content-Type: \(contentType)") }
    // Waiting for a 100 before a body of some kilobytes costs a round trip and gains nothing.
    append("Expect:")
    ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList)
    setBody(request)
    setCallbacks()
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headerList)
    uploaded.deallocate()
  }

  private func append(_ line: String) {
    // On failure the old list stays valid.
    if let longer = curl_slist_append(headerList, line) { headerList = longer }
  }

  private func setOptions(_ request: HTTPRequest, caFile: String?) {
    ccurl_set_string(handle, CURLOPT_URL, request.url)
    ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    ccurl_set_long(handle, CURLOPT_TCP_NODELAY, 1)
    ccurl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
    ccurl_set_long(handle, CURLOPT_TCP_KEEPIDLE, 30)
    ccurl_set_long(handle, CURLOPT_TCP_KEEPINTVL, 10)
    ccurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, max(1, timeouts.connect.wholeMilliseconds))
    ccurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1)
    ccurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2)
    if let caFile { ccurl_set_string(handle, CURLOPT_CAINFO, caFile) }
    // A proxy from the environment is for the world outside, not for this machine.
    if HTTPAddress.isLoopback(host) { ccurl_set_string(handle, CURLOPT_PROXY, "") }
  }

  private func setBody(_ request: HTTPRequest) {
    switch request.method {
    case .get: ccurl_set_long(handle, CURLOPT_HTTPGET, 1)
    case .head: ccurl_set_long(handle, CURLOPT_NOBODY, 1)
    case .post, .put, .patch, .delete:
      ccurl_set_long(handle, CURLOPT_POST, 1)
      ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, Int(uploaded.count))
      if request.isRepeatable {
        ccurl_set_pointer(handle, CURLOPT_POSTFIELDS, uploaded.baseAddress.map { UnsafeMutableRawPointer($0) })
      } else {
        streamBody()
      }
      ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }
  }

  /// Gives the body out once. libcurl repeats a request that broke on a kept connection if it can have its body again;
  /// from a callback without a way back it can't, once any of it has left.
  private func streamBody() {
    // Of a body that libcurl takes in several pieces the first would be missing in such a repetition.
    if uploaded.count > 16 << 10 { ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, 1) }
    ccurl_set_callback(handle, CURLOPT_READFUNCTION) { buffer, size, count, context in
      guard let buffer, let context else { return Int(CURL_READFUNC_ABORT) }
      let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.give(UnsafeMutableRawBufferPointer(start: buffer, count: size &* count))
    }
    ccurl_set_pointer(handle, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque())
  }

  private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard uploadedBytes < uploaded.count || uploaded.isEmpty else {
      // All was given, and its length is known: it is asked for again only for a second attempt.
      beganAnew = true
      return Int(CURL_READFUNC_ABORT)
    }
    let piece = UnsafeRawBufferPointer(uploaded).dropFirst(uploadedBytes).prefix(buffer.count)
    buffer.copyBytes(from: piece)
    uploadedBytes += piece.count
    return piece.count
  }

  private func setCallbacks() {
    // The loop keeps this object alive for as long as the handle is in its hands.
    let context = Unmanaged.passUnretained(self).toOpaque()
    ccurl_set_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size &* count))
    }
    ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    ccurl_set_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size &* count))
    }
    ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context)
  }

  private func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
    headerBytes += line.count
    guard headerBytes <= Self.maximumHeaderBytes else {
      tooLarge = true
      return 0
    }
    var text = Substring(String(decoding: line, as: UTF8.self))
    while text.last?.isNewline == true { text.removeLast() }
    if text.hasPrefix("HTTP/") {
      status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      headers = []
    } else if text.isEmpty {
      // 1xx are not the answer yet; fields after the head are trailers.
      if status >= 200 { exchange.deliver(HTTPExchange.Head(status: status, headers: headers)) }
    } else if let colon = text.firstIndex(of: ":") {
      headers.append(
        HTTPHeader(String(text[..<colon]), text[text.index(after: colon)...].trimmed))
    }
    return line.count
  }

  private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard !bytes.isEmpty else { return 0 }
    guard bytes.count <= maximumBodyBytes - bodyBytes else {
      tooLarge = true
      return 0
    }
    switch exchange.offer(bytes) {
    case .taken:
      bodyBytes += bytes.count
      lastByte = .now
      return bytes.count
    case .full:
      isPaused = true
      return Int(CURL_WRITEFUNC_PAUSE)
    case .abandoned:
      return 0
    }
  }

  /// Goes on after the reader has caught up.
  func resume() {
    guard isPaused else { return }
    isPaused = false
    lastByte = .now
    curl_easy_pause(handle, CURLPAUSE_CONT)
  }

  /// When which time is up. libcurl watches over the connecting itself.
  var deadline: (at: ContinuousClock.Instant, phase: HTTPTimeoutPhase) {
    let total = (started + timeouts.total, HTTPTimeoutPhase.total)
    guard !isPaused else { return total }
    let piece =
      lastByte.map { ($0 + timeouts.idle, HTTPTimeoutPhase.idle) } ?? (started + timeouts.firstByte, .firstByte)
    return piece.0 < total.0 ? piece : total
  }

  func timeoutError(_ phase: HTTPTimeoutPhase) -> HTTPError {
    let (limit, words): (Duration, String) =
      switch phase {
      case .connect: (timeouts.connect, "no connection")
      case .firstByte: (timeouts.firstByte, "no answer")
      case .idle: (timeouts.idle, "the answer stalled: nothing more")
      case .total: (timeouts.total, "the answer was not complete")
      }
    return HTTPError(
      .timedOut(phase), host: host,
      message: "\(words) within \(limit.wholeMilliseconds) ms; check the network and the provider's status")
  }

  /// What libcurl's result means.
  func error(_ code: CURLcode) -> HTTPError? {
    let words = String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_OK:
      return nil
    case _ where beganAnew:
      return HTTPError(.cannotConnect, host: host, message: "the connection broke before the request had left")
    case _ where tooLarge:
      return HTTPError(.tooLarge, host: host, message: "the answer is larger than \(maximumBodyBytes) bytes")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      return HTTPError(.cannotResolve, host: host, message: "the name has no address; check the URL and the DNS")
    case CURLE_COULDNT_CONNECT:
      return HTTPError(
        .cannotConnect, host: host, message: "nobody accepts connections there; check the URL and the firewall")
    case CURLE_OPERATION_TIMEDOUT:
      return timeoutError(.connect)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
      return HTTPError(
        .tls, host: host, message: "no secure connection (\(words)); check its certificate and this machine's clock")
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
      return HTTPError(.invalidRequest, host: host, message: "the URL can't be used; check base_url")
    default:
      return HTTPError(.interrupted, host: host, message: "the connection broke (\(words))")
    }
  }
}

extension Duration {
  /// Rounded down, clamped to what a C `long` of libcurl takes.
  var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    guard seconds < 1_000_000 else { return 1_000_000_000 }
    return Int(max(0, seconds)) * 1000 + Int(max(0, attoseconds) / 1_000_000_000_000_000)
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var rest = self
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
