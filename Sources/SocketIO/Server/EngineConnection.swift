import Coordination
import NIOCore

/// An answer to a polling GET.
enum PollAnswer: Sendable {
  case packets(ByteBuffer)
  case refused
}

/// One client of an Engine.IO server: its session, and the requests and WebSockets that carry it. May be used from any
/// thread.
package final class EngineConnection: Sendable {
  /// Unique in this process.
  package let number: Int
  /// The session's id, as the client knows it.
  package let id: String
  /// What it began with.
  package let request: EngineRequest

  private struct State {
    var session: EngineSession
    var gets: [EngineSession.RequestID: CheckedContinuation<PollAnswer, Never>] = [:]
    var webSockets: [EngineSession.WebSocketID: WebSocketTransport] = [:]
    var nextID = 1
    /// When the server will come to `tick` at the latest.
    var armed: Instant?

    mutating func makeID() -> Int {
      nextID += 1
      return nextID
    }
  }

  /// What is left to do once the lock is free.
  private struct Aftermath {
    var messages: [EngineMessage] = []
    var closed: EngineCloseReason?
    var isAccepted = false
    var wakes: [WebSocketTransport] = []
    var arm: Instant?
  }

  private let server: EngineServer
  private let state: Locked<State>

  /// A connection that begins with polling.
  init(number: Int, id: String, request: EngineRequest, server: EngineServer, at now: Instant) {
    self.number = number
    self.id = id
    self.request = request
    self.server = server
    state = Locked(State(session: EngineSession(pollingAt: now, settings: server.configuration.settings)))
  }

  /// A connection that begins with a WebSocket.
  init(
    number: Int, id: String, request: EngineRequest, server: EngineServer, webSocket: WebSocketTransport,
    at now: Instant
  ) {
    self.number = number
    self.id = id
    self.request = request
    self.server = server
    let open = server.configuration.open(id: id, upgrades: [])
    var state = State(
      session: EngineSession(webSocket: 1, open: open, at: now, settings: server.configuration.settings))
    state.webSockets[1] = webSocket
    self.state = Locked(state)
  }

  /// Arms the first deadline.
  func start() { run { _ in [] } }

  /// Sends packets, which stay together. Those that are `volatile` are dropped unless they can go out at once. What has to
  /// be done once the caller's own locks are free goes to `effects`.
  package func send(
    _ packets: [EncodedPacket], volatile: Bool = false, isReplay: Bool = false, effects: inout EngineEffects
  ) {
    let after = state.withLock { state -> Aftermath in
      guard !volatile || state.session.isWritable else { return Aftermath() }
      return Self.perform(state.session.send(packets, isReplay: isReplay), &state)
    }
    for wake in after.wakes { effects.add(wake) }
    if let reason = after.closed { effects.add(self, reason) }
  }

  /// Sends a message.
  package func send(_ message: EngineMessage) {
    var effects = EngineEffects()
    send([.message(message)], effects: &effects)
    effects.run()
  }

  /// Closes it; what is queued goes out first if there is a way.
  package func close(_ reason: EngineCloseReason = .forcedClose) {
    run { $0.session.close(reason) }
  }

  var isClosed: Bool { state.withLock { $0.session.isClosed } }
  var isPolling: Bool { state.withLock { $0.session.isPolling } }

  /// The application is told that it is over, and nobody finds it any more.
  func didClose(_ reason: EngineCloseReason) {
    server.remove(self)
    server.application.closed(self, reason)
  }

  /// Runs `body` after a while, whether or not the connection is still there.
  func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) { server.schedule(after: delay, body) }

  func tick(at now: Instant) {
    run {
      $0.armed = nil
      return $0.session.tick(at: now)
    }
  }

  @discardableResult
  private func run(_ body: (inout State) -> [EngineSession.Action]) -> Bool {
    let after = state.withLock { state -> Aftermath in
      let actions = body(&state)
      var after = Self.perform(actions, &state)
      if let next = state.session.nextDeadline, state.armed.map({ next < $0 }) ?? true {
        state.armed = next
        after.arm = next
      }
      return after
    }
    if let arm = after.arm { server.arm(self, at: arm) }
    for wake in after.wakes { wake.wake() }
    for message in after.messages { server.application.received(message, self) }
    if let reason = after.closed { didClose(reason) }
    return after.isAccepted
  }

  /// Resuming a continuation only queues its task, so that it may happen under the lock, which keeps the order.
  private static func perform(_ actions: [EngineSession.Action], _ state: inout State) -> Aftermath {
    var after = Aftermath()
    for action in actions {
      switch action {
      case .answerGet(let id, let packets):
        state.gets.removeValue(forKey: id)?.resume(returning: .packets(EncodedPacket.body(of: packets)))
      case .refuseGet(let id):
        state.gets.removeValue(forKey: id)?.resume(returning: .refused)
      case .answerPost(_, let isAccepted):
        after.isAccepted = isAccepted
      case .reply(let id, let packet):
        state.webSockets[id]?.reply(packet)
      case .wake(let id):
        if let webSocket = state.webSockets[id] { after.wakes.append(webSocket) }
      case .closeWebSocket(let id):
        state.webSockets.removeValue(forKey: id)?.close()
      case .message(let message):
        after.messages.append(message)
      case .closed(let reason):
        after.closed = reason
      }
    }
    return after
  }
}

