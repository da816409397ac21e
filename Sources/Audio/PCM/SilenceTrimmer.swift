/// Takes the silence off the beginning of a stream, since a synthesiser's lead-in is latency to the ear.
///
/// Sound is looked for in steps of 5 ms. What is dropped is silence alone: from the first audible step on, everything
/// passes at once, with at most the pre-roll (10 ms) before it so that a soft attack is kept.
public struct SilenceTrimmer: Sendable {
  private let threshold: Decibels
  private let step: Int
  private let preRoll: Int
  private let limit: Int
  private var pending: [Int16] = []
  private var trimmedSamples = 0
  private var isOpen = false
  private let sampleRate: Int

  /// - Parameters:
  ///   - sampleRate: of the chunks, in Hz.
  ///   - threshold: RMS in dBFS over which 5 ms count as sound.
  ///   - limit: the longest silence that is taken off; what is longer was meant, and passes from there on.
  public init(sampleRate: Int, threshold: Decibels = Decibels(-50), limit: Duration = .seconds(2)) {
    self.sampleRate = max(1, sampleRate)
    self.threshold = threshold
    step = max(1, sampleRate / 200)
    preRoll = max(0, sampleRate / 100)
    let (seconds, attoseconds) = limit.components
    let bounded = min(max(seconds, 0), 3600)
    self.limit = Int(bounded) * self.sampleRate + Int(attoseconds / 1_000_000_000) * self.sampleRate / 1_000_000_000
  }

  /// How much has been taken off so far.
  public var trimmed: Duration {
    .nanoseconds(Int64(trimmedSamples) * 1_000_000_000 / Int64(sampleRate))
  }

  /// Whether sound has begun, so that everything passes.
  public var hasBegun: Bool { isOpen }

  /// What of `chunk` is to be played now: nothing during the lead-in, all of it after.
  public mutating func process(_ chunk: [Int16]) -> [Int16] {
    if isOpen { return chunk }
    pending += chunk
    let start = firstAudibleStep()
    if let start {
      return open(from: max(0, start - preRoll))
    }
    let keep = preRoll + pending.count % step
    let drop = max(0, pending.count - keep)
    pending.removeFirst(drop)
    trimmedSamples += drop
    return trimmedSamples >= limit ? open(from: 0) : []
  }

  private func firstAudibleStep() -> Int? {
    let span = pending.span
    var start = 0
    while start + step <= span.count {
      if Level(of: span.extracting(start..<start + step)).rms > threshold { return start }
      start += step
    }
    return nil
  }

  private mutating func open(from start: Int) -> [Int16] {
    isOpen = true
    trimmedSamples += start
    let rest = Array(pending[start...])
    pending = []
    return rest
  }
}
