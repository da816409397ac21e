package import Audio

/// When `assist call` hangs up if it was not told: when all that it said has been answered and the line fell quiet, or
/// when nothing comes any more.
///
/// A value without a clock: it is told what was heard.
package struct HangUpRule {
  /// Quiet after the answer to the last thing said.
  package static let afterAnswer: Duration = .seconds(2)
  /// Quiet without such an answer, or when nothing is said at all.
  package static let withoutAnswer: Duration = .seconds(15)

  /// How many answers are waited for.
  private let utterances: Int
  private var hasPlayed: Bool
  private var quietSince: Instant?

  /// A rule for a caller that plays `samples`.
  package init(playing samples: [Int16], sampleRate: Int) {
    utterances = ReplyMeter.utteranceEnds(in: samples, sampleRate: sampleRate).count
    hasPlayed = samples.isEmpty
  }

  /// All was played at `instant`.
  package mutating func played(at instant: Instant) {
    hasPlayed = true
    quietSince = max(quietSince ?? instant, instant)
  }

  /// A packet came at `instant`, when utterance number `answered` was the last with an answer. Returns whether to hang
  /// up.
  package mutating func heard(audible: Bool, answered: Int?, at instant: Instant) -> Bool {
    if audible { quietSince = instant }
    // Quiet counts from the first packet: before it the far end rang.
    let since = quietSince ?? instant
    quietSince = since
    guard hasPlayed else { return false }
    let isAnswered = utterances > 0 && (answered ?? 0) >= utterances
    return since.duration(to: instant) >= (isAnswered ? Self.afterAnswer : Self.withoutAnswer)
  }
}
