/// How long the steps of one turn of a call took.
public struct TurnRecord: Sendable, Equatable {
  /// Of which call.
  public var call: String
  /// Which turn; grows within a call.
  public var turn: Int
  /// When the caller stopped speaking.
  public var at: Timestamp
  /// The steps and their times, as JSON.
  public var steps: String

  /// A turn.
  public init(call: String, turn: Int, at: Timestamp, steps: String) {
    self.call = call
    self.turn = turn
    self.at = at
    self.steps = steps
  }
}
