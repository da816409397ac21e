import Coordination
import Store

/// Which calls are going on: by their ids, and by the conversations that they are a part of.
///
/// It counts all calls, those too that nobody can ask for anything (an echo, a person who is rung), and knows when the last
/// one has ended.
final class LiveCallRegistry: Sendable {
  private struct State {
    var calls: [String: LiveCall] = [:]
    /// The ids of a conversation's calls, the latest last.
    var byConversation: [String: [String]] = [:]
    var count = 0
    /// Opens at the end of the last call; nil as long as nobody waits for that.
    var idle: Gate?
  }

  private let state = Locked(State())

  // MARK: By name

  var all: [LiveCall] { state.withLock { Array($0.calls.values) } }

  subscript(id: String) -> LiveCall? { state.withLock { $0.calls[id] } }

  /// The latest call of a conversation.
  func call(of conversation: String) -> LiveCall? {
    state.withLock { state in state.byConversation[conversation]?.last.flatMap { state.calls[$0] } }
  }

  func add(_ call: LiveCall) {
    let record = call.recorder.call
    state.withLock { state in
      state.calls[record.id] = call
      if let conversation = record.conversation { Self.note(record.id, in: conversation, &state) }
    }
  }

  /// It is known by now which conversation a call is a part of.
  func belongs(_ call: LiveCall, to conversation: String) {
    call.recorder.belongs(to: conversation)
    state.withLock { state in
      if state.calls[call.id] != nil { Self.note(call.id, in: conversation, &state) }
    }
  }

  private static func note(_ id: String, in conversation: String, _ state: inout State) {
    if state.byConversation[conversation]?.contains(id) != true {
      state.byConversation[conversation, default: []].append(id)
    }
  }

  func remove(_ call: LiveCall) {
    let record = call.recorder.call
    state.withLock { state in
      state.calls[record.id] = nil
      guard let conversation = record.conversation else { return }
      state.byConversation[conversation]?.removeAll { $0 == record.id }
      if state.byConversation[conversation]?.isEmpty == true { state.byConversation[conversation] = nil }
    }
  }

  // MARK: How many

  /// All calls at this moment.
  var count: Int { state.withLock { $0.count } }

  func began() { state.withLock { $0.count += 1 } }

  func ended() {
    let isLast = state.withLock { state in
      state.count -= 1
      return state.count == 0
    }
    if isLast { stopWaiting() }
  }

  /// Gives whoever waits for the end of the last call no more time.
  func stopWaiting() {
    state.withLock { $0.idle.take() }?.open()
  }

  /// Returns when there is no call any more, the time is over, or `stopWaiting` was called.
  func idle(within limit: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.becomesIdle() }
      group.addTask { try? await Task.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
  }

  private func becomesIdle() async {
    let gate = state.withLock { state -> Gate? in
      guard state.count > 0 else { return nil }
      let gate = state.idle ?? Gate()
      state.idle = gate
      return gate
    }
    await gate?.wait()
  }
}
