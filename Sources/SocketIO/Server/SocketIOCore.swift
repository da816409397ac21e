import Coordination
import Logging

/// What all of a Socket.IO server shares: clients, namespaces, sockets and rooms, behind one lock.
///
/// The lock is what makes an event and a client's coming back exclude each other, so that the client gets it exactly once:
/// from the log or live. Sending under it only queues bytes that all receivers share; sockets are written to afterwards.
final class SocketIOCore: EngineApplication {
  typealias AckWaiter = CheckedContinuation<Result<[EventValue], AckError>, Never>

  private struct Client {
    var connection: EngineConnection
    var machine: Locked<SocketConnection>
    var sockets: [String: Socket] = [:]
  }

  private struct Member {
    var socket: Socket
    var acks = AckTable<AckWaiter>()
    var pendingEvents = 0
    var pendingBytes = 0
  }

  private struct NamespaceState {
    var namespace: Namespace
    var members: [Int: Member] = [:]
    var rooms = RoomIndex()
    var log: RecoveryLog?
    /// Connected sockets by the secret that they recover with.
    var pids: [String: Int] = [:]
  }

  private struct State {
    var clients: [Int: Client] = [:]
    var namespaces: [String: NamespaceState] = [:]
    var nextKey = 0
  }

  let configuration: SocketIOConfiguration
  private let logger: Logger
  private let state = Locked(State())

  init(configuration: SocketIOConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  func namespace(_ name: String) -> Namespace {
    state.withLock { state in
      if let existing = state.namespaces[name] { return existing.namespace }
      let namespace = Namespace(name, core: self)
      let log = configuration.recovery.map {
        RecoveryLog(
          duration: $0, maximumBytes: configuration.maxRecoveryBytes, maximumLost: configuration.engine.maxConnections)
      }
      state.namespaces[name] = NamespaceState(namespace: namespace, log: log)
      return namespace
    }
  }
}

// MARK: What comes from clients

extension SocketIOCore {
  func opened(_ connection: EngineConnection) {
    let machine = SocketConnection(
      at: .now, connectTimeout: configuration.connectTimeout, maximumNamespaces: configuration.maxNamespaces)
    let client = Client(connection: connection, machine: Locked(machine))
    state.withLock { $0.clients[connection.number] = client }
    connection.schedule(after: configuration.connectTimeout) { [weak self, weak connection] in
      guard let self, let connection, let client = self.client(connection) else { return }
      if case .close(let reason) = client.machine.withLock({ $0.tick(at: .now) }) { connection.close(reason) }
    }
  }

  private func client(_ connection: EngineConnection) -> Client? {
    state.withLock { $0.clients[connection.number] }
  }

  func received(_ message: EngineMessage, _ connection: EngineConnection) {
    guard let client = client(connection) else { return }
    switch client.machine.withLock({ $0.receive(message) }) {
    case .connect(let name, let auth):
      connect(client, name, auth)
    case .event(let name, let event, let arguments, let id):
      let size = if case .text(let bytes) = message { bytes.count } else { configuration.engine.maxPayload / 10 }
      deliver(
        Socket.Incoming(name: event, arguments: arguments, ack: id, byteCount: size), to: name, of: connection)
    case .ack(let name, let id, let arguments):
      if let socket = client.sockets[name] { settle(socket, ack: id, .success(arguments)) }
    case .disconnect(let name):
      if let socket = client.sockets[name] { end(socket, .clientLeft) }
    case .close(let reason):
      connection.close(reason)
    case nil:
      break
    }
  }

  func closed(_ connection: EngineConnection, _ reason: EngineCloseReason) {
    guard let client = state.withLock({ $0.clients.removeValue(forKey: connection.number) }) else { return }
    for socket in client.sockets.values { end(socket, .connection(reason)) }
  }

  private func deliver(_ event: Socket.Incoming, to namespace: String, of connection: EngineConnection) {
    let isTooMuch = state.withLock { state -> Bool in
      guard let socket = state.clients[connection.number]?.sockets[namespace],
        var member = state.namespaces[namespace]?.members[socket.key]
      else { return false }
      member.pendingEvents += 1
      member.pendingBytes += event.byteCount
      guard member.pendingEvents <= configuration.maxPendingEvents, member.pendingBytes <= configuration.maxPendingBytes
      else { return true }
      state.namespaces[namespace]?.members[socket.key] = member
      socket.incoming.yield(event)
      return false
    }
    if isTooMuch { connection.close(.parseError) }
  }

