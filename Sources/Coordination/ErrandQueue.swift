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
