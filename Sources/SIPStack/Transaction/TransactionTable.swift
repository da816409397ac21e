import Net

/// Why a request got no response.
public enum RequestFailure: Sendable, Hashable {
  /// Nobody answered within 64*T1: to be taken as a 408 (RFC 3261 8.1.3.1).
  case timedOut
  /// It could not be sent: to be taken as a 503.
  case notSent
}

/// All transactions of a user agent, matched as RFC 3261 17.1.3 and 17.2.3 say, bounded in number.
struct TransactionTable: Sendable {
  /// What a transaction asks of the user agent.
  enum Effect: Sendable {
    case send([UInt8], Destination, ClientTransactionID?)
    case deliver(SIPResponse, ClientTransactionID)
    case failed(RequestFailure, ClientTransactionID)
    case clientTerminated(ClientTransactionID)
    case serverTimedOut(ServerTransactionID)
    case serverTerminated(ServerTransactionID)
  }

  /// What an arriving request is to the table.
  enum Arrival: Sendable {
    /// A new request, whose transaction now waits for a response.
    case new(ServerTransactionID)
    /// A copy that came on another path and wants a 482.
    case merged(ServerTransactionID)
    /// A retransmission, or an ACK for a failure: already dealt with.
    case absorbed
    /// An ACK for a 2xx, or for nothing.
    case acknowledgement
    /// No room for another transaction.
    case overloaded
    /// It lacks what a transaction is known by.
    case unidentifiable
  }

  private enum ClientMachine: Sendable {
    case invite(InviteClientTransaction)
    case nonInvite(NonInviteClientTransaction)
  }

  private struct Client: Sendable {
    var machine: ClientMachine
    var destination: Destination
  }

  private enum ServerMachine: Sendable {
    case invite(InviteServerTransaction)
    case nonInvite(NonInviteServerTransaction)
  }

  private struct Server: Sendable {
    var machine: ServerMachine
    var destination: Destination
    var mergeID: MergeID?
  }

  private enum TimerKey: Sendable, Hashable {
    case client(ClientTransactionID)
    case server(ServerTransactionID)
  }

  let timers: TransactionTimers
  let capacity: Int
  private var clients: [ClientTransactionID: Client] = [:]
  private var servers: [ServerTransactionID: Server] = [:]
  private var merges: [MergeID: ServerTransactionID] = [:]
  private var deadlines = DeadlineQueue<TimerKey>()
  private var effects: [Effect] = []
  /// Copies of requests and responses that were sent or received again.
  private(set) var retransmissionsSent = 0
  private(set) var retransmissionsReceived = 0

  init(timers: TransactionTimers, capacity: Int) {
    self.timers = timers
    self.capacity = capacity
  }

  var count: Int { clients.count + servers.count }
  var nextDeadline: Instant? { deadlines.next }

  /// What has to be done since the last call.
  mutating func takeEffects() -> [Effect] {
    guard !effects.isEmpty else { return [] }
    defer { effects = [] }
    return effects
  }

  // MARK: Client

  /// Sends `request` in a transaction of its own; nil when there is no room or the request has no branch.
  mutating func start(_ request: SIPRequest, to destination: Destination, at now: Instant) -> ClientTransactionID? {
    guard count < capacity, let branch = request.topVia?.branch else { return nil }
    let id = ClientTransactionID(branch: branch, method: request.method)
    let isReliable = destination.transport.isReliable
    if request.method == .invite {
      var machine = InviteClientTransaction(request: request, isReliable: isReliable, timers: timers)
      let actions = machine.start(at: now)
      clients[id] = Client(machine: .invite(machine), destination: destination)
      apply(actions, id)
    } else {
      var machine = NonInviteClientTransaction(request: request, isReliable: isReliable, timers: timers)
      let actions = machine.start(at: now)
      clients[id] = Client(machine: .nonInvite(machine), destination: destination)
      apply(actions, id)
    }
    schedule(id)
    return id
  }

