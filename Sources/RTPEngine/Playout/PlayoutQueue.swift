import Audio

/// What a leg says: takes PCM from its ring a packet at a time, stops and goes on as barge-in wants it, and keeps the
/// ledger of what was really sent.
///
/// Positions number the samples ever queued. `position` stands behind the last one sent; a drop leaves it there, and it
/// jumps over what was dropped when the next sound begins.
///
/// Media path: does not allocate.
struct PlayoutQueue {
  /// What one packet took from the queue.
  struct Taken: Equatable {
    /// The first audible packet since sound began, or began anew.
    var becameAudible = false
    /// With this packet all that had been queued before `finish` is sent.
    var playedOut = false
    /// How many samples came from the queue; the rest of the packet is silence.
    var samples = 0
  }

  private enum State: Equatable {
    /// Nothing to say. `waited`: packets for which a first scrap of sound, too short for a packet, has lain there.
    case idle(waited: Int)
    /// Sound runs. `starved`: packets for which there was nothing to take.
    case playing(starved: Int)
    /// Interrupted; what is queued stays.
    case paused
  }

  private let ring: PCMRing
  private let frameSamples: Int
  private let historySamples: UInt64
  private let rewindSamples: UInt64
  private let fadeSamples: Int
  private var state = State.idle(waited: 0)
  /// The next sample to send.
  private var next: UInt64 = 0
  /// Where the present stretch of sound began; playout never goes back behind it.
  private var stretchStart: UInt64 = 0
  /// Where `finish` said that sound ends.
  private var finishMark: UInt64?
  private var awaitsAudible = false
  private var fadesIn = false
  /// The faded rest of a sound that was cut off, still to be sent.
  private var tail: [Int16]
  private var tailCount = 0

  /// The position behind the last sample sent.
  private(set) var position: UInt64 = 0
  /// Packets that went out silent or part silent amid sound, since none was queued in time.
  private(set) var underruns: UInt64 = 0

  /// A queue over `ring` for packets of `frameSamples` at `sampleRate`, that goes back by `rewind` when it resumes.
  init(ring: PCMRing, sampleRate: Int, frameSamples: Int, rewind: Duration = .milliseconds(200)) {
    self.ring = ring
    self.frameSamples = frameSamples
    let wanted = max(0, rewind / .milliseconds(1)) * Double(sampleRate) / 1000
    rewindSamples = UInt64(min(wanted, Double(ring.capacity / 2)))
    // Somewhat more than the rewind, for the fade that comes before it.
    historySamples = rewindSamples + UInt64(frameSamples)
    // 5 ms: short enough not to be heard as a fade, long enough not to click.
    fadeSamples = max(1, sampleRate / 200)
    tail = [Int16](repeating: 0, count: fadeSamples)
  }

  /// Whether sound is on its way out, so that an interruption would mean something.
  var isPlaying: Bool { if case .playing = state { true } else { false } }
  /// Whether an interruption holds it.
  var isPaused: Bool { state == .paused }

  /// Fills `frame` with the next packet's samples.
  mutating func take(into frame: inout MutableSpan<Int16>) -> Taken {
    for index in 0..<frame.count { frame[index] = 0 }
    if tailCount > 0 {
      for index in 0..<min(tailCount, frame.count) { frame[index] = tail[index] }
      let count = tailCount
      tailCount = 0
      return Taken(samples: count)
    }
    switch state {
    case .paused: return Taken()
    case .idle(let waited): return begin(into: &frame, waited: waited)
    case .playing(let starved): return proceed(into: &frame, starved: starved)
    }
  }

  private mutating func begin(into frame: inout MutableSpan<Int16>, waited: Int) -> Taken {
    let available = ring.end &- next
    if available == 0 {
      state = .idle(waited: 0)
      return endIfFinished(Taken())
    }
    // A scrap gets two packets' time to grow, so that sound doesn't begin with a gap.
    if available < UInt64(frameSamples), finishMark != ring.end, waited < 2 {
      state = .idle(waited: waited + 1)
      return Taken()
    }
    stretchStart = next
    awaitsAudible = true
    return proceed(into: &frame, starved: 0)
  }

  private mutating func proceed(into frame: inout MutableSpan<Int16>, starved: Int) -> Taken {
    let available = ring.end &- next
    let count = Int(min(available, UInt64(min(frameSamples, frame.count))))
    guard count > 0 else {
      if starved == 0 { underruns += 1 }
      // After 200 ms of nothing, what comes next is a new beginning.
      state = starved >= 10 ? .idle(waited: 0) : .playing(starved: starved + 1)
      return endIfFinished(Taken())
    }
    ring.copy(from: next, count: count, into: &frame)
    next += UInt64(count)
    position = next
    state = .playing(starved: 0)
    ring.release(before: max(next, historySamples) - historySamples)
    if fadesIn {
      fadesIn = false
      for index in 0..<min(fadeSamples, count) { frame[index] = Self.scaled(frame[index], index, fadeSamples) }
    }
    var taken = Taken(samples: count)
    if awaitsAudible, frame.span.isAudible {
      awaitsAudible = false
      taken.becameAudible = true
    }
    if count < frameSamples, finishMark != next { underruns += 1 }
    return endIfFinished(taken)
  }

  private mutating func endIfFinished(_ taken: Taken) -> Taken {
    guard let mark = finishMark, next == mark, ring.end == next else { return taken }
    // An underrun was counted for the first empty packet; if it was the end all along, it was none.
    if case .playing(let starved) = state, starved == 1, taken.samples == 0 { underruns -= 1 }
    finishMark = nil
    state = .idle(waited: 0)
    var taken = taken
    taken.playedOut = true
    return taken
  }

  /// Stops at once and keeps what is queued. Returns whether anything was playing.
  mutating func pause() -> Bool {
    guard isPlaying else { return false }
    cutOff(before: ring.end)
    state = .paused
    return true
  }

  /// Goes on after `pause`, a little before where it stopped.
  mutating func resume() {
    guard state == .paused else { return }
    tailCount = 0
    next -= min(rewindSamples, next - stretchStart)
    position = next
    awaitsAudible = true
    fadesIn = true
    state = .playing(starved: 0)
  }

  /// Throws away what was queued before `mark` and has not been sent.
  mutating func drop(before mark: UInt64) {
    guard mark >= next else { return }
    if isPlaying { cutOff(before: mark) }
    next = max(next, min(mark, ring.end))
    if let finish = finishMark, finish <= next { finishMark = nil }
    state = .idle(waited: 0)
    fadesIn = false
    ring.release(before: next)
  }

  /// Says that sound ends at `mark`: running dry there is an end, not a gap.
  mutating func finish(at mark: UInt64) {
    finishMark = mark
  }

  /// Takes the next few milliseconds out of the queue and fades them, to go out in place of a hard edge.
  private mutating func cutOff(before mark: UInt64) {
    let count = Int(min(min(mark, ring.end) - next, UInt64(fadeSamples)))
    tailCount = count
    guard count > 0 else { return }
    let ring = ring
    let start = next
    var span = tail.mutableSpan
    ring.copy(from: start, count: count, into: &span)
    for index in 0..<count { span[index] = Self.scaled(span[index], count - index, count + 1) }
    next += UInt64(count)
    position = next
  }

  private static func scaled(_ sample: Int16, _ numerator: Int, _ denominator: Int) -> Int16 {
    Int16(truncatingIfNeeded: Int(sample) * numerator / denominator)
  }
}
