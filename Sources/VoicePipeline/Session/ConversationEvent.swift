public import Audio

/// Something that happened in a conversation, for logs, consoles and webhooks.
public struct ConversationEvent: Sendable, Equatable {
  /// When it happened.
  public var at: Instant
  /// What happened.
  public var kind: Kind

  /// What happened.
  public enum Kind: Sendable, Equatable {
    /// The caller began turn number `turn`.
    case turnStarted(turn: Int)
    /// What the caller's utterance sounds like so far.
    case transcriptPartial(Private<String>)
    /// What the caller said. Empty if nothing was understood. `confidence` is 0 to 1 where the recogniser gives one.
    case transcriptFinal(Private<String>, confidence: Double?)
    /// A speech of the assistant can be heard; `turn` is the turn it answers, if it answers one.
    case replyStarted(speech: Int, turn: Int?)
    /// The caller made a sound and the speech stands still, for now.
    case replyInterrupted(speech: Int)
    /// It was no words: the speech goes on.
    case replyResumed(speech: Int)
    /// The speech is over; `heard` is what was sent of it as sound. `speech` is nil for the word that a person is being
    /// called, which is no speech of the turn machine.
    case replyFinished(speech: Int?, heard: Private<String>, wasInterrupted: Bool)
    /// A person is wanted; `reason` is that of the finding.
    case escalationRequested(reason: String, finding: EscalationFinding)
    /// What that person gets: once right behind `escalationRequested`, made of what is known, and, where a language
    /// model can sum up, again when that is done.
    case handoverPackage(HandoverPackage, isComplete: Bool)
    /// The carrier was asked to hand the caller to `target`.
    case transferStarted(target: Private<String>)
    /// Provisional word while the person is rung.
    case transferProgress(status: Int)
    /// How the hand-over ended; `status` is a SIP status where there was one.
    case transferFinished(succeeded: Bool, status: Int?)
    /// A person's words were spoken to the caller.
    case personSpoke(Private<String>)
    /// A message was sent to the caller on another channel.
    case messageSent(Private<String>)
    /// A message to the caller on another channel could not be sent.
    case messageFailed(reason: String)
    /// A provider failed, and what it was for.
    case providerFailed(role: ProviderRole, ProviderError)
    /// The steps of one turn.
    case turnTiming(TurnTiming)
    /// The conversation is over.
    case ended(reason: String)
  }

  /// The name on the outside, e.g. `turn.started`.
  public var type: String {
    switch kind {
    case .turnStarted: "turn.started"
    case .transcriptPartial: "transcript.partial"
    case .transcriptFinal: "transcript.final"
    case .replyStarted: "reply.started"
    case .replyInterrupted: "reply.interrupted"
    case .replyResumed: "reply.resumed"
    case .replyFinished: "reply.finished"
    case .escalationRequested: "escalation.requested"
    case .handoverPackage: "escalation.package"
    case .transferStarted: "transfer.started"
    case .transferProgress: "transfer.progress"
    case .transferFinished: "transfer.finished"
    case .personSpoke, .messageSent: "message.sent"
    case .messageFailed: "message.failed"
    case .providerFailed: "provider.failed"
    case .turnTiming: "turn.timing"
    case .ended: "ended"
    }
  }
}
