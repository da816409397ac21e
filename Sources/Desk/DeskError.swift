/// Why the desk did not do what somebody asked for.
package enum DeskError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no such escalation.
  case unknown
  /// There is no such conversation.
  case noConversation
  /// It is not theirs: somebody else has it, or nobody has.
  case notTheirs(person: String?)
  /// Only a supervisor may do that.
  case supervisorsOnly
  /// The conversation has changed hands meanwhile.
  case conflict
  /// The conversation has changed hands meanwhile, and is in this epoch now.
  case otherEpoch(Int64)
  /// The store failed.
  case store(String)

  /// One line.
  package var description: String {
    switch self {
    case .unknown: "there is no such escalation"
    case .noConversation: "there is no such conversation"
    case .notTheirs(let person): person.map { "it is with \($0)" } ?? "it is with nobody"
    case .supervisorsOnly: "only a supervisor may do that"
    case .conflict: "the conversation has changed hands meanwhile"
    case .otherEpoch(let epoch): "the conversation is in epoch \(epoch) by now"
    case .store(let reason): reason
    }
  }
}
