import Audio

/// Listens to a caller whom a person has: decides when the recogniser is asked for the text of what was said, and keeps
/// count of the texts that it owes.
struct Overhearing: Sendable {
  private let silence: Duration
  private let longest: Duration
  /// Since when the caller has spoken, and when the last packet of it came, if it is not going on.
  private var speech: (since: Instant, stopped: Instant?)?
  /// Texts that were asked for here and have not come.
  private(set) var owed = 0

  /// A caller who is speaking now if `isSpeaking`; texts are asked for after `silence`, and amid speech after `longest`.
  init(silence: Duration, longest: Duration, isSpeaking: Bool, at now: Instant) {
    self.silence = silence
    self.longest = longest
    if isSpeaking { speech = (now, nil) }
  }

  /// When `tick` has to be called.
  var nextDeadline: Instant? {
    guard let speech else { return nil }
    let limit = speech.since.advanced(by: longest)
    return speech.stopped.map { min(limit, $0.advanced(by: silence)) } ?? limit
  }

  mutating func speechStarted(at: Instant) { speech = (speech?.since ?? at, nil) }

  mutating func speechStopped(lastSpeech: Instant) {
    speech = (speech?.since ?? lastSpeech, lastSpeech)
  }

  /// Whether the recogniser has to be asked for the text now.
  mutating func tick(at now: Instant) -> Bool {
    guard let deadline = nextDeadline, deadline <= now else { return false }
    speech = speech.flatMap { $0.stopped == nil ? (now, nil) : nil }
    owed += 1
    return true
  }

  /// A text came that was asked for here.
  mutating func received() { owed = max(0, owed - 1) }

  /// Another recognition has taken the place of one that died with what it owed.
  mutating func restarted() { owed = 0 }
}
