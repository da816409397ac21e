extension ConversationState {
  /// Keeps `memory` (nil forgets it) in place of `base`, and `watch` (nil leaves it), unless another memory than `base` is
  /// kept by now: somebody else has written since that was read, and it would be lost.
  mutating func remember(_ memory: String?, watch: String?, replacing base: String?) -> MemoryOutcome {
    guard self.memory == base else { return .changed(current: self.memory) }
    self.memory = memory
    self.watch = watch ?? self.watch
    return .stored
  }
}
