public import Audio

/// When each step of one turn happened, all on one clock; the first and the last at the packets.
public struct TurnTiming: Sendable, Equatable {
  /// Which turn of the caller, from 1.
  public var turn: Int
  /// Arrival of the caller's last speech packet.
  public var lastSpeechIn: Instant
  /// The end of the turn was decided.
  public var endOfTurnDecided: Instant
  /// The recogniser's final text was there.
  public var transcriptFinal: Instant?
  /// The first text of the answer was there.
  public var firstToken: Instant?
  /// The first sound of the answer came from the synthesiser.
  public var firstAudio: Instant?
  /// The first audible packet of a filler left, if one was needed.
  public var fillerOut: Instant?
  /// The first audible packet of the answer left.
  public var firstAudibleOut: Instant?

  /// Timing of `turn`, whose end is known.
  public init(turn: Int, lastSpeechIn: Instant, endOfTurnDecided: Instant) {
    self.turn = turn
    self.lastSpeechIn = lastSpeechIn
    self.endOfTurnDecided = endOfTurnDecided
  }

  /// The steps in order by name, in milliseconds after the last speech packet. What did not happen is left out.
  public var offsets: [(name: String, milliseconds: Double)] {
    let steps: [(String, Instant?)] = [
      ("end_of_turn_decided", endOfTurnDecided), ("transcript_final", transcriptFinal), ("first_token", firstToken),
      ("first_audio", firstAudio), ("filler_out", fillerOut), ("first_audible_out", firstAudibleOut),
    ]
    return steps.compactMap { name, instant in
      guard let instant else { return nil }
      return (name, milliseconds(lastSpeechIn.duration(to: instant)))
    }
  }
}

/// `duration` in milliseconds, with three decimals at most.
func milliseconds(_ duration: Duration) -> Double {
  let (seconds, attoseconds) = duration.components
  return Double(seconds) * 1000 + Double(attoseconds / 1_000_000_000_000) / 1000
}
