import Coordination
import NIOCore
import NIOHTTPTypes

/// The client at the other end of an HTTP connection: its address, and whether it is still there.
package final class HTTPPeer: Sendable {
  /// That of the request which the current task answers.
  @TaskLocal package static var current: HTTPPeer?

  /// Its address without the port.
  package let address: String?

  private struct State {
    var isClosed = false
    var nextWatch = 0
    var watches: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Locked(State())

  init(address: String?) {
    self.address = address
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Runs `body` when the client goes away, until it is forgotten.
  func onClose(_ body: @escaping @Sendable () -> Void) -> Int {
    state.withLock { state in
      state.nextWatch += 1
      state.watches[state.nextWatch] = body
      return state.nextWatch
    }
  }

  func forget(_ watch: Int) {
    state.withLock { state in state.watches[watch] = nil }
  }

  fileprivate func didClose() {
    let watches = state.withLock { state in
      state.isClosed = true
      defer { state.watches = [:] }
      return Array(state.watches.values)
    }
    for watch in watches { watch() }
  }

  /// Watches the channel of an HTTP connection, and ends the Engine.IO sessions when the server is to come to rest: a GET
  /// that waits would hold it up.
  final class Handler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let peer: HTTPPeer
    private let servers: [EngineServer]

    init(_ peer: HTTPPeer, servers: [EngineServer]) {
      self.peer = peer
      self.servers = servers
    }

    func channelInactive(context: ChannelHandlerContext) {
      peer.didClose()
      context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if let event = event as? ChannelEvent, event == .inputClosed { peer.didClose() }
      // Passed on first, so that a connection without a request closes at once.
      context.fireUserInboundEventTriggered(event)
      if event is ChannelShouldQuiesceEvent { for server in servers { server.shutdown() } }
    }
  }
}