  /// Gives a response to its transaction; false when there is none.
  mutating func receive(_ response: SIPResponse, at now: Instant) -> Bool {
    // More than one Via means that the response was meant for someone else (RFC 3261 8.1.3.3).
    guard response.vias.count == 1, let branch = response.topVia?.branch, let method = response.cSeq?.method else {
      return false
    }
    let id = ClientTransactionID(branch: branch, method: method)
    guard let client = clients[id] else { return false }
    switch client.machine {
    case .invite(var machine):
      let actions = machine.receive(response, at: now)
      clients[id]?.machine = .invite(machine)
      apply(actions, id)
    case .nonInvite(var machine):
      let actions = machine.receive(response, at: now)
      if actions.isEmpty { retransmissionsReceived += 1 }
      clients[id]?.machine = .nonInvite(machine)
      apply(actions, id)
    }
    schedule(id)
    return true
  }

  /// Ends a client transaction whose message could not be sent.
  mutating func transportFailed(_ id: ClientTransactionID) {
    switch clients[id]?.machine {
    case .invite(var machine):
      let actions = machine.transportFailed()
      clients[id]?.machine = .invite(machine)
      apply(actions, id)
    case .nonInvite(var machine):
      let actions = machine.transportFailed()
      clients[id]?.machine = .nonInvite(machine)
      apply(actions, id)
    case nil: return
    }
    schedule(id)
  }

  /// Forgets a client transaction without a word, as RFC 3261 9.1 lets a canceller do.
  mutating func abandon(_ id: ClientTransactionID) {
    clients[id] = nil
    deadlines.set(.client(id), to: nil)
  }

  // MARK: Server

  /// Finds or begins the transaction of an arriving request.
  mutating func receive(_ request: SIPRequest, answerTo destination: Destination, at now: Instant) -> Arrival {
    guard let id = ServerTransactionID(request) else { return .unidentifiable }
    if let server = servers[id] {
      // Who asks again asks from where the answer can reach it, be it behind a new NAT binding or another transport.
      servers[id]?.destination = destination
      switch server.machine {
      case .invite(var machine):
        if request.method == .ack {
          guard machine.awaitsAcknowledgement else { return .acknowledgement }
          let actions = machine.receiveAcknowledgement(at: now)
          servers[id]?.machine = .invite(machine)
          apply(actions, id)
          schedule(id)
          return .absorbed
        }
        apply(machine.receiveRetransmission(), id)
      case .nonInvite(let machine):
        apply(machine.receiveRetransmission(), id)
      }
      retransmissionsReceived += 1
      return .absorbed
    }
    if request.method == .ack { return .acknowledgement }
    guard count < capacity else { return .overloaded }
    let isReliable = destination.transport.isReliable
    let machine: ServerMachine =
      request.method == .invite
      ? .invite(InviteServerTransaction(isReliable: isReliable, timers: timers))
      : .nonInvite(NonInviteServerTransaction(isReliable: isReliable, timers: timers, at: now))
    let mergeID = request.method == .cancel ? nil : MergeID(request)
    let isMerged = mergeID.map { merges[$0] != nil } ?? false
    servers[id] = Server(machine: machine, destination: destination, mergeID: isMerged ? nil : mergeID)
    if let mergeID, !isMerged { merges[mergeID] = id }
    schedule(id)
    return isMerged ? .merged(id) : .new(id)
  }

  /// The INVITE transaction that `cancel` is about, if there is one.
  func invite(cancelledBy cancel: SIPRequest) -> ServerTransactionID? {
    guard let id = ServerTransactionID(invitedBefore: cancel), servers[id] != nil else { return nil }
    return id
  }

  /// Whether an INVITE still waits for its final response.
  func isProceeding(_ id: ServerTransactionID) -> Bool {
    if case .invite(let machine) = servers[id]?.machine { machine.isProceeding } else { false }
  }

  /// Sends a response in its transaction; when that is gone, nothing.
  mutating func respond(_ response: SIPResponse, in id: ServerTransactionID, at now: Instant) {
    let bytes = response.serialized()
    switch servers[id]?.machine {
    case .invite(var machine):
      let actions = machine.respond(status: response.status, bytes: bytes, at: now)
      servers[id]?.machine = .invite(machine)
      apply(actions, id)
    case .nonInvite(var machine):
      let actions = machine.respond(status: response.status, bytes: bytes, at: now)
      servers[id]?.machine = .nonInvite(machine)
      apply(actions, id)
    case nil: return
    }
    schedule(id)
  }

  // MARK: Time

