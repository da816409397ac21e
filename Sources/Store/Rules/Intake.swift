/// What a customer did to a message that has not come itself yet.
package enum EarlyChange: Sendable, Equatable {
  /// They wrote something else.
  case edited(String)
  /// They took it back, which is the last word.
  case revoked

  /// This, and then `next`.
  func then(_ next: EarlyChange) -> EarlyChange { self == .revoked ? .revoked : next }
}

/// What channels tell, turned into messages: what comes from a customer, and what they change of it. A change may come
/// before its message, and again long after.
enum Intake {
  /// A message of a customer as it is stored in `conversation`, with what they have done to it meanwhile.
  static func receive(
    _ message: IncomingMessage, as id: String, in conversation: ConversationState, _ early: EarlyChange?
  ) -> MessageRecord {
    let waits = message.wantsAnswer && conversation.owner == .assistant
    let record = MessageRecord(
      sequence: 0, id: id, conversation: conversation.id, channel: message.channel, account: message.account,
      author: .customer, person: nil, kind: message.kind, text: message.text, detail: message.detail, media: nil,
      channelID: message.channelID, replyTo: message.replyTo, call: nil, sentAt: message.sentAt,
      state: waits ? .pending : .noted, failure: nil)
    return switch early {
    case nil: record
    case .edited(let text): edit(record, text)
    case .revoked: revoke(record)
    }
  }

  /// A message whose customer changed its words. What was taken back stays so, and nobody changes what we said.
  static func edit(_ message: MessageRecord, _ text: String) -> MessageRecord {
    guard message.author == .customer, message.kind != MessageRecord.revokedKind else { return message }
    var message = message
    message.text = text
    return message
  }

  /// A message that its customer took back: it is not kept; that there was something is.
  static func revoke(_ message: MessageRecord) -> MessageRecord {
    guard message.author == .customer else { return message }
    var message = message
    message.text = ""
    message.detail = nil
    message.media = nil
    message.kind = MessageRecord.revokedKind
    if message.state == .pending { message.state = .noted }
    return message
  }

  /// What a message turned out to say; what was taken back meanwhile is not kept.
  static func understand(_ message: MessageRecord, text: String?, detail: String?, media: String?) -> MessageRecord {
    guard message.kind != MessageRecord.revokedKind else { return message }
    var message = message
    message.text = text ?? message.text
    message.detail = detail ?? message.detail
    message.media = media ?? message.media
    return message
  }

  /// Where a customer is met once `message` came: only those of its names count that are theirs still (`names`), since
  /// nothing is sent to a number that was given up.
  static func thread(
    _ known: ChatThread?, _ message: IncomingMessage, of names: [CustomerIdentity], at now: Timestamp
  ) -> ChatThread {
    let sentAt = min(message.sentAt, now)
    return ChatThread(
      channel: message.channel, account: message.account,
      phone: names.first { $0.kind == .phone }?.value ?? known?.phone,
      user: names.first { $0.kind == .whatsappUser }?.value ?? known?.user,
      lastCustomerAt: known?.lastCustomerAt.map { max($0, sentAt) } ?? sentAt)
  }
}
