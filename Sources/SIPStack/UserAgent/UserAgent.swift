/// A SIP user agent without sockets and clock: what arrives goes in with its time, what has to be done comes out.
///
/// It ties transactions, dialogs and calls together. Each method returns the outputs in the order in which they are to
/// be carried out; `advance` is to be called when `nextDeadline` has come.
public struct UserAgent: Sendable {
  /// A request of ours whose responses are awaited.
  struct ClientRecord: Sendable {
    var call: CallHandle
    var purpose: ClientPurpose
    /// With Via, as it was sent.
    var request: SIPRequest
    var destination: Destination
    var flow: Flow?
    var hasResponse = false
    var authenticationAttempts = 0
  }

  /// How the user agent behaves.
  public let configuration: UserAgentConfiguration
  let capabilities: Capabilities
  var tokens: TokenGenerator
  var authentication: UserAgentAuthentication
  var transactions: TransactionTable
  var flows = FlowTable()
  var calls: [CallHandle: CallSession] = [:]
  var dialogs: [DialogID: CallHandle] = [:]
  var dialogsByCall: [CallHandle: [DialogID]] = [:]
  /// Which call an INVITE that wants its final response belongs to, for a CANCEL.
  var incomingInvites: [ServerTransactionID: CallHandle] = [:]
  var clientRecords: [ClientTransactionID: ClientRecord] = [:]
  var outgoingInvites: [CallHandle: ClientTransactionID] = [:]
  var callDeadlines = DeadlineQueue<CallHandle>()
  var lastHandle: UInt64 = 0
  var isDraining = false
  /// The path of the message that is being taken.
  var arrivalFlow: Flow?
  var counts = UserAgentCounters()
  private var outputs: [Output] = []

  /// A user agent whose tags and branches follow from `seed`, which should come from the system's generator.
  /// - Parameters:
  ///   - now: any moment before the first input.
  public init(configuration: UserAgentConfiguration, seed: (UInt64, UInt64), at now: Instant) {
    self.configuration = configuration
    capabilities = Capabilities(acceptsReferrals: configuration.acceptsReferrals)
    tokens = TokenGenerator(seed: seed)
    let secret = [tokens.next(), tokens.next(), tokens.next(), tokens.next()]
    authentication = UserAgentAuthentication(
      policy: configuration.admission,
      secret: secret.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }, epoch: now)
    transactions = TransactionTable(timers: configuration.timers, capacity: configuration.maximumTransactions)
  }

  /// What has been seen and what exists.
  public var counters: UserAgentCounters {
    var counters = counts
    counters.retransmissionsSent += transactions.retransmissionsSent
    counters.retransmissionsReceived += transactions.retransmissionsReceived
    counters.liveCalls = calls.count
    counters.liveTransactions = transactions.count
    counters.liveDialogs = dialogs.count
    return counters
  }

  /// When `advance` wants to be called next.
  public var nextDeadline: Instant? { earliest(transactions.nextDeadline, callDeadlines.next) }

  /// Does what is due at `now`.
  public mutating func advance(to now: Instant) -> [Output] {
    transactions.advance(to: now)
    settle(at: now)
    while let handle = callDeadlines.popDue(at: now) {
      withCall(handle, at: now) { $0.advance(to: now) }
    }
    return takeOutputs()
  }

  /// Takes no more calls; those that exist go on.
  public mutating func drain() {
    isDraining = true
  }

  // MARK: Flows

  /// A peer opened a connection to us.
  public mutating func connectionOpened(_ flow: Flow) {
    flows.opened(flow)
  }

  /// A connection is gone. Requests that wait for a first response on it have failed.
  public mutating func connectionClosed(_ flow: Flow, at now: Instant) -> [Output] {
    flows.closed(flow)
    for (id, record) in clientRecords where record.flow == flow && flow.connection != 0 && !record.hasResponse {
      transactions.transportFailed(id)
    }
    settle(at: now)
    return takeOutputs()
  }

  /// The flow that an `Output.connect` asked for exists.
  public mutating func flowOpened(_ request: FlowRequestID, _ flow: Flow, at now: Instant) -> [Output] {
    for waiting in flows.fulfilled(request, with: flow, at: now) {
      outputs.append(.send(waiting.bytes, flow))
      if let owner = waiting.owner { clientRecords[owner]?.flow = flow }
    }
    return takeOutputs()
  }

  /// The flow that an `Output.connect` asked for can't be had.
  public mutating func flowFailed(_ request: FlowRequestID, at now: Instant) -> [Output] {
    for waiting in flows.failed(request) {
      counts.messagesNotSent += 1
      if let owner = waiting.owner { transactions.transportFailed(owner) }
    }
    settle(at: now)
    return takeOutputs()
  }

  /// Whether a dialog lives on this connection, so that it should stay open.
  public func isInUse(_ flow: Flow) -> Bool {
    calls.values.contains { $0.dialog?.flow == flow } || clientRecords.values.contains { $0.flow == flow }
  }

  // MARK: Inside

  mutating func takeOutputs() -> [Output] {
    guard !outputs.isEmpty else { return [] }
    defer { outputs = [] }
    return outputs
  }

  mutating func emit(_ output: Output) {
    outputs.append(output)
  }

  /// Sends bytes on the flow of the destination, or has one opened.
  mutating func send(_ bytes: [UInt8], to destination: Destination, owner: ClientTransactionID?, at now: Instant) {
    switch flows.route(bytes, to: destination, owner: owner, at: now) {
    case .send(let flow):
      if let owner { clientRecords[owner]?.flow = flow }
      outputs.append(.send(bytes, flow))
    case .connect(let request, let hop):
      outputs.append(.connect(request, hop))
    case .queued: break
    case .impossible:
      counts.messagesNotSent += 1
      if let owner { transactions.transportFailed(owner) }
    }
  }

  /// Carries out what the transactions ask for, until they ask for nothing more.
  mutating func settle(at now: Instant) {
    while true {
      let effects = transactions.takeEffects()
      guard !effects.isEmpty else { return }
      for effect in effects {
        switch effect {
        case .send(let bytes, let destination, let owner): send(bytes, to: destination, owner: owner, at: now)
        case .deliver(let response, let id): deliver(response, in: id, at: now)
        case .failed(let failure, let id): fail(id, failure, at: now)
        case .clientTerminated(let id): forgetClient(id)
        case .serverTimedOut: break
        case .serverTerminated(let id): incomingInvites[id] = nil
        }
      }
    }
  }

  mutating func forgetClient(_ id: ClientTransactionID) {
    guard let record = clientRecords.removeValue(forKey: id) else { return }
    if outgoingInvites[record.call] == id { outgoingInvites[record.call] = nil }
  }
}
