import JSON
public import Store

/// Reads what WhatsApp delivered. Nothing in it is fatal: what is not known is kept with its own words.
public struct CloudDelivery {
  /// What it says, in its order.
  public private(set) var updates: [ChannelUpdate] = []
  /// What could not be understood, in one line; nil if all was.
  public private(set) var problem: String?

  private let numbers: Set<String>
  private let time: Timestamp

  /// Fields that are known and say nothing to a conversation.
  private static let quietFields: Set<String> = [
    "calls", "account_update", "account_review_update", "account_alerts", "account_settings_update",
    "business_capability_update", "phone_number_name_update", "phone_number_quality_update", "user_preferences",
    "message_template_status_update", "message_template_quality_update", "message_template_components_update",
    "template_category_update", "security", "flows", "history", "smb_app_state_sync", "smb_message_echoes",
    "group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update",
  ]

  /// Reads `body`, which may speak of `numbers` and came at `time`; that counts for what tells no time itself.
  public init(_ body: [UInt8], numbers: Set<String>, at time: Timestamp) {
    self.numbers = numbers
    self.time = time
    guard let root = JSONValue(body) else {
      problem = "the delivery is not JSON"
      return
    }
    guard root["object"]?.string == "whatsapp_business_account" else {
      problem = "the delivery is of another object than a WhatsApp account"
      return
    }
    for entry in root["entry"]?.array ?? [] {
      for change in entry["changes"]?.array ?? [] {
        let field = change["field"]?.string ?? ""
        guard let value = change["value"] else { continue }
        if field == "messages" {
          read(value)
        } else if !Self.quietFields.contains(field) {
          note("a field that is not known: \(field.prefix(64))")
        }
      }
    }
  }

  private mutating func note(_ text: String) {
    if problem == nil { problem = text }
  }

  private mutating func read(_ value: JSONValue) {
    guard let number = value["metadata"]?["phone_number_id"]?.string, numbers.contains(number) else {
      return note("a number that is not configured, or not with the key of this delivery")
    }
    let contacts = CloudContacts(value["contacts"]?.array ?? [])
    for message in value["messages"]?.array ?? [] {
      if let update = CloudMessage(message, number: number, contacts: contacts, at: time).update {
        updates.append(update)
      } else {
        note("a message without sender or id")
      }
    }
    for status in value["statuses"]?.array ?? [] {
      if let report = report(status) {
        updates.append(.status(report))
      } else {
        note("a status that is not known: \(status["status"]?.string?.prefix(32) ?? "none")")
      }
    }
    if let error = value["errors"]?.array.first {
      // Meta's own words; they are about the account.
      note("an error of the account: \(error["code"]?.integer ?? 0) \(error["title"]?.string?.prefix(200) ?? "")")
    }
  }

  private func report(_ status: JSONValue) -> StatusReport? {
    guard let id = status["id"]?.string, let word = status["status"]?.string, let state = MessageState(rawValue: word),
      state == .failed || (state.progress ?? 0) > 0
    else { return nil }
    let error = status["errors"]?.array.first
    return StatusReport(
      channel: CloudMessage.channel, channelID: id, key: status["biz_opaque_callback_data"]?.string, state: state,
      at: status["timestamp"]?.integer.map { Timestamp(seconds: $0) } ?? time,
      code: error?["code"]?.integer.map { Int(clamping: $0) },
      failure: error?["title"]?.string.map { String($0.prefix(200)) })
  }
}
