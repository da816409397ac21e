import Calls
import Coordination
package import Desk
import Events
import JSON
import Logging
import Reporting
import RTPEngine
import Settings
package import SocketIO
import Store
import Telephony

/// The console's live side: namespace `/console` of Socket.IO.
///
/// All events go to everyone who is signed in, but what is spoken at this moment: that goes to those who watch the
/// conversation. Whoever watches sees who else does, and who is writing.
package final class ConsoleSocket: Sendable {
  package let io: SocketIOServer
  private let namespace: Namespace
  private let services: APIServices
  private let access: AccessControl
  private let audit: AuditTrail
  private let logger: Logger
  private let watching = Locked(Viewers())
  private let listening = Locked<[String: Task<Void, Never>]>([:])

  private static let everyone = "everyone"
  /// Rooms of sessions, by which a revoked one is found.
  private static func room(session: String) -> String { "session:\(session)" }
  private static func room(conversation: String) -> String { "conversation:\(conversation)" }
  private static func room(call: String) -> String { "listen:\(call)" }
  /// Conversations that one page may watch.
  private static let mostWatched = 100

  init(services: APIServices, access: AccessControl, audit: AuditTrail, origins: [String], logger: Logger) {
    var configuration = SocketIOConfiguration()
    let allowed = Set(origins.map { $0.lowercased() })
    configuration.engine.allowsOrigin = { origin, host in
      EngineConfiguration.isSame(origin: origin, host: host) || allowed.contains(origin.lowercased())
    }
    io = SocketIOServer(configuration: configuration, logger: logger)
    namespace = io.namespace("/console")
    self.services = services
    self.access = access
    self.audit = audit
    self.logger = logger
    hook()
  }

  /// Hands events to the pages until the task is cancelled.
  package func run() async {
    await forwardEvents()
    for task in listening.withLock({ Array($0.values) }) { task.cancel() }
  }

  private func forwardEvents() async {
    while !Task.isCancelled {
      let subscription = services.events.hub.subscribe()
      for await event in subscription {
        let room =
          event.type == .transcriptPartial
          ? Self.room(conversation: event.conversation ?? "") : Self.everyone
        namespace.emit(event.type.rawValue, [EventValue(event.json)], to: [room], volatile: !event.type.isDurable)
      }
      // Cut off for being slow: pages that missed something ask for it.
      guard (try? await Task.sleep(for: .milliseconds(200))) != nil else { return }
    }
  }

  /// A session is over: its pages are told and let go.
  func signedOut(_ session: String) {
    namespace.emit("signed_out", [["reason": "revoked"]], to: [Self.room(session: session)])
    namespace.disconnectSockets { ($0.context as? Principal)?.session == session }
  }

  /// Someone came, went, or has more or less to do.
  package func presence(_ people: [PersonView]) {
    namespace.emit(
      "presence", [["people": .array(people.map { EventValue($0.json) })]], to: [Self.everyone])
  }

  // MARK: Pages

  private func hook() {
    namespace.authorise { [access] handshake in
      if let key = handshake.auth["key"]?.string {
        guard let principal = access.principal(key: key), principal.may(.readEvents) else {
          throw ConnectRefusal("Not authorized", data: ["code": "unauthorized"])
        }
        return principal
      }
      guard let secret = handshake.cookie(SignIns.cookie),
        let principal = try await access.signIns.principal(of: secret)
      else { throw ConnectRefusal("Not authorized", data: ["code": "unauthorized"]) }
      return principal
    }
    namespace.onConnection { [self] socket in
      guard let principal = socket.context as? Principal else { return socket.disconnect() }
      socket.join(Self.everyone)
      if let session = principal.session { socket.join(Self.room(session: session)) }
      if let person = principal.person { await services.desk.connected(person.username, connection: socket.id) }
      if socket.isRecovered { watchAgain(socket, principal) }
      let people = await services.desk.people.map { EventValue($0.json) }
      socket.emit("presence", ["people": .array(people)])
    }
    namespace.onDisconnection { [self] socket, _ in
      for conversation in watching.withLock({ $0.left(socket.id) }) { tellViewers(of: conversation) }
      for room in socket.rooms where room.hasPrefix("listen:") { stopListening(String(room.dropFirst(7)), socket) }
      if let person = (socket.context as? Principal)?.person {
        await services.desk.disconnected(person.username, connection: socket.id)
      }
    }
    namespace.on("watch") { [self] socket, arguments, answer in await watch(socket, arguments, answer) }
    namespace.on("unwatch") { [self] socket, arguments, answer in
      if let conversation = arguments.first?["conversation"]?.string {
        socket.leave(Self.room(conversation: conversation))
        if watching.withLock({ $0.unwatch(conversation, by: socket.id) }) { tellViewers(of: conversation) }
      }
      answer?([:])
    }
    namespace.on("typing") { [self] socket, arguments, answer in
      if let conversation = arguments.first?["conversation"]?.string,
        watching.withLock({ $0.typing(arguments.first?["on"]?.bool ?? false, in: conversation, by: socket.id) })
      {
        tellViewers(of: conversation)
      }
      answer?([:])
    }
    namespace.on("status") { [self] socket, arguments, answer in
      if let person = (socket.context as? Principal)?.person,
        let status = arguments.first?["status"]?.string.flatMap({ PersonStatus(rawValue: $0) }), status != .offline
      {
        await services.desk.set(status, for: person.username)
      }
      answer?([:])
    }
    namespace.on("listen") { [self] socket, arguments, answer in await listen(socket, arguments, answer) }
    namespace.on("unlisten") { [self] socket, arguments, answer in
      if let call = arguments.first?["call"]?.string { stopListening(call, socket) }
      answer?([:])
    }
  }

  private func watch(_ socket: Socket, _ arguments: [EventValue], _ answer: AckResponder?) async {
    guard let principal = socket.context as? Principal, principal.may(.readConversations),
      let conversation = arguments.first?["conversation"]?.string, conversation.utf8.count <= 100
    else {
      answer?(["error": ["code": "forbidden", "message": "this needs a conversation that may be read"]])
      return
    }
    guard looks(socket, principal, at: conversation) else {
      answer?([
        "error": [
          "code": "too_many",
          "message": .string("a page watches at most \(Self.mostWatched)"),
        ]
      ])
      return
    }
    socket.join(Self.room(conversation: conversation))
    answer?(["viewers": viewers(of: conversation)])
    tellViewers(of: conversation)
  }

  /// A page that came back is in its rooms again; that it looks was forgotten when it went.
  private func watchAgain(_ socket: Socket, _ principal: Principal) {
    let prefix = Self.room(conversation: "")
    for room in socket.rooms where room.hasPrefix(prefix) {
      let conversation = String(room.dropFirst(prefix.count))
      _ = looks(socket, principal, at: conversation)
      tellViewers(of: conversation)
    }
  }

  /// Notes that a page looks at a conversation; false if it looks at too many.
  private func looks(_ socket: Socket, _ principal: Principal, at conversation: String) -> Bool {
    let name = principal.person?.name ?? principal.name
    return watching.withLock {
      $0.watch(conversation, by: socket.id, username: principal.name, name: name, limit: Self.mostWatched)
    }
  }

  private func viewers(of conversation: String) -> EventValue {
    .array(
      watching.withLock { $0.people(in: conversation) }.map {
        ["username": .string($0.username), "name": .string($0.name), "typing": .bool($0.isTyping)]
      })
  }

  private func tellViewers(of conversation: String) {
    namespace.emit(
      "viewers", [["conversation": .string(conversation), "people": viewers(of: conversation)]],
      to: [Self.room(conversation: conversation)])
  }

  // MARK: Listening

  private func listen(_ socket: Socket, _ arguments: [EventValue], _ answer: AckResponder?) async {
    guard let principal = socket.context as? Principal, principal.may(.supervise) else {
      answer?(["error": ["code": "forbidden", "message": "only a supervisor listens"]])
      return
    }
    guard let call = arguments.first?["call"]?.string else {
      answer?(["error": ["code": "invalid_request", "message": "expected a call"]])
      return
    }
    let isNew = listening.withLock { $0[call] == nil }
    if isNew {
      do throws(CallControlError) {
        let tap = try services.calls.listen(call)
        start(call, tap)
      } catch {
        answer?(["error": ["code": "not_found", "message": .string("\(error)")]])
        return
      }
    }
    socket.join(Self.room(call: call))
    await audit.note(principal.name, "call.listened", call, from: socket.handshake.request.remoteAddress ?? "-")
    answer?([:])
  }

  /// One tap a call, however many listen.
  private func start(_ call: String, _ tap: AsyncStream<TapFrame>) {
    let room = Self.room(call: call)
    listening.withLock { listening in
      guard listening[call] == nil else { return }
      listening[call] = Task { [namespace, weak self] in
        var sequence: Int64 = 0
        for await frame in tap {
          let bytes = CallRecording.interleaved(frame).flatMap {
            [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
          }
          namespace.emit(
            "audio",
            [
              ["call": .string(call), "rate": .integer(Int64(frame.sampleRate)), "sequence": .integer(sequence)],
              .binary(bytes),
            ],
            to: [room],
            volatile: true)
          sequence += 1
          // Nobody listens any more.
          if sequence % 10 == 0, namespace.sockets(in: room).isEmpty { break }
        }
        self?.ended(call)
      }
    }
  }

  private func ended(_ call: String) { listening.withLock { $0[call] = nil } }

  private func stopListening(_ call: String, _ socket: Socket) {
    socket.leave(Self.room(call: call))
    guard namespace.sockets(in: Self.room(call: call)).isEmpty else { return }
    listening.withLock { $0.removeValue(forKey: call) }?.cancel()
  }
}
