public import Net

/// How a user agent behaves; every limit bounds memory or time.
public struct UserAgentConfiguration: Sendable {
  /// A socket that takes messages.
  public struct Listener: Sendable, Hashable {
    /// Its transport.
    public var transport: TransportKind
    /// What it is bound to, with the real port.
    public var local: SocketEndpoint
    /// What Via and Contact show for it; behind a NAT the outer address.
    public var advertised: HostPort

    /// A listener; what is not told apart is advertised as bound.
    public init(transport: TransportKind, local: SocketEndpoint, advertised: HostPort? = nil) {
      self.transport = transport
      self.local = local
      self.advertised = advertised ?? HostPort(local)
    }
  }

  /// The sockets, the preferred one of a transport first.
  public var listeners: [Listener]
  /// The user part of Contact and, without another, of From. Default `assist`.
  public var user = "assist"
  /// What User-Agent and Server show; nil shows nothing.
  public var product: String? = "Assist"
  /// T1, T2 and T4.
  public var timers = TransactionTimers()
  /// Whose calls are taken.
  public var admission = AdmissionPolicy()
  /// Calls at the same time; above, an INVITE gets 503. Default 2000.
  public var maximumCalls = 2000
  /// Transactions at the same time; above, requests get a stateless 503. Default 20,000.
  public var maximumTransactions = 20_000
  /// What Retry-After of a 503 asks for. Default 10 s.
  public var retryAfter = Duration.seconds(10)
  /// An incoming call without a final response ends by 480 after this. Default 180 s.
  public var answerTimeout = Duration.seconds(180)
  /// A transfer without a final report counts as failed after this. Default 30 s.
  public var referTimeout = Duration.seconds(30)
  /// Whether a peer may ask us, by REFER inside a call, to call someone else. The application then hears of it by
  /// `.referred` and has 30 s to accept or reject. Default false: each REFER gets 603, and Allow does not show it.
  public var acceptsReferrals = false
  /// Whether a request of more than 1300 bytes goes over TCP instead of UDP (RFC 3261 18.1.1). Default false, since
  /// many peers listen on UDP alone.
  public var usesTCPForLargeRequests = false

  /// A configuration with these listeners and defaults for the rest.
  public init(listeners: [Listener]) {
    self.listeners = listeners
  }

  /// The listener of a transport, first that of the family of `peer`: IPv4 where that is not known.
  func listener(_ transport: TransportKind, towards peer: IPAddress? = nil) -> Listener? {
    let candidates = listeners.filter { $0.transport == transport }
    let family = peer?.family ?? .v4
    return candidates.first { $0.local.address.family == family } ?? candidates.first
  }
}
