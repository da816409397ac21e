/// Fills lost packets with what the voice would probably have done: its last pitch periods, fading out.
///
/// After ITU-T G.711 Appendix I, for any sample rate: the pitch (66 to 200 Hz) is found by cross-correlation in the
/// last 49 ms; the first 10 ms of a gap repeat one period, the next 10 ms two, then three, so that it does not buzz;
/// from 10 ms on it fades by a fifth each 10 ms, and is silent from 60 ms. The first good frame is faded in over the
/// continuation. Unlike the appendix it holds nothing back: good frames pass at once, and the seam at the beginning of
/// a gap is closed by letting the difference there decay.
///
/// Media path: does not allocate after `init`.
public struct PacketLossConcealer: ~Copyable, Sendable {
  /// The past, oldest first: three of the longest periods and a quarter.
  private var history: [Int16]
  /// The past as it was when the gap began.
  private var source: [Int16]
  private let shortestPeriod: Int
  private let longestPeriod: Int
  private let tenMilliseconds: Int

  /// Samples concealed since the last good frame; 0 outside of a gap.
  private var concealed = 0
  private var period = 1
  private var cursor = Cursor()
  private var previous = Cursor()
  /// Samples left of the cross-fade from `previous` to `cursor`.
  private var fadeLeft = 0
  private var seam: Float = 0

  /// A concealer for mono PCM at `sampleRate` Hz (8000 to 48000).
  public init(sampleRate: Int) {
    let rate = max(4000, min(sampleRate, 192_000))
    tenMilliseconds = rate / 100
    shortestPeriod = rate / 200
    longestPeriod = rate * 3 / 200
    let count = longestPeriod * 13 / 4 + 1
    history = Array(repeating: 0, count: count)
    // Not a copy of the other: shared storage would be copied, and so allocated, by the first packet.
    source = Array(repeating: 0, count: count)
  }

  /// Whether the last frame was made up.
  public var isConcealing: Bool { concealed > 0 }

  /// A frame that arrived: remembers it and, right after a gap, fades it in over the continuation in place.
  public mutating func good(_ frame: inout MutableSpan<Int16>) {
    if concealed > 0 {
      let gaps = concealed / tenMilliseconds
      let wanted = period / 4 + max(0, gaps - 1) * tenMilliseconds * 2 / 5
      let overlap = min(frame.count, min(wanted, tenMilliseconds))
      for index in 0..<overlap {
        let weight = Float(index + 1) / Float(overlap + 1)
        let mixed = Float(frame[index]) * weight + nextSample() * (1 - weight)
        frame[index] = Self.clamped(mixed)
      }
      concealed = 0
    }
    remember(frame.span)
  }

  /// Makes up a frame in place of one that is missing. Without a past, or after 60 ms, that is silence.
  public mutating func conceal(into frame: inout MutableSpan<Int16>) {
    if concealed == 0 { beginGap() }
    for index in 0..<frame.count {
      frame[index] = Self.clamped(nextSample())
    }
    remember(frame.span)
  }

  /// Forgets the past: a new stream begins.
  public mutating func reset() {
    concealed = 0
    var span = history.mutableSpan
    for index in 0..<span.count { span[index] = 0 }
  }
}

extension PacketLossConcealer {
  /// Where in a cycle of the last `periods` pitch periods the next sample comes from.
  private struct Cursor: Sendable {
    var periods = 1
    var offset = 0

    mutating func advance(period: Int) {
      offset += 1
      if offset >= periods * period { offset = 0 }
    }
  }

  private mutating func beginGap() {
    let count = history.count
    for index in 0..<count { source[index] = history[index] }
    let step = max(1, tenMilliseconds / 40)
    period = Self.pitch(of: history.span, shortest: shortestPeriod, longest: longestPeriod, step: step)
    cursor = Cursor()
    fadeLeft = 0
    seam = Float(history[count - 1]) - Float(history[count - 1 - period])
  }

  private mutating func nextSample() -> Float {
    if concealed == tenMilliseconds || concealed == 2 * tenMilliseconds {
      previous = cursor
      cursor.periods += 1
      fadeLeft = max(1, period / 4)
    }
    let fade = tenMilliseconds * 6
    guard concealed < fade else {
      // Saturates, so that a gap of days does not overflow.
      concealed = fade
      return 0
    }
    let quarter = max(1, period / 4)
    var value = sample(at: cursor)
    cursor.advance(period: period)
    if fadeLeft > 0 {
      let weight = Float(fadeLeft) / Float(quarter + 1)
      value += (sample(at: previous) - value) * weight
      previous.advance(period: period)
      fadeLeft -= 1
    }
    if concealed < quarter {
      value += seam * (1 - Float(concealed + 1) / Float(quarter + 1))
    }
    if concealed > tenMilliseconds {
      value *= 1 - Float(concealed - tenMilliseconds) / Float(5 * tenMilliseconds)
    }
    concealed += 1
    return value
  }

  /// One sample of the endless cycle, whose last quarter period fades into what came before its beginning.
  private func sample(at cursor: Cursor) -> Float {
    let past = source.span
    let length = cursor.periods * period
    let start = past.count - length
    let value = Float(past[start + cursor.offset])
    let quarter = max(1, period / 4)
    let intoFade = cursor.offset - (length - quarter)
    guard intoFade >= 0 else { return value }
    let weight = Float(intoFade + 1) / Float(quarter + 1)
    return value + (Float(past[start - quarter + intoFade]) - value) * weight
  }

  private mutating func remember(_ frame: Span<Int16>) {
    var past = history.mutableSpan
    let count = past.count
    let new = min(frame.count, count)
    for index in 0..<count - new { past[index] = past[index + new] }
    let offset = frame.count - new
    for index in 0..<new { past[count - new + index] = frame[offset + index] }
  }

  /// The period at which the last 20 ms resemble what lies before them most: first on every `step`-th sample and lag,
  /// then finely around the best.
  private static func pitch(of past: Span<Int16>, shortest: Int, longest: Int, step: Int) -> Int {
    let window = min(longest * 4 / 3, past.count - longest)
    var best = shortest
    var bestScore = -Float.infinity
    var lag = shortest
    while lag <= longest {
      let score = similarity(of: past, lag: lag, window: window, step: step)
      if score > bestScore {
        bestScore = score
        best = lag
      }
      lag += step
    }
    guard step > 1 else { return best }
    let center = best
    bestScore = -Float.infinity
    for lag in max(shortest, center - step + 1)...min(longest, center + step - 1) {
      let score = similarity(of: past, lag: lag, window: window, step: 1)
      if score > bestScore {
        bestScore = score
        best = lag
      }
    }
    return best
  }

  private static func similarity(of past: Span<Int16>, lag: Int, window: Int, step: Int) -> Float {
    var cross: Float = 0
    var energy: Float = 1
    var index = past.count - window
    while index < past.count {
      let now = Float(past[index])
      let then = Float(past[index - lag])
      cross += now * then
      energy += then * then
      index += step
    }
    return cross / energy.squareRoot()
  }

  private static func clamped(_ value: Float) -> Int16 {
    Int16(max(-32768, min(32767, value.rounded())))
  }
}