// MARK: Requests

extension EngineConnection {
  /// Waits until there is something for the client. `peer` tells if it goes away meanwhile.
  func get(peer: HTTPPeer?) async -> PollAnswer {
    let id = state.withLock { $0.makeID() }
    let watch = peer?.onClose { [weak self] in self?.run { $0.session.getCancelled(id) } }
    defer { if let watch { peer?.forget(watch) } }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        run {
          $0.gets[id] = continuation
          return $0.session.get(id)
        }
        if Task.isCancelled || peer?.isClosed == true { run { $0.session.getCancelled(id) } }
      }
    } onCancel: {
      run { $0.session.getCancelled(id) }
    }
  }

  /// The head of a POST has come; nil if the session does not take it.
  func postBegan() -> EngineSession.RequestID? {
    let id = state.withLock { $0.makeID() }
    run { $0.session.postBegan(id) }
    return isClosed || !isPolling ? nil : id
  }

  /// The body of a POST has come, or nil if it never will. Returns whether it was taken.
  func postEnded(_ id: EngineSession.RequestID, _ body: [UInt8]?) -> Bool {
    run { $0.session.postEnded(id, body, at: .now) }
  }
}

// MARK: WebSockets

extension EngineConnection {
  /// A WebSocket with this session's id is open. Returns how the session knows it.
  func webSocketOpened(_ webSocket: WebSocketTransport) -> EngineSession.WebSocketID {
    var id = 0
    run {
      id = $0.makeID()
      $0.webSockets[id] = webSocket
      return $0.session.webSocketOpened(id, at: .now)
    }
    return id
  }

  func webSocketReceived(_ id: EngineSession.WebSocketID, _ message: EngineMessage) {
    run { $0.session.webSocketReceived(id, message, at: .now) }
  }

  func webSocketClosed(_ id: EngineSession.WebSocketID, _ reason: EngineCloseReason) {
    run {
      $0.webSockets[id] = nil
      return $0.session.webSocketClosed(id, reason)
    }
  }

  /// What goes out on its WebSocket now.
  func takePackets(limit: Int) -> [EncodedPacket] {
    state.withLock { $0.session.takePackets(limit: limit) }
  }
}

/// What sending leaves to do once the sender's locks are free: waking WebSockets, grouped by their event loops, and telling
/// the application of clients that were too slow.
package struct EngineEffects {
  private var wakes: [(loop: any EventLoop, webSockets: [WebSocketTransport])] = []
  private var closed: [(EngineConnection, EngineCloseReason)] = []

  package init() {}

  mutating func add(_ webSocket: WebSocketTransport) {
    for index in wakes.indices where wakes[index].loop === webSocket.eventLoop {
      wakes[index].webSockets.append(webSocket)
      return
    }
    wakes.append((webSocket.eventLoop, [webSocket]))
  }

  mutating func add(_ connection: EngineConnection, _ reason: EngineCloseReason) {
    closed.append((connection, reason))
  }

  /// Does it. No lock may be held.
  package func run() {
    for (loop, webSockets) in wakes {
      loop.execute { for webSocket in webSockets { webSocket.drain() } }
    }
    for (connection, reason) in closed { connection.didClose(reason) }
  }
}
