/// What became of a memory that was to be kept in place of the one that had been read.
public enum MemoryOutcome: Sendable, Equatable {
  /// It is kept.
  case stored
  /// Somebody else has written meanwhile, and nothing was stored; this is what is kept now.
  case changed(current: String?)
}
