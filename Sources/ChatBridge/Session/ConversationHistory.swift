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

extension Timestamp {
  /// The date in UTC, e.g. `2026-11-28`.
  public var day: String { String(text.prefix(10)) }

  /// As RFC 3339 has it, in UTC, e.g. `2026-11-28T03:36:14.250Z`.
  public var text: String {
    let limit: Int64 = 253_402_300_799_999
    let clamped = min(max(milliseconds, 0), limit)
    let (days, inDay) = (clamped / 86_400_000, clamped % 86_400_000)
    // The civil calendar from days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func pad(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
    let time = "\(pad(inDay / 3_600_000, 2)):\(pad(inDay / 60_000 % 60, 2)):\(pad(inDay / 1000 % 60, 2))"
    return "\(date)T\(time).\(pad(inDay % 1000, 3))Z"
  }
}
