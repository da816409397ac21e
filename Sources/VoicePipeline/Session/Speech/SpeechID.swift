/// Names something that is said to the caller, by whom it belongs to.
public enum SpeechID: Sendable, Hashable {
  /// An answer or a phrase of the turn machine, by its number there.
  case turn(Int)
  /// The word that a person is being called; they count from 1.
  case announcement(Int)
  /// Words of a person who has the caller; they count from 1.
  case person(Int)
}