  /// Does what is due.
  mutating func advance(to now: Instant) {
    while let key = deadlines.popDue(at: now) {
      switch key {
      case .client(let id):
        switch clients[id]?.machine {
        case .invite(var machine):
          let actions = machine.advance(to: now)
          clients[id]?.machine = .invite(machine)
          countSends(actions)
          apply(actions, id)
        case .nonInvite(var machine):
          let actions = machine.advance(to: now)
          clients[id]?.machine = .nonInvite(machine)
          countSends(actions)
          apply(actions, id)
        case nil: break
        }
        schedule(id)
      case .server(let id):
        switch servers[id]?.machine {
        case .invite(var machine):
          let actions = machine.advance(to: now)
          servers[id]?.machine = .invite(machine)
          if actions.contains(where: { if case .send = $0 { true } else { false } }) { retransmissionsSent += 1 }
          apply(actions, id)
        case .nonInvite(var machine):
          let actions = machine.advance(to: now)
          servers[id]?.machine = .nonInvite(machine)
          apply(actions, id)
        case nil: break
        }
        schedule(id)
      }
    }
  }

  private mutating func countSends(_ actions: [InviteClientTransaction.Action]) {
    for case .send in actions { retransmissionsSent += 1 }
  }

  private mutating func countSends(_ actions: [NonInviteClientTransaction.Action]) {
    for case .send in actions { retransmissionsSent += 1 }
  }

  private mutating func schedule(_ id: ClientTransactionID) {
    switch clients[id]?.machine {
    case .invite(let machine): deadlines.set(.client(id), to: machine.nextDeadline)
    case .nonInvite(let machine): deadlines.set(.client(id), to: machine.nextDeadline)
    case nil: deadlines.set(.client(id), to: nil)
    }
  }

  private mutating func schedule(_ id: ServerTransactionID) {
    switch servers[id]?.machine {
    case .invite(let machine): deadlines.set(.server(id), to: machine.nextDeadline)
    case .nonInvite(let machine): deadlines.set(.server(id), to: machine.nextDeadline)
    case nil: deadlines.set(.server(id), to: nil)
    }
  }

  // MARK: Actions

  private mutating func apply(_ actions: [InviteClientTransaction.Action], _ id: ClientTransactionID) {
    for action in actions {
      switch action {
      case .send(let bytes): send(bytes, id)
      case .deliver(let response): effects.append(.deliver(response, id))
      case .timedOut: effects.append(.failed(.timedOut, id))
      case .failed: effects.append(.failed(.notSent, id))
      case .terminated: endClient(id)
      }
    }
  }

  private mutating func apply(_ actions: [NonInviteClientTransaction.Action], _ id: ClientTransactionID) {
    for action in actions {
      switch action {
      case .send(let bytes): send(bytes, id)
      case .deliver(let response): effects.append(.deliver(response, id))
      case .timedOut: effects.append(.failed(.timedOut, id))
      case .failed: effects.append(.failed(.notSent, id))
      case .terminated: endClient(id)
      }
    }
  }

  private mutating func apply(_ actions: [InviteServerTransaction.Action], _ id: ServerTransactionID) {
    for action in actions {
      switch action {
      case .send(let bytes): send(bytes, id)
      case .timedOut: effects.append(.serverTimedOut(id))
      case .terminated: endServer(id)
      }
    }
  }

  private mutating func apply(_ actions: [NonInviteServerTransaction.Action], _ id: ServerTransactionID) {
    for action in actions {
      switch action {
      case .send(let bytes): send(bytes, id)
      case .terminated: endServer(id)
      }
    }
  }

  private mutating func send(_ bytes: [UInt8], _ id: ClientTransactionID) {
    guard let destination = clients[id]?.destination else { return }
    effects.append(.send(bytes, destination, id))
  }

  private mutating func send(_ bytes: [UInt8], _ id: ServerTransactionID) {
    guard let destination = servers[id]?.destination else { return }
    effects.append(.send(bytes, destination, nil))
  }

  private mutating func endClient(_ id: ClientTransactionID) {
    clients[id] = nil
    effects.append(.clientTerminated(id))
  }

  private mutating func endServer(_ id: ServerTransactionID) {
    if let mergeID = servers.removeValue(forKey: id)?.mergeID { merges[mergeID] = nil }
    effects.append(.serverTerminated(id))
  }
}
