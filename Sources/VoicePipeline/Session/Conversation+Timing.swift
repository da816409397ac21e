import Audio
import Logging

// What each turn took.
extension Conversation {
  /// The carrier has sent the first audible packet of something: if it is the answer to the timed turn, its timing is
  /// complete.
  func noteAudible() {
    guard let timed = timing, let speech, let start = speech.ledger.start, let lastAudible else { return }
    // An apology or an announcement answers the turn too, if nothing else did.
    guard speech.turn == nil || speech.turn == timed.turn else { return }
    if lastAudible.position >= start {
      timing?.firstAudibleOut = lastAudible.at
    } else {
      // It plays right behind a filler: there was no new beginning, but its place in playout is known.
      guard isFillerSounding else { return }
      timing?.firstAudibleOut = expectedEnd(of: start)
    }
    reportTiming()
  }

  func reportTiming() {
    guard let timing else { return }
    self.timing = nil
    emit(.turnTiming(timing))
    var metadata: Logger.Metadata = ["turn": "\(timing.turn)"]
    for (name, offset) in timing.offsets { metadata["\(name)_ms"] = "\(offset)" }
    log.info("turn.timing", metadata: metadata)
  }
}
