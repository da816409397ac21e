/// Something that happened on a call, for those who watch from outside.
package struct CallNotice: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// It rings: at the far end, or here until the API answers.
    case ringing
    case answered
    case digit(Character)
    /// We put the peer on hold, or took it back.
    case held(Bool)
    case transfer(TransferNotice)
    case ended(reason: String)
  }

  /// The call's id.
  package var call: String
  package var conversation: String?
  package var kind: Kind

  package init(call: String, conversation: String? = nil, kind: Kind) {
    self.call = call
    self.conversation = conversation
    self.kind = kind
  }
}
