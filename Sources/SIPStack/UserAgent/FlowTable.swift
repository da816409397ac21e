import Net

/// Which connections are open, which are being opened, and what waits for them.
///
/// In-dialog requests stay on the connection their dialog came in on; when that is closed, or none exists yet, one is
/// asked for and the messages wait, bounded in number.
struct FlowTable: Sendable {
  /// What became of a message.
  enum Decision: Sendable {
    case send(Flow)
    case connect(FlowRequestID, Hop)
    case queued
    case impossible
  }

  /// A message that waited for a flow.
  struct Waiting: Sendable {
    var bytes: [UInt8]
    var owner: ClientTransactionID?
  }

  private struct Attempt: Sendable {
    var hop: Hop
    var waiting: [Waiting]
  }

  static let maximumAttempts = 256
  static let maximumWaiting = 32
  /// Names resolved for UDP are remembered at most this long, so that a changed address is noticed.
  static let resolutionLifetime = Duration.seconds(60)
  static let maximumResolved = 1024

  private var openConnections: Set<UInt64> = []
  private var connectionsByHop: [Hop: Flow] = [:]
  private var datagramsByHop: [Hop: (flow: Flow, until: Instant)] = [:]
  private var attempts: [FlowRequestID: Attempt] = [:]
  private var attemptsByHop: [Hop: FlowRequestID] = [:]
  private var lastRequest: UInt64 = 0

  /// Decides how `bytes` reach `destination`; on `.connect` and `.queued` the table keeps them.
  mutating func route(
    _ bytes: [UInt8], to destination: Destination, owner: ClientTransactionID?, at now: Instant
  ) -> Decision {
    if let flow = destination.flow, flow.transport == .udp || openConnections.contains(flow.connection) {
      return .send(flow)
    }
    guard let hop = destination.hop else { return .impossible }
    if let flow = connectionsByHop[hop] { return .send(flow) }
    if let known = datagramsByHop[hop], known.until > now { return .send(known.flow) }
    let waiting = Waiting(bytes: bytes, owner: owner)
    if let request = attemptsByHop[hop] {
      guard attempts[request].map({ $0.waiting.count < Self.maximumWaiting }) ?? false else { return .impossible }
      attempts[request]?.waiting.append(waiting)
      return .queued
    }
    guard attempts.count < Self.maximumAttempts else { return .impossible }
    lastRequest &+= 1
    let request = FlowRequestID(value: lastRequest)
    attempts[request] = Attempt(hop: hop, waiting: [waiting])
    attemptsByHop[hop] = request
    return .connect(request, hop)
  }

  /// A stream connection exists: one of ours, or one that a peer opened.
  mutating func opened(_ flow: Flow) {
    guard flow.connection != 0 else { return }
    openConnections.insert(flow.connection)
  }

  /// A connection is gone.
  mutating func closed(_ flow: Flow) {
    openConnections.remove(flow.connection)
    for (hop, open) in connectionsByHop where open.connection == flow.connection { connectionsByHop[hop] = nil }
  }

  /// The flow that was asked for exists; returns what waited for it.
  mutating func fulfilled(_ request: FlowRequestID, with flow: Flow, at now: Instant) -> [Waiting] {
    guard let attempt = attempts.removeValue(forKey: request) else { return [] }
    attemptsByHop[attempt.hop] = nil
    if flow.transport == .udp {
      if datagramsByHop.count >= Self.maximumResolved {
        datagramsByHop = datagramsByHop.filter { $0.value.until > now }
      }
      if datagramsByHop.count < Self.maximumResolved {
        datagramsByHop[attempt.hop] = (flow, now + Self.resolutionLifetime)
      }
    } else {
      opened(flow)
      connectionsByHop[attempt.hop] = flow
    }
    return attempt.waiting
  }

  /// The flow that was asked for can't be had; returns what waited for it.
  mutating func failed(_ request: FlowRequestID) -> [Waiting] {
    guard let attempt = attempts.removeValue(forKey: request) else { return [] }
    attemptsByHop[attempt.hop] = nil
    return attempt.waiting
  }

  /// How many messages wait for a flow.
  var waitingCount: Int { attempts.values.reduce(0) { $0 + $1.waiting.count } }
}
