public import Audio
import Coordination

/// 100 ms of a call in both directions, at the leg's sample rate.
public struct TapFrame: Sendable, Equatable {
  /// What the far end said, after the jitter buffer.
  public var far: [Int16]
  /// What was sent to it.
  public var near: [Int16]
  /// Samples a second of both.
  public var sampleRate: Int
  /// The time of the first sample on this machine.
  public var at: Instant
  /// Packets' times (of 20 ms) that are silent here since they were lost on the way to the reader, or since the media
  /// thread could not run.
  public var lost: Int

  /// A stretch of sound.
  public init(far: [Int16], near: [Int16], sampleRate: Int, at: Instant, lost: Int = 0) {
    self.far = far
    self.near = near
    self.sampleRate = sampleRate
    self.at = at
    self.lost = lost
  }
}

/// Those who listen in on a leg. What the media thread recorded is cut into stretches of 100 ms and given to each of
/// them, on the thread that hands events on.
final class LegTaps: Sendable {
  /// Frames that may wait for that thread: two and a half seconds.
  private static let ringFrames = 128
  /// Gaps above ten seconds are not filled with silence.
  private static let longestGap: UInt64 = 500

  private struct State {
    var storage: TapRingStorage?
    var readers: [(number: Int, sink: AsyncStream<TapFrame>.Continuation)] = []
    var lastReader = 0
    var isClosed = false
    var dropped: UInt64 = 0
    /// What has come of the present stretch.
    var present: TapFrame?
    var expected: UInt64?
  }

  private let sampleRate: Int
  private let frameSamples: Int
  private let state = Locked(State())

  /// Who listens in on a leg of `sampleRate`.
  init(sampleRate: Int) {
    self.sampleRate = sampleRate
    frameSamples = sampleRate / 50
  }

  /// Stretches that readers were too slow for.
  var dropped: UInt64 { state.withLock { $0.dropped } }

  /// Another reader, with room for `backlog` stretches. `turn` is called, in order, with the ring when the first one
  /// comes and without when the last one has gone.
  func open(backlog: Int, turn: @escaping @Sendable (TapRing?) -> Void) -> AsyncStream<TapFrame> {
    let (stream, sink) = AsyncStream<TapFrame>.makeStream(bufferingPolicy: .bufferingOldest(max(1, backlog)))
    let number = state.withLock { state -> Int? in
      guard !state.isClosed else { return nil }
      let storage = state.storage ?? TapRingStorage(frames: Self.ringFrames, frameSamples: frameSamples)
      state.storage = storage
      state.lastReader += 1
      state.readers.append((state.lastReader, sink))
      if state.readers.count == 1 {
        // What an earlier tap left behind.
        while storage.ring.take({ _, _, _ in }) {}
        state.present = nil
        state.expected = nil
        turn(storage.ring)
      }
      return state.lastReader
    }
    guard let number else {
      sink.finish()
      return stream
    }
    sink.onTermination = { [weak self] _ in self?.leave(number, turn) }
    return stream
  }

  private func leave(_ number: Int, _ turn: (TapRing?) -> Void) {
    state.withLock { state in
      guard let index = state.readers.firstIndex(where: { $0.number == number }) else { return }
      state.readers.remove(at: index)
      if state.readers.isEmpty { turn(nil) }
    }
  }

  /// Hands on what has come. Returns how many stretches readers were too slow for.
  func drain() -> UInt64 { deliver(isLast: false) }

  /// The leg is closed: hands on the rest and ends. Returns as `drain` does.
  func finish() -> UInt64 {
    let dropped = deliver(isLast: true)
    let readers = state.withLock { state in
      state.isClosed = true
      defer { state.readers = [] }
      return state.readers
    }
    for reader in readers { reader.sink.finish() }
    return dropped
  }

  private func deliver(isLast: Bool) -> UInt64 {
    let (frames, readers) = state.withLock { state in
      var whole: [TapFrame] = []
      if let ring = state.storage?.ring {
        while ring.take({ mark, far, near in assemble(mark, far, near, &state, &whole) }) {}
      }
      if isLast, let rest = state.present {
        whole.append(rest)
        state.present = nil
      }
      return (whole, state.readers)
    }
    var dropped: UInt64 = 0
    for frame in frames {
      for reader in readers {
        if case .dropped = reader.sink.yield(frame) { dropped += 1 }
      }
    }
    if dropped > 0 { state.withLock { $0.dropped += dropped } }
    return dropped
  }

  private func assemble(
    _ mark: TapMark, _ far: UnsafeBufferPointer<Int16>, _ near: UnsafeBufferPointer<Int16>, _ state: inout State,
    _ whole: inout [TapFrame]
  ) {
    if let expected = state.expected, mark.number > expected {
      let missing = mark.number - expected
      for index in 0..<min(missing, Self.longestGap) {
        let before = Int64(clamping: missing - index)
        extend(at: mark.at - .milliseconds(20 * before), lost: true, &state, &whole) { frame in
          frame.far.append(contentsOf: repeatElement(0, count: frameSamples))
          frame.near.append(contentsOf: repeatElement(0, count: frameSamples))
        }
      }
    }
    state.expected = mark.number + 1
    extend(at: mark.at, lost: false, &state, &whole) { frame in
      frame.far.append(contentsOf: far)
      frame.near.append(contentsOf: near)
    }
  }

  private func extend(
    at: Instant, lost: Bool, _ state: inout State, _ whole: inout [TapFrame], _ append: (inout TapFrame) -> Void
  ) {
    var present = state.present ?? TapFrame(far: [], near: [], sampleRate: sampleRate, at: at)
    append(&present)
    if lost { present.lost += 1 }
    if present.far.count >= frameSamples * TapPort.framesPerNews {
      whole.append(present)
      state.present = nil
    } else {
      state.present = present
    }
  }
}
