public import Store
public import VoicePipeline

/// Something that happened in a chat, for logs, consoles and webhooks.
public struct ChatEvent: Sendable, Equatable {
  /// When.
  public var at: Timestamp
  /// In which conversation.
  public var conversation: String
  /// What.
  public var kind: Kind

  /// What happened.
  public enum Kind: Sendable, Equatable {
    /// A customer wrote; `message` is our name for it.
    case received(message: String)
    /// What a voice note says.
    case transcript(message: String, Private<String>)
    /// An answer was stored and is on its way: how long after the last message it answers.
    case answered(text: Private<String>, isVoice: Bool, after: Duration)
    /// The channel took a message of ours.
    case sent(message: String)
    /// A message of ours has come further.
    case status(message: String, MessageState)
    /// A person is wanted; `reason` is that of the finding.
    case escalationRequested(reason: String, finding: EscalationFinding)
    /// A provider failed, and what it was for.
    case providerFailed(role: ProviderRole, ProviderError)
    /// The customer is being rung, as they wished.
    case calling
  }

  /// The name on the outside, e.g. `message.received`.
  public var type: String {
    switch kind {
    case .received: "message.received"
    case .transcript: "transcript.final"
    case .answered: "reply.finished"
    case .sent: "message.sent"
    case .status: "message.status"
    case .escalationRequested: "escalation.requested"
    case .providerFailed: "provider.failed"
    case .calling: "call.ringing"
    }
  }
}
