import Coordination

/// Events for one reader: what is stored first, if it asked for that, and then what happens.
///
/// How nothing is missed and nothing comes twice: the log is read to its end; then the reader is put among those who get
/// live events; then the log is read to its end once more. What happened before the joining is in the log or among what
/// the hub hands over at the joining, what happens after it comes live; and a live event that was read already is known by
/// its name. Letting go of the sequence, or cancelling its task, ends it.
package struct EventSubscription: AsyncSequence, Sendable {
  package typealias Element = AssistEvent
  package typealias Failure = Never

  /// Why there are no more events.
  package enum Ending: String, Sendable {
    /// The reader was too slow. It can subscribe anew after the last event that it has got.
    case lagged
    /// The program ends.
    case shutdown
    /// The log can't be read.
    case unreadable
  }

  private let hub: EventHub
  private let log: any EventLog
  private let position: String?
  private let filter: EventFilter
  private let live: AsyncStream<Signal>?
  private let reader = Reader()

  /// Why it ended; nil while it goes on, or when the reader ended it.
  package var ending: Ending? { reader.ending }

  /// Has `step` return `nudged` soon, if it waits for something to happen.
  package func nudge() { reader.nudge() }

  /// Ends it from another task.
  package func cancel() { reader.cancel() }

  package init(hub: EventHub, log: any EventLog, after position: String?, filter: EventFilter) {
    self.hub = hub
    self.log = log
    self.position = position
    self.filter = filter
    // From now on means from now on, not from the first read. What is not stored yet can't be looked up in the log.
    live = hub.join(filter, position.map { .behind($0) } ?? .now, reader)
  }

  package func makeAsyncIterator() -> Iterator { Iterator(self) }

  /// What comes over the hub's stream.
  package enum Signal: Sendable {
    case event(AssistEvent)
    case nudge
  }

  /// What is next.
  package enum Step: Sendable {
    case event(AssistEvent)
    /// Nothing yet, but somebody nudged.
    case nudged
    case ended
  }

  /// What a subscription and the hub share.
  package final class Reader: Sendable {
    private struct State {
      var sink: AsyncStream<Signal>.Continuation?
      var ending: Ending?
      var isCancelled = false
    }
    private let state = Locked(State())

    package var ending: Ending? { state.withLock { $0.ending } }
    package var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Live events come over `sink` from now on.
    package func joined(_ sink: AsyncStream<Signal>.Continuation) {
      let isCancelled = state.withLock { state in
        state.sink = sink
        return state.isCancelled
      }
      if isCancelled { sink.finish() }
    }

    package func nudge() { _ = state.withLock { $0.sink }?.yield(.nudge) }

    /// There will be nothing more, for `ending`.
    package func end(_ ending: Ending) { finish { $0.ending = $0.ending ?? ending } }

    package func cancel() { finish { $0.isCancelled = true } }

    private func finish(_ change: (inout State) -> Void) {
      // Finished outside of the lock: the hub is told of it.
      state.withLock { state in
        change(&state)
        return state.sink
      }?.finish()
    }
  }

  package struct Iterator: AsyncIteratorProtocol {
    /// Names of events that were read from the log and may still come live: two batches and all that was read since.
    private static let remembered = 512
    private static let pageSize = 200

    private enum Phase {
      case reading
      case joined(AsyncStream<Signal>)
      case live(AsyncStream<Signal>.Iterator)
      case over
    }

    private let subscription: EventSubscription
    private var phase: Phase
    private var position: String?
    private var page: ArraySlice<AssistEvent> = []
    private var recent: [String] = []
    private var seen: Set<String> = []

    fileprivate init(_ subscription: EventSubscription) {
      self.subscription = subscription
      position = subscription.position
      phase = subscription.live.map { .live($0.makeAsyncIterator()) } ?? .reading
    }

    package mutating func next() async -> AssistEvent? { await next(isolation: #isolation) }

    package mutating func next(isolation actor: isolated (any Actor)?) async -> AssistEvent? {
      while true {
        switch await step(isolation: actor) {
        case .event(let event): return event
        case .nudged: continue
        case .ended: return nil
        }
      }
    }

    /// The next event, or that there will be none, or that somebody nudged meanwhile.
    package mutating func step(isolation actor: isolated (any Actor)? = #isolation) async -> Step {
      while !Task.isCancelled, !subscription.reader.isCancelled {
        if let event = page.popFirst() { return .event(event) }
        switch phase {
        case .reading:
          guard let isEnd = await read() else { return .ended }
          if recent.count > 2 * Self.remembered { recent.removeFirst(recent.count - Self.remembered) }
          guard isEnd else { continue }
          guard let stream = subscription.hub.join(subscription.filter, .afterReading, subscription.reader) else {
            continue
          }
          phase = .joined(stream)
        case .joined(let stream):
          guard let isEnd = await read() else { return .ended }
          guard isEnd else { continue }
          seen = Set(recent)
          recent = []
          phase = .live(stream.makeAsyncIterator())
        case .live(var iterator):
          let signal = await iterator.next(isolation: actor)
          phase = .live(iterator)
          switch signal {
          case nil:
            phase = .over
            return .ended
          case .nudge?: return .nudged
          case .event(let event)?:
            if seen.isEmpty || seen.remove(event.id) == nil { return .event(event) }
          }
        case .over: return .ended
        }
      }
      phase = .over
      return .ended
    }

    /// Reads on in the log; whether that was its end, or nil if it can't be read.
    private mutating func read() async -> Bool? {
      do {
        let found = try await subscription.log.page(
          after: position, subscription.filter, limit: Self.pageSize)
        page = found.events[...]
        position = found.last ?? position
        recent += found.events.map(\.id)
        return found.isEnd
      } catch {
        subscription.reader.end(.unreadable)
        phase = .over
        return nil
      }
    }
  }
}
