public import Store

/// Reads what Twilio delivered: one message or one report. Nothing in it is fatal: what is not known is kept with its
/// own words.
public struct TwilioDelivery {
  /// What it says: one update, or none.
  public private(set) var updates: [ChannelUpdate] = []
  /// What could not be understood, in one line; nil if all was.
  public private(set) var problem: String?

  /// States in which nothing has happened yet that anyone waits for.
  private static let quietStates: Set<String> = ["accepted", "scheduled", "queued", "sending", "receiving"]

  /// Reads `body`, as `TwilioWebhook.kept` made it, which may speak of `numbers`, ours in digits. Twilio tells no times:
  /// `time` is when it came.
  public init(_ body: [UInt8], numbers: Set<String>, at time: Timestamp) {
    guard let end = body.firstIndex(of: UInt8(ascii: "\n")), let query = TwilioForm(body[..<end]),
      let form = TwilioForm(body[(end + 1)...])
    else {
      problem = "the delivery is not a form, or a very large one"
      return
    }
    if let word = form["MessageStatus"] {
      read(report: form, word, key: query["key"], numbers, time)
    } else {
      read(message: form, numbers, time)
    }
  }

  private mutating func read(message form: TwilioForm, _ numbers: Set<String>, _ time: Timestamp) {
    guard let number = TwilioAddress(form["To"])?.phone else {
      problem = "a message that did not come by WhatsApp"
      return
    }
    guard numbers.contains(number) else {
      problem = "a number that is not configured, or not with the token of this delivery"
      return
    }
    guard let message = TwilioMessage(form, number: number, at: time) else {
      problem = "a message without sender or id"
      return
    }
    updates = [.message(message.incoming)]
  }

  private mutating func read(
    report form: TwilioForm, _ word: String, key: String?, _ numbers: Set<String>, _ time: Timestamp
  ) {
    guard let number = TwilioAddress(form["From"])?.phone, numbers.contains(number) else {
      problem = "a report on a number that is not configured, or not with the token of this delivery"
      return
    }
    guard let id = form.messageSID else {
      problem = "a report without a message's id"
      return
    }
    let state: MessageState
    switch word {
    case "sent": state = .sent
    case "delivered": state = .delivered
    case "read": state = .read
    case "failed", "undelivered": state = .failed
    case _ where Self.quietStates.contains(word): return
    default:
      problem = "a status that is not known: \(word.prefix(32))"
      return
    }
    let code = state == .failed ? form["ErrorCode"].flatMap { Int($0) } : nil
    // Twilio's own words may hold the customer's number.
    let failure = state == .failed ? code.map { "Twilio's error \($0)" } ?? "Twilio gave no reason" : nil
    updates = [
      .status(
        StatusReport(
          channel: CloudMessage.channel, channelID: id, key: key, state: state, at: time, code: code, failure: failure))
    ]
  }
}

extension TwilioForm {
  /// The message's id at Twilio.
  var messageSID: String? {
    guard let id = self["MessageSid"] ?? self["SmsSid"], id.utf8.count <= 64, id.utf8.allSatisfy(\.isLetterOrDigit)
    else { return nil }
    return id
  }
}
