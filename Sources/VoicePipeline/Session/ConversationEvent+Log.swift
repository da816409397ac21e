import Logging

extension ConversationEvent.Kind {
  /// What the log says of it, without a word of the caller; nil if it says nothing.
  var logEntry: (level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata)? {
    switch self {
    case .escalationRequested(let reason, let finding):
      (.info, "escalation.requested", ["kind": "\(finding.kind.rawValue)", "reason": "\(reason)"])
    case .transferStarted: (.info, "transfer.started", [:])
    case .transferFinished(let succeeded, let status):
      (
        .info, "transfer.finished",
        succeeded ? ["succeeded": "true"] : ["succeeded": "false", "status": "\(status ?? 0)"]
      )
    case .messageSent: (.info, "message.sent", [:])
    case .messageFailed(let reason): (.warning, "message.failed", ["reason": "\(reason)"])
    case .providerFailed(let role, let error):
      (.warning, "provider failed", ["role": "\(role.rawValue)", "error": "\(error)"])
    case .turnTiming(let timing):
      (
        .info, "turn.timing",
        timing.offsets.reduce(into: ["turn": "\(timing.turn)"]) { $0["\($1.name)_ms"] = "\($1.milliseconds)" }
      )
    case .turnStarted, .transcriptPartial, .transcriptFinal, .replyStarted, .replyInterrupted, .replyResumed,
      .replyFinished, .handoverPackage, .transferProgress, .personSpoke, .ended:
      nil
    }
  }
}
