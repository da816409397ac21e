package import Audio

/// How long the far end takes to answer, measured at the caller's ear: from the last packet of each utterance it played to
/// the first audible packet of the reply.
///
/// A value without a clock: it is told when packets left and came.
package struct ReplyMeter {
  private let rate: Double
  /// Sample offsets behind each utterance of what is played.
  private let utteranceEnds: [Int]
  private var playoutStart: Instant?
  private var next = 0
  private var quietSince: Instant?
  private var isAudible = false

  /// The replies so far: which utterance, from 1, and how long its answer took.
  package private(set) var replies: [(utterance: Int, delay: Duration)] = []

  /// Silence that separates two utterances, and without which a sound is no new reply.
  package static let gap: Duration = .milliseconds(300)

  /// A meter for a caller that plays `samples`.
  package init(playing samples: [Int16], sampleRate: Int) {
    rate = Double(sampleRate)
    utteranceEnds = Self.utteranceEnds(in: samples, sampleRate: sampleRate)
  }

  /// The first sample of what is played left at `instant`.
  package mutating func began(at instant: Instant) { playoutStart = playoutStart ?? instant }

  /// A packet came at `instant`.
  package mutating func heard(audible: Bool, at instant: Instant) {
    defer {
      if audible { quietSince = nil } else { quietSince = quietSince ?? instant }
      isAudible = audible
    }
    guard audible, let start = playoutStart, next < utteranceEnds.count else { return }
    let wasQuiet = quietSince.map { $0.duration(to: instant) >= Self.gap } ?? !isAudible
    guard wasQuiet else { return }
    // Of several utterances without an answer the last is the one that is answered.
    var answered: (Int, Duration)?
    while next < utteranceEnds.count {
      let end = start + .seconds(Double(utteranceEnds[next]) / rate)
      guard end <= instant else { break }
      next += 1
      answered = (next, end.duration(to: instant))
    }
    if let answered { replies.append(answered) }
  }

  /// Offsets behind the last audible packet of each stretch of sound that `gap` of silence follows.
  package static func utteranceEnds(in samples: [Int16], sampleRate: Int) -> [Int] {
    let packet = max(1, sampleRate / 50)
    let needed = Int(gap / .milliseconds(20))
    var ends: [Int] = []
    var last: Int?
    var quiet = 0
    for start in stride(from: 0, to: samples.count, by: packet) {
      let end = min(start + packet, samples.count)
      if samples.span.extracting(start..<end).isAudible {
        last = end
        quiet = 0
      } else {
        quiet += 1
        if quiet == needed, let end = last {
          ends.append(end)
          last = nil
        }
      }
    }
    if let last { ends.append(last) }
    return ends
  }
}
