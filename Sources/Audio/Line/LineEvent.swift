/// What a line reports, whatever carries it. Instants are those of packets: arrival from, or departure to, the wire.
public enum LineEvent: Sendable {
  /// The next stretch of the far end's sound, silence and concealed losses included.
  case audio(AudioFrame)
  /// Speech began; `at` is the arrival of its first packet.
  case speechStarted(at: Instant)
  /// Speech has stopped for now; `lastSpeech` is the arrival of its last packet.
  case speechStopped(lastSpeech: Instant)
  /// The policy's condition was met, and playout stands still since `at`. `position`: what had been sent.
  case interrupted(at: Instant, position: LinePosition)
  /// The first audible packet since playout began, or began anew, left at `at`; `position` is behind it.
  case audible(at: Instant, position: LinePosition)
  /// All that was queued before `finishPlayout` has been sent.
  case playedOut(at: Instant, position: LinePosition)
  /// A digit: `0`–`9`, `*`, `#`, `A`–`D`.
  case digit(Character)
  /// Nothing has come for the configured time; `lastPacket` is `nil` if nothing ever has. Reported once; again only
  /// after media has come back and gone.
  case mediaTimeout(lastPacket: Instant?)
  /// The line is part of a bridge no more: it was ended, or the other line was closed or bridged anew. Not reported of a
  /// bridge whose place another one takes.
  case unbridged
  /// The line is closed; nothing follows. What was measured on it is final.
  case closed
}
