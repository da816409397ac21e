import Coordination
package import Logging
import NIOCore
import NIOPosix

/// What runs on Engine.IO. Called without locks; for one connection in order.
package protocol EngineApplication: Sendable {
  /// A client has come.
  func opened(_ connection: EngineConnection)
  /// It said something.
  func received(_ message: EngineMessage, _ connection: EngineConnection)
  /// It is gone.
  func closed(_ connection: EngineConnection, _ reason: EngineCloseReason)
}

/// An Engine.IO 4 server without its sockets: sessions by their ids, their deadlines, and which requests are served.
package final class EngineServer: Sendable {
  package let configuration: EngineConfiguration
  package let application: any EngineApplication
  package let logger: Logger

  private struct State {
    var connections: [String: EngineConnection] = [:]
    var nextNumber = 0
    var isShutDown = false
  }

  private struct WeakConnection {
    weak var connection: EngineConnection?
  }

  private struct Timers {
    var deadlines = DeadlineQueue<WeakConnection>()
    /// When the event loop will look at the latest.
    var armed: Instant?
  }

  private let state = Locked(State())
  private let timers = Locked(Timers())
  private let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()

  package init(
    configuration: EngineConfiguration, application: any EngineApplication,
    logger: Logger = Logger(label: "engine.io")
  ) {
    self.configuration = configuration
    self.application = application
    self.logger = logger
  }

  /// How many clients there are.
  package var connectionCount: Int { state.withLock { $0.connections.count } }

  /// Closes all connections and takes no more.
  package func shutdown() {
    let connections = state.withLock { state in
      state.isShutDown = true
      return Array(state.connections.values)
    }
    for connection in connections { connection.close(.serverShutdown) }
  }

  func connection(_ id: String, at now: Instant = .now) -> EngineConnection? {
    guard let connection = state.withLock({ $0.connections[id] }) else { return nil }
    // What is due now is due for this request, too, whether or not the timer came yet.
    connection.tick(at: now)
    return connection.isClosed ? nil : connection
  }

  /// Begins a session, on `webSocket` if there is one.
  func open(_ request: EngineRequest, webSocket: WebSocketTransport? = nil) throws(EngineError) -> EngineConnection {
    let id = RandomID.make()
    let connection = state.withLock { state -> EngineConnection? in
      guard state.connections.count < configuration.maxConnections, !state.isShutDown else { return nil }
      state.nextNumber += 1
      let number = state.nextNumber
      let connection =
        if let webSocket {
          EngineConnection(
            number: number, id: id, request: request, server: self, webSocket: webSocket, at: .now)
        } else {
          EngineConnection(number: number, id: id, request: request, server: self, at: .now)
        }
      state.connections[id] = connection
      return connection
    }
    guard let connection else { throw .tooManyConnections }
    connection.start()
    application.opened(connection)
    return connection
  }

  func remove(_ connection: EngineConnection) {
    state.withLock { $0.connections[connection.id] = nil }
  }
}

// MARK: Deadlines

extension EngineServer {
  func arm(_ connection: EngineConnection, at deadline: Instant) {
    let isEarlier = timers.withLock { timers in
      timers.deadlines.insert(WeakConnection(connection: connection), at: deadline)
      guard timers.armed.map({ deadline < $0 }) ?? true else { return false }
      timers.armed = deadline
      return true
    }
    if isEarlier { schedule(at: deadline) }
  }

  private func schedule(at deadline: Instant) {
    schedule(after: max(.zero, Instant.now.duration(to: deadline))) { [weak self] in self?.expire() }
  }

  /// Runs `body` after a while, on an event loop.
  func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
    // A millisecond more, since what is asked a moment too early has to be asked again.
    eventLoop.scheduleTask(in: .milliseconds(delay.wholeMilliseconds + 1), body)
  }

  private func expire() {
    let now = Instant.now
    let due = timers.withLock { timers -> [EngineConnection] in
      timers.armed = nil
      var due: [EngineConnection] = []
      while let entry = timers.deadlines.popDue(at: now) {
        if let connection = entry.connection { due.append(connection) }
      }
      return due
    }
    for connection in due { connection.tick(at: now) }
    let next = timers.withLock { timers -> Instant? in
      guard let next = timers.deadlines.next, timers.armed.map({ next < $0 }) ?? true else { return nil }
      timers.armed = next
      return next
    }
    if let next { schedule(at: next) }
  }
}

/// Ids that nobody guesses.
enum RandomID {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// 20 characters of 6 bits each.
  static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<20).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
