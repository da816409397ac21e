/// Every kind of event that leaves the program, by its name on the outside.
package enum AssistEventType: String, Sendable, CaseIterable {
  case callRinging = "call.ringing"
  case callAnswered = "call.answered"
  case callEnded = "call.ended"
  case callQuality = "call.quality"
  case dtmf
  case turnStarted = "turn.started"
  case transcriptPartial = "transcript.partial"
  case transcriptFinal = "transcript.final"
  case replyStarted = "reply.started"
  case replyInterrupted = "reply.interrupted"
  case replyResumed = "reply.resumed"
  case replyFinished = "reply.finished"
  case turnTiming = "turn.timing"
  case messageReceived = "message.received"
  case messageSent = "message.sent"
  case messageStatus = "message.status"
  case conversationUpdated = "conversation.updated"
  case escalationRequested = "escalation.requested"
  case escalationOffered = "escalation.offered"
  case escalationUpdated = "escalation.updated"
  case escalationClaimed = "escalation.claimed"
  case escalationResolved = "escalation.resolved"
  case escalationCallback = "escalation.callback"
  case transferStarted = "transfer.started"
  case transferProgress = "transfer.progress"
  case transferFinished = "transfer.finished"
  case providerFailed = "provider.failed"
  case personStatus = "person.status"

  /// Whether it is stored, can be caught up with, and goes to webhooks. What is out of date within seconds is not.
  package var isDurable: Bool {
    switch self {
    case .transcriptPartial, .callQuality: false
    default: true
    }
  }
}
