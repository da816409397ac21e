/// What became of a request that carries a key by which it may be made again without being done again.
public enum KeptRequest: Sendable, Equatable {
  /// It is new; whoever asks does it now.
  case new
  /// Somebody is doing it.
  case underWay
  /// It was done, with this answer.
  case done(status: Int, body: String)
  /// The same key came with another request.
  case other
}
