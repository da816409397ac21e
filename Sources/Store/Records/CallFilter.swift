/// Which calls are meant; what is nil says nothing.
public struct CallFilter: Sendable, Equatable {
  /// Of which conversation.
  public var conversation: String?
  /// Those named.
  public var ids: Set<String>?
  /// Whether they are going on: those that have not ended, or those that have.
  public var isOpen: Bool?

  /// All calls of which everything given holds.
  public init(conversation: String? = nil, ids: Set<String>? = nil, isOpen: Bool? = nil) {
    self.conversation = conversation
    self.ids = ids
    self.isOpen = isOpen
  }

  /// Whether `call` is meant.
  public func admits(_ call: CallRecord) -> Bool {
    (conversation == nil || conversation == call.conversation) && ids?.contains(call.id) ?? true
      && (isOpen == nil || isOpen == (call.endedAt == nil))
  }
}
