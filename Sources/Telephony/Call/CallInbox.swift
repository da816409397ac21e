import Calls
import Coordination
import RTPEngine
import SIPStack

/// The one way to a call, for all that command it: the API, a person at the console, a hand-over, and the party on the
/// line.
final class CallInbox: Sendable {
  /// What may wait. The call takes what comes at once, so that this is only ever filled by a flood.
  private static let capacity = 256
  /// Asks whose outcome may be waited for at a time.
  private static let mostAsks = 64
  /// Between two attempts to put in what must not be lost.
  private static let retry = Duration.milliseconds(5)

  private struct Waiter {
    var reply: Reply<AskOutcome>
    var progress: (@Sendable (_ status: Int) -> Void)?
  }

  private struct State {
    var count: UInt64 = 0
    var waiters: [AskID: Waiter] = [:]
  }

  /// One reader, the call.
  let inputs: AsyncStream<CallInput>
  private let sink: AsyncStream<CallInput>.Continuation
  private let state = Locked(State())

  init() { (inputs, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity)) }

  // MARK: In

  /// Puts in what must not be lost, and waits for room if there is none.
  func deliver(_ input: CallInput) async {
    while case .dropped = sink.yield(input) {
      guard (try? await Task.sleep(for: Self.retry)) != nil else { return }
    }
  }

  /// Has the call hung up on.
  func hangUp(cause: Int, text: String) { sink.yield(.wished(.hangUp(cause: cause, text: text))) }

  /// Asks for something and waits until it is done.
  func ask(_ ask: CallAsk) async throws(CallControlError) {
    switch await outcome(of: ask) {
    case .done, .referred: return
    case .failed(let error): throw error
    }
  }

  /// Asks the far end to go to `target`, and waits for the outcome. `progress` is told what the target's side answers
  /// meanwhile.
  func refer(
    to target: URI, headers: Headers, progress: @escaping @Sendable (_ status: Int) -> Void = { _ in }
  ) async -> ReferOutcome {
    switch await outcome(of: .refer(to: target, headers: headers), progress: progress) {
    case .referred(let outcome): outcome
    case .failed(.ended), .done: .callEnded
    case .failed(let error): .refused(status: 491, reason: "\(error)")
    }
  }

  private func outcome(of ask: CallAsk, progress: (@Sendable (Int) -> Void)? = nil) async -> AskOutcome {
    await withCheckedContinuation { continuation in
      let waiter = Waiter(reply: Reply(continuation, fallback: .failed(.ended)), progress: progress)
      let id = state.withLock { state -> AskID? in
        guard state.waiters.count < Self.mostAsks else { return nil }
        state.count += 1
        let id = AskID(number: state.count)
        state.waiters[id] = waiter
        return id
      }
      guard let id else { return waiter.reply.send(.failed(.busy("a lot of asking"))) }
      switch sink.yield(.asked(id, ask)) {
      case .enqueued: break
      case .dropped: reply(id, .failed(.busy("a lot of asking")))
      default: reply(id, .failed(.ended))
      }
    }
  }

  // MARK: Out

  /// What was asked for under this name has ended so.
  func reply(_ id: AskID, _ outcome: AskOutcome) {
    state.withLock { $0.waiters.removeValue(forKey: id) }?.reply.send(outcome)
  }

  /// A REFER that was asked for under this name goes on.
  func progress(_ id: AskID, status: Int) { state.withLock { $0.waiters[id]?.progress }?(status) }

  /// The call is over. Whoever waits hears that, and so does whoever asks from now on.
  func end() {
    sink.finish()
    let waiters = state.withLock { state in
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.reply.send(.failed(.ended)) }
  }
}
