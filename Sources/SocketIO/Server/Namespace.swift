import Coordination

/// A namespace: who may come in, what happens to its sockets, and events to many of them.
package final class Namespace: Sendable {
  /// Lets a client in, with what `Socket.context` shall be, or throws `ConnectRefusal`. Asked on recovery as well.
  package typealias Authorisation = @Sendable (Handshake) async throws -> any Sendable
  /// Handles an event: the socket, the arguments, and how to acknowledge it if the client wants that.
  package typealias EventHandler = @Sendable (Socket, [EventValue], AckResponder?) async -> Void

  /// With the slash at its beginning.
  package let name: String

  struct Hooks {
    var authorise: Authorisation?
    var connected: (@Sendable (Socket) async -> Void)?
    var disconnected: (@Sendable (Socket, DisconnectReason) async -> Void)?
    var events: [String: EventHandler] = [:]
  }

  private let core: SocketIOCore
  private let hookState = Locked(Hooks())

  init(_ name: String, core: SocketIOCore) {
    self.name = name
    self.core = core
  }

  var hooks: Hooks { hookState.withLock { $0 } }

  /// Who may come in; without, everyone.
  package func authorise(_ body: @escaping Authorisation) { hookState.withLock { $0.authorise = body } }

  /// Runs for each socket before its first event is handled.
  package func onConnection(_ body: @escaping @Sendable (Socket) async -> Void) {
    hookState.withLock { $0.connected = body }
  }

  /// Runs for each socket after its last event was handled.
  package func onDisconnection(_ body: @escaping @Sendable (Socket, DisconnectReason) async -> Void) {
    hookState.withLock { $0.disconnected = body }
  }

  /// Handles an event of all sockets that have no handler of their own for it.
  package func on(_ event: String, _ body: @escaping EventHandler) { hookState.withLock { $0.events[event] = body } }

  /// Sends an event to all sockets in any of `rooms` (all of the namespace, if none is named) that are in none of `except`.
  /// The id of a socket is a room of its own. One that is `volatile` is dropped for whoever can't take it at once.
  package func emit(
    _ event: String, _ arguments: [EventValue] = [], to rooms: [String] = [], except: [String] = [],
    volatile: Bool = false
  ) {
    core.emit(event, arguments, namespace: name, rooms: rooms, except: except, volatile: volatile)
  }

  /// The sockets in `room`, or all.
  package func sockets(in room: String? = nil) -> [Socket] { core.sockets(namespace: name, room: room) }

  /// The socket with this id.
  package func socket(_ id: String) -> Socket? { sockets(in: id).first }

  /// Puts out all sockets that `matches`; with `close`, their connections end, too. They can't recover.
  package func disconnectSockets(close: Bool = false, where matches: (Socket) -> Bool) {
    for socket in sockets() where matches(socket) { socket.disconnect(close: close) }
  }
}
