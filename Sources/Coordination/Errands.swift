/// Work that someone begins and does not wait for now, with an owner that waits for it in the end.
public final class Errands: Sendable {
  private struct State {
    var isEnding = false
    var next: UInt64 = 0
    var tasks: [UInt64: Task<Void, Never>] = [:]
  }

  private let limit: Int
  private let state = Locked(State())

  /// An owner of at most `limit` errands at a time.
  public init(limit: Int) {
    self.limit = limit
  }

  /// How many are under way.
  public var count: Int { state.withLock { $0.tasks.count } }

  /// Begins `body`. False, and it is not begun, if too many are under way or the owner is at its end.
  @discardableResult
  public func run(_ body: @escaping @Sendable () async -> Void) -> Bool {
    state.withLock { state in
      guard !state.isEnding, state.tasks.count < limit else { return false }
      state.next += 1
      let number = state.next
      state.tasks[number] = Task {
        await body()
        _ = self.state.withLock { $0.tasks.removeValue(forKey: number) }
      }
      return true
    }
  }

  /// Takes no more, and returns when all that were begun have ended.
  public func end() async {
    for task in begunAtTheEnd() { await task.value }
  }

  /// The same, with all that are under way cancelled.
  public func cancel() async {
    let tasks = begunAtTheEnd()
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  private func begunAtTheEnd() -> [Task<Void, Never>] {
    state.withLock { state in
      state.isEnding = true
      return Array(state.tasks.values)
    }
  }
}

/// Work that is done one after the other, in the order in which it was asked for, beside whoever asks.
public final class ErrandQueue: Sendable {
  /// An errand, by the name of what is done.
  private typealias Body = @Sendable () async -> Void

  private let bodies: AsyncStream<Body>
  private let sink: AsyncStream<Body>.Continuation
  private let worker: Task<Void, Never>

  /// A queue in which at most `limit` wait.
  public init(limit: Int) {
    let (bodies, sink) = AsyncStream.makeStream(of: Body.self, bufferingPolicy: .bufferingOldest(limit))
    self.bodies = bodies
    self.sink = sink
    worker = Task { for await body in bodies { await body() } }
  }

  deinit { sink.finish() }

  /// Does `body` after what was asked for before. False, and it is not done, if too much waits or the queue has ended.
  @discardableResult
  public func add(_ body: @escaping @Sendable () async -> Void) -> Bool {
    if case .enqueued = sink.yield(body) { true } else { false }
  }

  /// Takes no more, and returns when all is done.
  public func end() async {
    sink.finish()
    await worker.value
  }
}
