import JSON
public import Store
public import VoicePipeline

/// What was said with a customer on every channel, as a dialogue is told it.
public enum ConversationHistory {
  /// The most messages that a dialogue is told.
  public static let limit = 60

  /// A pause after which it is said when the conversation went on.
  private static let pause = Duration.seconds(3 * 3600)

  /// `messages`, the oldest first, up to `now`. Facts about when and where stand between them.
  public static func dialogue(_ messages: [MessageRecord], at now: Timestamp) -> [DialogueMessage] {
    var result: [DialogueMessage] = []
    var last: MessageRecord?
    for message in messages {
      guard let said = said(message) else { continue }
      // A note of ours has no place where it was said.
      guard message.channel != "console" else {
        result.append(said)
        continue
      }
      if last.map({ $0.channel != message.channel || $0.sentAt.duration(to: message.sentAt) > pause }) ?? true {
        let place = message.channel == "phone" ? "on the phone" : "in writing, on WhatsApp"
        result.append(
          DialogueMessage(
            .system, "What follows was said \(place), \(ago(message.sentAt, now)) (\(message.sentAt.day))."))
      }
      result.append(said)
      last = message
    }
    return result
  }

  private static func said(_ message: MessageRecord) -> DialogueMessage? {
    guard message.state != .failed, message.state != .withdrawn else { return nil }
    switch message.author {
    case .customer:
      if message.kind == "reaction" {
        guard let emoji = JSONValue(Array((message.detail ?? "").utf8))?["emoji"]?.string, !emoji.isEmpty else {
          return nil
        }
        return DialogueMessage(.caller, "(reacted with \(emoji.prefix(8)))")
      }
      if message.text.isEmpty {
        return message.kind == "text" || message.kind == "speech" || message.kind == "revoked"
          ? nil : DialogueMessage(.caller, "(sent: \(message.kind))")
      }
      return DialogueMessage(.caller, message.text)
    case .assistant:
      return message.text.isEmpty ? nil : DialogueMessage(.assistant, message.text)
    case .person:
      return DialogueMessage(.system, "A colleague of yours said to the customer: \(message.text)")
    case .system:
      return DialogueMessage(.system, message.text)
    }
  }

  private static func ago(_ time: Timestamp, _ now: Timestamp) -> String {
    let hours = Int(time.duration(to: now) / .seconds(3600))
    switch hours {
    case ..<1: return "within the last hour"
    case 1..<48: return "\(hours) hour\(hours == 1 ? "" : "s") ago"
    default: return "\(hours / 24) days ago"
    }
  }
}
