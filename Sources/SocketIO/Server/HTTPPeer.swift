import Coordination

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

  /// The client is gone.
  func didClose() {
    let watches = state.withLock { state in
      state.isClosed = true
      defer { state.watches = [:] }
      return Array(state.watches.values)
    }
    for watch in watches { watch() }
  }
}
