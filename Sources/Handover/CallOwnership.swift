package import Calls
package import Desk
package import Logging
import Store

/// What the calls of a conversation do when it changes hands: the assistant falls silent for a person, and speaks again
/// when it has the caller back.
package struct CallOwnership: Sendable {
  private let calls: any LiveCalls
  private let logger: Logger

  /// Follows the desk with `calls`.
  package init(calls: any LiveCalls, logger: Logger) {
    self.calls = calls
    self.logger = logger
  }

  /// Has the call of a conversation follow its owner.
  package func follow(_ change: OwnershipChange) async {
    guard let call = calls.call(of: change.conversation.id) else { return }
    do throws(CallControlError) {
      if change.conversation.owner == .person, let person = change.conversation.person {
        try calls.taken(call.id, by: person)
        if change.movesCall { try await calls.suspendAssistant(call.id) }
      } else if change.movesCall {
        try await calls.resumeAssistant(call.id, note: change.note)
      }
    } catch .noVoice, .noCall {
      // Nobody of ours speaks on it, or it ended a moment ago.
    } catch {
      logger.error(
        "a call does not follow its conversation",
        metadata: ["call": "\(call.sipCallID)", "reason": "\(error)"])
    }
  }
}
