import Audio

/// Takes the time of each step of one turn after the other.
struct TurnStopwatch: Sendable {
  private var timing: TurnTiming?

  /// The turn that is being timed.
  var turn: Int? { timing?.turn }

  /// The caller's turn is over.
  mutating func turnEnded(_ turn: Int, lastSpeech: Instant, at now: Instant) {
    timing = TurnTiming(turn: turn, lastSpeechIn: lastSpeech, endOfTurnDecided: now)
  }

  /// A text came that the turn was waiting for.
  mutating func transcript(at now: Instant) { timing?.transcriptFinal = now }

  /// `turn` is being answered, whether or not the recogniser has said its last.
  mutating func answered(_ turn: Int, at now: Instant) {
    if self.turn == turn, timing?.transcriptFinal == nil { timing?.transcriptFinal = now }
  }

  /// The dialogue gave a word of the answer to `turn`.
  mutating func token(of turn: Int?, at now: Instant) {
    if let turn, self.turn == turn, timing?.firstToken == nil { timing?.firstToken = now }
  }

  /// The voice gave a sound of the answer to `turn`.
  mutating func sound(of turn: Int?, at now: Instant) {
    if let turn, self.turn == turn, timing?.firstAudio == nil { timing?.firstAudio = now }
  }

  /// A filler can be heard.
  mutating func filler(at: Instant) {
    if timing?.fillerOut == nil { timing?.fillerOut = at }
  }

  /// What answers `turn` can be heard since `at`. True if that completes the times of the present turn: an apology or
  /// an announcement, which answers none, does too, if nothing else did.
  mutating func audible(answering turn: Int?, at: Instant) -> Bool {
    guard let timed = self.turn, turn == nil || turn == timed else { return false }
    timing?.firstAudibleOut = at
    return true
  }

  /// The times of the present turn, once.
  mutating func take() -> TurnTiming? {
    defer { timing = nil }
    return timing
  }
}
