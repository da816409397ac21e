import Audio
import FoundationEssentials

/// When something happens to a conversation: the time, and how far the caller has heard.
struct Moment: Sendable {
  /// The clock of turns and media.
  var now: Instant
  /// The time of day, for what is kept.
  var date: Date
  /// The position in playout up to which sound has been sent.
  var played: LinePosition
}
