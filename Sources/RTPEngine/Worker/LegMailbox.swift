import Audio
import Coordination

/// The events of one leg on their way to their one reader.
///
/// Sound is bounded: when the reader lags, the newest packets are dropped and counted. All else always fits, since a
/// leg produces little of it.
final class LegMailbox: Sendable {
  private struct State {
    var events: [LegEvent] = []
    /// Events before this index are taken; they are removed now and then, not one by one.
    var taken = 0
    var audio = 0
    var dropped: UInt64 = 0
    var isClosed = false
    var reader: CheckedContinuation<LegEvent?, Never>?
  }

  private let state = Locked(State())
  private let audioBacklog: Int

  init(audioBacklog: Int) {
    self.audioBacklog = audioBacklog
  }

  /// Sound that was dropped so far.
  var dropped: UInt64 { state.withLock { $0.dropped } }

  /// Whether a packet of sound would be kept; counts it as dropped if not.
  func hasRoomForAudio() -> Bool {
    state.withLock { state in
      if state.audio < audioBacklog, !state.isClosed { return true }
      state.dropped += 1
      return false
    }
  }

  func push(_ event: LegEvent) {
    let reader = state.withLock { state -> CheckedContinuation<LegEvent?, Never>? in
      guard !state.isClosed else { return nil }
      if case .closed = event { state.isClosed = true }
      if let reader = state.reader {
        state.reader = nil
        return reader
      }
      if case .audio = event { state.audio += 1 }
      state.events.append(event)
      return nil
    }
    reader?.resume(returning: event)
  }

  /// The next event; `nil` after the last, or when another reader waits already.
  func next() async -> LegEvent? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let immediate = state.withLock { state -> LegEvent?? in
          if let event = Self.take(&state) { return .some(event) }
          if state.isClosed || state.reader != nil || Task.isCancelled { return .some(nil) }
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

  private static func take(_ state: inout State) -> LegEvent? {
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
