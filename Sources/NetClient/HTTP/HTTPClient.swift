import Coordination

/// Outbound HTTP over libcurl on one thread of its own: connections are kept and shared, HTTP/2 is used where a TLS
/// server offers it, answers stream with back-pressure. One client serves the whole process.
public final class HTTPClient: Sendable {
  /// What all requests of a client share.
  public struct Configuration: Sendable {
    /// A file of trusted certificates in PEM instead of the system's. Default nil.
    public var caFile: String?
    /// How many connections to one host at most; what needs more waits. 0 is no limit, the default.
    public var connectionsPerHost: Int

    /// A configuration; the defaults suit a server.
    public init(caFile: String? = nil, connectionsPerHost: Int = 0) {
      self.caFile = caFile
      self.connectionsPerHost = connectionsPerHost
    }
  }

  private struct State {
    var nextIdentifier: UInt64 = 0
    /// When a connection to an origin was last used, so that `prewarm` need not open what is open.
    var lastUse: [String: ContinuousClock.Instant] = [:]
  }

  private let loop: CurlLoop?
  private let state = Locked(State())

  /// For how long after its last use a pooled connection is taken to be still open.
  private static let warmFor = Duration.seconds(30)

  /// Starts the thread.
  public init(_ configuration: Configuration = Configuration()) {
    loop = CurlLoop(caFile: configuration.caFile, connectionsPerHost: max(0, configuration.connectionsPerHost))
  }

  deinit {
    loop?.stop()
  }

  /// Ends all transfers with `cancelled` and stops the thread. The client can't be used after.
  public func shutdown() {
    loop?.stop()
  }

  /// Sends a request and returns as soon as the head of the answer is there, whatever its status; redirects are not
  /// followed. Cancelling the task ends the transfer at once.
  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    guard let address = HTTPAddress(request.url, schemes: ["http": 80, "https": 443]) else {
      throw HTTPError(
        .invalidRequest, host: "", message: "the URL is not an absolute http or https one; check base_url")
    }
    guard request.headers.allSatisfy(\.isSendable) else {
      throw HTTPError(
        .invalidRequest, host: address.host,
        message: "a header holds characters that can't be sent; check the key for line ends")
    }
    let stopped = HTTPError(.cancelled, host: address.host, message: "the client was shut down")
    guard let loop else { throw stopped }
    let origin = "\(address.scheme)://\(address.host):\(address.port)"
    let identifier = state.withLock { state in
      state.nextIdentifier += 1
      if state.lastUse.count > 1000 { state.lastUse = [:] }
      state.lastUse[origin] = .now
      return state.nextIdentifier
    }
    let exchange = HTTPExchange(host: address.host) {
      loop.submit(.resume(identifier))
    } onCancel: {
      loop.submit(.cancel(identifier))
    }
    guard loop.submit(.start(request, identifier, exchange)) else { throw stopped }
    let head: HTTPExchange.Head
    do {
      head = try await exchange.head().get()
    } catch {
      if case .cancelled = error.kind {} else { forget(origin) }
      throw error
    }
    let reader = HTTPBodyReader(exchange, client: self)
    return HTTPResponse(
      status: head.status, headers: head.headers, body: AsyncThrowingStream { try await reader.next() })
  }

  /// Opens a connection to the origin of `url` ahead of need and leaves it in the pool. It sends a HEAD request of `/`
  /// without any credential, since libcurl pools only connections that have carried a request; the answer, a refusal
  /// included, is thrown away. Does nothing if the origin was used within the last 30 s.
  public func prewarm(_ url: String) async {
    guard let address = HTTPAddress(url, schemes: ["http": 80, "https": 443]) else { return }
    let origin = "\(address.scheme)://\(address.host):\(address.port)"
    let isWarm = state.withLock { state in
      guard let last = state.lastUse[origin] else { return false }
      return last.duration(to: .now) < Self.warmFor
    }
    guard !isWarm else { return }
    let host = address.host.contains(":") ? "[\(address.host)]" : address.host
    let timeouts = HTTPTimeouts(connect: .seconds(3), firstByte: .seconds(3), idle: .seconds(3), total: .seconds(5))
    let request = HTTPRequest(.head, "\(address.scheme)://\(host):\(address.port)/", timeouts: timeouts)
    do {
      let response = try await send(request)
      _ = try await response.collect(upTo: 1024)
    } catch {
      // The request that follows will say what is wrong.
      forget(origin)
    }
  }

  private func forget(_ origin: String) {
    state.withLock { _ = $0.lastUse.removeValue(forKey: origin) }
  }
}

extension HTTPHeader {
  /// Whether it can go out without ending the line or the head (RFC 9110, section 5.5).
  var isSendable: Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x3a }
      && value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }
  }
}
