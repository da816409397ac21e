import Coordination

/// Where the curl thread and the task that wants the answer meet: the head, then pieces of the body in a bounded queue.
final class HTTPExchange: Sendable {
  struct Head: Sendable {
    var status: Int
    var headers: [HTTPHeader]
  }

  /// What became of an offered piece.
  enum Offer {
    case taken
    /// The reader lags: offer it again after `onDrained`.
    case full
    /// Nobody wants it any more.
    case abandoned
  }

  /// How many bytes wait for the reader before the transfer is paused.
  static let queueBound = 256 << 10

  private struct State {
    var head: Head?
    var headWaiter: CheckedContinuation<Result<Head, HTTPError>, Never>?
    var chunks: [[UInt8]] = []
    var nextChunk = 0
    var queuedBytes = 0
    var chunkWaiter: CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>?
    var isPaused = false
    /// Set once: nil inside means a complete answer.
    var end: HTTPError??
  }

  let host: String
  private let state = Locked(State())
  private let onDrained: @Sendable () -> Void
  private let onCancel: @Sendable () -> Void

  init(host: String, onDrained: @escaping @Sendable () -> Void, onCancel: @escaping @Sendable () -> Void) {
    self.host = host
    self.onDrained = onDrained
    self.onCancel = onCancel
  }

  // MARK: The curl thread's side

  func deliver(_ head: Head) {
    let waiter = state.withLock { state in
      state.head = head
      defer { state.headWaiter = nil }
      return state.headWaiter
    }
    waiter?.resume(returning: .success(head))
  }

  func offer(_ bytes: UnsafeRawBufferPointer) -> Offer {
    let (offer, waiter): (Offer, CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>?) = state.withLock { state in
      if state.end != nil { return (.abandoned, nil) }
      if let waiter = state.chunkWaiter {
        state.chunkWaiter = nil
        return (.taken, waiter)
      }
      if state.queuedBytes >= Self.queueBound {
        state.isPaused = true
        return (.full, nil)
      }
      state.chunks.append(Array(bytes))
      state.queuedBytes += bytes.count
      return (.taken, nil)
    }
    waiter?.resume(returning: .success(Array(bytes)))
    return offer
  }

  /// Ends the exchange, complete when `error` is nil. Only the first end counts.
  func finish(_ error: HTTPError?) {
    let (head, chunk) = state.withLock { state in
      if state.end == nil { state.end = .some(error) }
      defer {
        state.headWaiter = nil
        state.chunkWaiter = nil
      }
      return (state.headWaiter, state.chunkWaiter)
    }
    head?.resume(returning: .failure(error ?? noAnswer))
    chunk?.resume(returning: error.map { .failure($0) } ?? .success(nil))
  }

  // MARK: The reader's side

  func head() async -> Result<Head, HTTPError> {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known: Result<Head, HTTPError>? = state.withLock { state in
          if let head = state.head { return .success(head) }
          if let end = state.end { return .failure(end ?? noAnswer) }
          state.headWaiter = continuation
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      cancel()
    }
  }

  /// The next piece; nil at the end of a complete answer.
  func next() async -> Result<[UInt8]?, HTTPError> {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        var drained = false
        let known: Result<[UInt8]?, HTTPError>? = state.withLock { state in
          if state.nextChunk < state.chunks.count, !isCancelled(state) {
            let chunk = state.chunks[state.nextChunk]
            state.chunks[state.nextChunk] = []
            state.nextChunk += 1
            state.queuedBytes -= chunk.count
            if state.nextChunk == state.chunks.count {
              state.chunks.removeAll(keepingCapacity: true)
              state.nextChunk = 0
            }
            if state.isPaused, state.queuedBytes < Self.queueBound / 2 {
              state.isPaused = false
              drained = true
            }
            return .success(chunk)
          }
          if let end = state.end { return end.map { .failure($0) } ?? .success(nil) }
          if state.chunkWaiter != nil { return .failure(cancelled) }
          state.chunkWaiter = continuation
          return nil
        }
        if drained { onDrained() }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      cancel()
    }
  }

  /// Ends the exchange from the reader's side. Without effect once it has ended.
  func cancel() {
    let isNew = state.withLock { $0.end == nil }
    guard isNew else { return }
    finish(cancelled)
    onCancel()
  }

  private func isCancelled(_ state: State) -> Bool {
    if case .some(.some(let error)) = state.end { return error.kind == .cancelled }
    return false
  }

  private var cancelled: HTTPError { HTTPError(.cancelled, host: host, message: "the request was cancelled") }
  private var noAnswer: HTTPError { HTTPError(.interrupted, host: host, message: "hung up before answering") }
}

/// The reader's end of a body. Letting go of it ends the transfer.
final class HTTPBodyReader: Sendable {
  private let exchange: HTTPExchange
  // A client that is let go of stops its thread, and must not do so under a body that is still being read.
  private let client: HTTPClient

  init(_ exchange: HTTPExchange, client: HTTPClient) {
    self.exchange = exchange
    self.client = client
  }

  deinit {
    exchange.cancel()
  }

  func next() async throws -> [UInt8]? {
    try await exchange.next().get()
  }
}
