import Coordination

/// The events of one line on their way to their one reader.
///
/// Bounded: sound to `audioBacklog` frames, of which the newest are dropped when the reader lags; all else to
/// `eventBacklog`, and digits to as many again, since they are not said twice. The end always fits. What is dropped is
/// counted.
public final class LineMailbox: Sendable {
  /// What the reader was too slow for.
  public struct Drops: Sendable, Equatable {
    /// Frames of sound.
    public var audio: UInt64 = 0
    /// Events other than sound.
    public var events: UInt64 = 0

    /// None.
    public init() {}
  }

  private struct State {
    var events: [LineEvent] = []
    /// Events before this index are taken; they are removed now and then, not one by one.
    var taken = 0
    var audio = 0
    var drops = Drops()
    var isClosed = false
    var reader: CheckedContinuation<LineEvent?, Never>?

    var waiting: Int { events.count - taken }
  }

  private let state = Locked(State())
  private let audioBacklog: Int
  private let eventBacklog: Int

  /// A mailbox in which so many frames of sound, and so many other events, may wait.
  public init(audioBacklog: Int = 500, eventBacklog: Int = 1024) {
    self.audioBacklog = max(1, audioBacklog)
    self.eventBacklog = max(1, eventBacklog)
  }

  /// What comes, in order. One reader at a time.
  public var events: LineEvents { LineEvents(mailbox: self) }

  /// What was dropped so far.
  public var drops: Drops { state.withLock { $0.drops } }

  /// Whether a frame of sound would be kept; counts it as dropped if not, so that it need not be made.
  public func hasRoomForAudio() -> Bool {
    state.withLock { state in
      if state.isClosed { return false }
      if state.audio < audioBacklog { return true }
      state.drops.audio += 1
      return false
    }
  }

  /// Puts `event` in; false if it was dropped, or the line is closed. Nothing follows `closed`.
  @discardableResult
  public func push(_ event: LineEvent) -> Bool {
    let (isKept, reader) = state.withLock { state -> (Bool, CheckedContinuation<LineEvent?, Never>?) in
      guard !state.isClosed else { return (false, nil) }
      if case .closed = event { state.isClosed = true }
      if let reader = state.reader {
        state.reader = nil
        return (true, reader)
      }
      return (keep(event, &state), nil)
    }
    reader?.resume(returning: event)
    return isKept
  }

  private func keep(_ event: LineEvent, _ state: inout State) -> Bool {
    let others = state.waiting - state.audio
    switch event {
    case .audio:
      guard state.audio < audioBacklog else {
        state.drops.audio += 1
        return false
      }
      state.audio += 1
    case .closed: break
    default:
      var limit = eventBacklog
      if case .digit = event { limit *= 2 }
      guard others < limit else {
        state.drops.events += 1
        return false
      }
    }
    state.events.append(event)
    return true
  }

  /// The next event; `nil` after the last, or when another reader waits already.
  func next() async -> LineEvent? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let immediate = state.withLock { state -> LineEvent?? in
          if Task.isCancelled { return .some(nil) }
          if let event = Self.take(&state) { return .some(event) }
          if state.isClosed || state.reader != nil { return .some(nil) }
          state.reader = continuation
          return nil
        }
        if let immediate { continuation.resume(returning: immediate) }
      }
    } onCancel: {
      let reader = state.withLock { state in
        defer { state.reader = nil }
        return state.reader
      }
      reader?.resume(returning: nil)
    }
  }

  private static func take(_ state: inout State) -> LineEvent? {
    guard state.taken < state.events.count else { return nil }
    let event = state.events[state.taken]
    state.taken += 1
    if case .audio = event { state.audio -= 1 }
    if state.taken == state.events.count {
      state.events.removeAll(keepingCapacity: true)
      state.taken = 0
    } else if state.taken >= 64 {
      state.events.removeFirst(state.taken)
      state.taken = 0
    }
    return event
  }
}