  func handled(_ socket: Socket, _ event: Socket.Incoming) {
    state.withLock { state in
      state.namespaces[socket.namespace.name]?.members[socket.key]?.pendingEvents -= 1
      state.namespaces[socket.namespace.name]?.members[socket.key]?.pendingBytes -= event.byteCount
    }
  }
}

// MARK: Coming in

extension SocketIOCore {
  private func connect(_ client: Client, _ name: String, _ auth: EventValue) {
    guard let namespace = state.withLock({ $0.namespaces[name]?.namespace }) else {
      refuse(client, name, ConnectRefusal("Invalid namespace"))
      return
    }
    let handshake = Handshake(namespace: name, request: client.connection.request, auth: auth)
    guard let authorise = namespace.hooks.authorise else {
      admit(client, namespace, handshake, context: ())
      return
    }
    // Whoever comes first decides: the hook, or the time it has.
    let isDecided = Locked(false)
    let decide = { @Sendable () -> Bool in
      isDecided.withLock { isDecided in
        defer { isDecided = true }
        return !isDecided
      }
    }
    let task = Task {
      do {
        let context = try await authorise(handshake)
        if decide() { admit(client, namespace, handshake, context: context) }
      } catch let refusal as ConnectRefusal {
        if decide() { refuse(client, name, refusal) }
      } catch {
        guard decide() else { return }
        logger.warning("authorisation failed", metadata: ["namespace": "\(name)", "error": "\(error)"])
        refuse(client, name, ConnectRefusal("Internal error"))
      }
    }
    let connection = client.connection
    connection.schedule(after: configuration.connectTimeout) { [weak self, weak connection] in
      guard decide() else { return }
      task.cancel()
      guard let self, let connection, let client = self.client(connection) else { return }
      refuse(client, name, ConnectRefusal("Timed out"))
    }
  }

  private func refuse(_ client: Client, _ name: String, _ refusal: ConnectRefusal) {
    var effects = EngineEffects()
    state.withLock { state in
      guard state.clients[client.connection.number] != nil else { return }
      client.machine.withLock { $0.refused(from: name) }
      var data: [String: EventValue] = ["message": .string(refusal.message)]
      data["data"] = refusal.data
      client.connection.send(
        SocketPacket(kind: .connectError, namespace: name, data: .object(data)).encoded(), effects: &effects)
    }
    effects.run()
  }

  private func admit(_ client: Client, _ namespace: Namespace, _ handshake: Handshake, context: any Sendable) {
    let name = namespace.name
    let number = client.connection.number
    var effects = EngineEffects()
    if let old = superseded(by: handshake) {
      end(old, .superseded)
      if old.connection !== client.connection { old.connection.close(.transportClose) }
    }
    let socket = state.withLock { state -> Socket? in
      guard state.clients[number] != nil, var space = state.namespaces[name],
        client.machine.withLock({ $0.isWaiting(for: name) })
      else { return nil }
      state.namespaces[name] = nil
      defer { state.namespaces[name] = space }
      client.machine.withLock { $0.admitted(to: name) }
      let restored = Self.pid(handshake).flatMap {
        space.log?.restore(pid: $0, offset: handshake.auth["offset"]?.string, at: .now)
      }
      state.nextKey += 1
      let socket = Socket(
        id: restored?.socket.sid ?? RandomID.make(),
        pid: restored.flatMap { _ in Self.pid(handshake) } ?? RandomID.make(), key: state.nextKey,
        since: restored?.socket.since ?? space.log?.latest ?? 0, handshake: handshake, context: context,
        isRecovered: restored != nil, namespace: namespace, connection: client.connection, core: self)
      var data: [String: EventValue] = ["sid": .string(socket.id)]
      if space.log != nil { data["pid"] = .string(socket.pid) }
      let hello = SocketPacket(kind: .connect, namespace: name, data: .object(data)).encoded()
      client.connection.send(hello + (restored?.missed ?? []), isReplay: true, effects: &effects)
      space.members[socket.key] = Member(socket: socket)
      space.pids[socket.pid] = socket.key
      space.rooms.join(socket.key, socket.id)
      for room in restored?.socket.rooms ?? [] { space.rooms.join(socket.key, room) }
      state.clients[number]?.sockets[name] = socket
      return socket
    }
    socket?.start()
    effects.run()
  }

  private static func pid(_ handshake: Handshake) -> String? { handshake.auth["pid"]?.string }

  /// The socket that this client still has from before, on a connection which it has left and we take for alive.
  private func superseded(by handshake: Handshake) -> Socket? {
    guard let pid = Self.pid(handshake) else { return nil }
    return state.withLock { state in
      let space = state.namespaces[handshake.namespace]
      return space?.pids[pid].flatMap { space?.members[$0]?.socket }
    }
  }
}

// MARK: Leaving

extension SocketIOCore {
  /// Puts a socket out, and tells its client.
  func remove(_ socket: Socket) {
    var effects = EngineEffects()
    state.withLock { state in
      guard state.namespaces[socket.namespace.name]?.members[socket.key] != nil else { return }
      state.clients[socket.connection.number]?.machine.withLock { $0.removed(from: socket.namespace.name) }
      socket.connection.send(
        SocketPacket(kind: .disconnect, namespace: socket.namespace.name).encoded(), effects: &effects)
    }
    end(socket, .serverLeft)
    effects.run()
  }

