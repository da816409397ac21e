import Coordination
import NIOCore
import NIOPosix

/// Why a socket is no longer in its namespace.
package enum DisconnectReason: Sendable, Equatable, CustomStringConvertible {
  /// Its connection ended.
  case connection(EngineCloseReason)
  /// The client left the namespace.
  case clientLeft
  /// We put it out.
  case serverLeft
  /// Its client came back on another connection before this one was known to be dead.
  case superseded

  package var description: String {
    switch self {
    case .connection(let reason): reason.rawValue
    case .clientLeft: "client namespace disconnect"
    case .serverLeft: "server namespace disconnect"
    case .superseded: EngineCloseReason.transportClose.rawValue
    }
  }
}

/// Why there is no ack.
package enum AckError: Error, Equatable {
  case timedOut
  case disconnected
  case cancelled
  /// Too many acks are waited for already.
  case tooMany
}

/// Acknowledges an event, once: what is said after the first time is dropped.
package struct AckResponder: Sendable {
  let answer: @Sendable ([EventValue]) -> Void
  private let isDone = Locked(false)

  init(_ answer: @escaping @Sendable ([EventValue]) -> Void) { self.answer = answer }

  /// Acknowledges with these arguments.
  package func callAsFunction(_ arguments: EventValue...) { send(arguments) }

  /// Acknowledges with these arguments.
  package func send(_ arguments: [EventValue]) {
    let isFirst = isDone.withLock { isDone in
      defer { isDone = true }
      return !isDone
    }
    if isFirst { answer(arguments) }
  }
}

/// A client in a namespace. May be used from any thread; its handlers run one after the other.
package final class Socket: Sendable {
  /// Handles an event: the arguments, and how to acknowledge it if the client wants that.
  package typealias EventHandler = @Sendable ([EventValue], AckResponder?) async -> Void

  /// Keeps across a recovery.
  package let id: String
  /// What it came in with.
  package let handshake: Handshake
  /// What the authorisation made of it.
  package let context: any Sendable
  /// Whether it is one that came back, with its rooms, and was given what it missed.
  package let isRecovered: Bool
  package let namespace: Namespace

  struct Incoming: Sendable {
    var name: String
    var arguments: [EventValue]
    var ack: Int?
    var byteCount: Int
  }

  let pid: String
  let key: Int
  /// The position of the recovery log when it first came in.
  let since: UInt64
  let connection: EngineConnection
  let incoming: AsyncStream<Incoming>.Continuation
  private let core: SocketIOCore
  private let events: AsyncStream<Incoming>
  private let handlers = Locked<[String: EventHandler]>([:])
  private let reason = Locked<DisconnectReason?>(nil)

  init(
    id: String, pid: String, key: Int, since: UInt64, handshake: Handshake, context: any Sendable, isRecovered: Bool,
    namespace: Namespace, connection: EngineConnection, core: SocketIOCore
  ) {
    self.id = id
    self.pid = pid
    self.key = key
    self.since = since
    self.handshake = handshake
    self.context = context
    self.isRecovered = isRecovered
    self.namespace = namespace
    self.connection = connection
    self.core = core
    // The core counts what waits, and closes the connection of who sends more.
    (events, incoming) = AsyncStream.makeStream(
      of: Incoming.self, bufferingPolicy: .bufferingOldest(core.configuration.maxPendingEvents))
  }

  /// Whether it is in its namespace.
  package var isConnected: Bool { reason.withLock { $0 == nil } }

  /// The rooms that it is in, its own among them.
  package var rooms: Set<String> { core.rooms(of: self) }

  /// Handles an event, in place of the namespace's handler.
  package func on(_ event: String, _ body: @escaping EventHandler) { handlers.withLock { $0[event] = body } }

  /// Sends an event. One that is `volatile` is dropped if it can't go out at once, and never comes later.
  package func emit(_ event: String, _ arguments: EventValue..., volatile: Bool = false) {
    emit(event, arguments: arguments, volatile: volatile)
  }

  /// Sends an event.
  package func emit(_ event: String, arguments: [EventValue], volatile: Bool = false) {
    namespace.emit(event, arguments, to: [id], volatile: volatile)
  }

  /// Sends an event and waits for the client to acknowledge it.
  package func emitWithAck(
    _ event: String, _ arguments: [EventValue] = [], timeout: Duration
  ) async throws(AckError) -> [EventValue] {
    let id = Locked<Int?>(nil)
    let isCancelled = Locked(false)
    let fail = { @Sendable (error: AckError) in
      if let id = id.withLock({ $0 }) { self.core.settle(self, ack: id, .failure(error)) }
    }
    let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(
      in: .milliseconds(timeout.wholeMilliseconds)
    ) { fail(.timedOut) }
    defer { timer.cancel() }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: SocketIOCore.AckWaiter) in
        guard let number = core.emitWithAck(self, event, arguments, continuation) else { return }
        id.withLock { $0 = number }
        if isCancelled.withLock({ $0 }) { fail(.cancelled) }
      }
    } onCancel: {
      isCancelled.withLock { $0 = true }
      fail(.cancelled)
    }
    return try result.get()
  }

  /// Goes into a room.
  package func join(_ room: String) { core.join(self, room) }

  /// Leaves a room.
  package func leave(_ room: String) { core.leave(self, room) }

  /// Puts it out of the namespace; with `close`, its connection ends, too. It can't recover.
  package func disconnect(close: Bool = false) {
    core.remove(self)
    if close { connection.close(.forcedClose) }
  }

  /// No more events come.
  func end(_ reason: DisconnectReason) {
    self.reason.withLock { $0 = $0 ?? reason }
    incoming.finish()
  }

  /// Runs its handlers until it is gone.
  func start() {
    Task {
      await namespace.hooks.connected?(self)
      for await event in events {
        let ack = event.ack.map { id in AckResponder { [core] in core.acknowledge(self, id, $0) } }
        if let own = handlers.withLock({ $0[event.name] }) {
          await own(event.arguments, ack)
        } else if let common = namespace.hooks.events[event.name] {
          await common(self, event.arguments, ack)
        }
        core.handled(self, event)
      }
      await namespace.hooks.disconnected?(self, reason.withLock { $0 } ?? .connection(.transportClose))
    }
  }
}