  private func end(_ socket: Socket, _ reason: DisconnectReason) {
    let name = socket.namespace.name
    let waiters = state.withLock { state -> [AckWaiter] in
      guard var member = state.namespaces[name]?.members.removeValue(forKey: socket.key) else { return [] }
      let rooms = state.namespaces[name]?.rooms.remove(socket.key) ?? []
      state.namespaces[name]?.pids[socket.pid] = nil
      if state.clients[socket.connection.number]?.sockets[name] === socket {
        state.clients[socket.connection.number]?.sockets[name] = nil
      }
      let isRecoverable =
        switch reason {
        case .connection(let reason): reason.isRecoverable
        case .superseded: true
        case .clientLeft, .serverLeft: false
        }
      if isRecoverable {
        state.namespaces[name]?.log?.save(
          RecoveryLog.Lost(sid: socket.id, rooms: rooms, since: socket.since), pid: socket.pid, at: .now)
      }
      return member.acks.takeAll()
    }
    for waiter in waiters { waiter.resume(returning: .failure(.disconnected)) }
    socket.end(reason)
  }
}

// MARK: What goes to clients

extension SocketIOCore {
  func emit(
    _ event: String, _ arguments: [EventValue], namespace: String, rooms: [String], except: [String], volatile: Bool
  ) {
    let encoded = EncodedEvent(event, arguments, namespace: namespace)
    var effects = EngineEffects()
    state.withLock { state in
      guard state.namespaces[namespace] != nil else { return }
      var offset: String?
      if encoded.isRecoverable, !volatile { offset = state.namespaces[namespace]?.log?.nextOffset }
      let packets = [encoded.packet(offset: offset)] + encoded.attachments
      if offset != nil {
        state.namespaces[namespace]?.log?.append(packets[0], rooms: rooms, except: except, at: .now)
      }
      guard let space = state.namespaces[namespace] else { return }
      space.rooms.forEach(in: rooms, except: except) { key in
        space.members[key]?.socket.connection.send(packets, volatile: volatile, effects: &effects)
      }
    }
    effects.run()
  }

  /// Sends an event that wants an ack and returns its id; nil if the waiter has its answer already.
  func emitWithAck(_ socket: Socket, _ event: String, _ arguments: [EventValue], _ waiter: AckWaiter) -> Int? {
    var effects = EngineEffects()
    let name = socket.namespace.name
    let result = state.withLock { state -> Result<Int, AckError> in
      guard state.namespaces[name]?.members[socket.key] != nil else { return .failure(.disconnected) }
      guard let id = state.namespaces[name]?.members[socket.key]?.acks.add(waiter) else { return .failure(.tooMany) }
      let encoded = EncodedEvent(event, arguments, namespace: name, id: id)
      socket.connection.send([encoded.packet()] + encoded.attachments, effects: &effects)
      return .success(id)
    }
    effects.run()
    switch result {
    case .success(let id): return id
    case .failure(let error):
      waiter.resume(returning: .failure(error))
      return nil
    }
  }

  func settle(_ socket: Socket, ack id: Int, _ result: Result<[EventValue], AckError>) {
    let waiter = state.withLock { $0.namespaces[socket.namespace.name]?.members[socket.key]?.acks.take(id) }
    waiter?.resume(returning: result)
  }

  func acknowledge(_ socket: Socket, _ id: Int, _ arguments: [EventValue]) {
    let packets = SocketPacket(
      kind: .ack, namespace: socket.namespace.name, id: id, data: .array(arguments)
    ).encoded()
    var effects = EngineEffects()
    state.withLock { state in
      guard state.namespaces[socket.namespace.name]?.members[socket.key] != nil else { return }
      socket.connection.send(packets, effects: &effects)
    }
    effects.run()
  }
}

// MARK: Rooms

extension SocketIOCore {
  func join(_ socket: Socket, _ room: String) {
    state.withLock { state in
      guard state.namespaces[socket.namespace.name]?.members[socket.key] != nil else { return }
      state.namespaces[socket.namespace.name]?.rooms.join(socket.key, room)
    }
  }

  func leave(_ socket: Socket, _ room: String) {
    state.withLock { state in state.namespaces[socket.namespace.name]?.rooms.leave(socket.key, room) }
  }

  func rooms(of socket: Socket) -> Set<String> {
    state.withLock { $0.namespaces[socket.namespace.name]?.rooms.rooms(of: socket.key) ?? [] }
  }

  func sockets(namespace: String, room: String?) -> [Socket] {
    state.withLock { state in
      guard let space = state.namespaces[namespace] else { return [] }
      guard let room else { return space.members.values.map(\.socket) }
      return space.rooms.members(of: room).compactMap { space.members[$0]?.socket }
    }
  }
}
