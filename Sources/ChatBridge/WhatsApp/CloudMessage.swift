import JSON
import Store

/// One message of a customer as WhatsApp has it.
struct CloudMessage {
  /// The channel's name, whichever way its messages take.
  static let channel = "whatsapp"

  let update: ChannelUpdate?

  /// Reads `message` to `number`, which was delivered at `arrival`; nil inside if nobody sent it.
  init(_ message: JSONValue, number: String, contacts: CloudContacts, at arrival: Timestamp) {
    let from = message["from"]?.string
    let user = message["from_user_id"]?.string
    let contact = contacts.sender(user: user, phone: from)
    var identities: [CustomerIdentity] = []
    if let id = user ?? contact?["user_id"]?.string, let identity = Self.user(id) { identities.append(identity) }
    if let phone = (from ?? contact?["wa_id"]?.string).flatMap({ CustomerIdentity.phone($0) }) {
      identities.append(phone)
    }
    guard let id = message["id"]?.string, !id.isEmpty, !identities.isEmpty else {
      update = nil
      return
    }
    let type = message["type"]?.string ?? "unknown"
    let time = message["timestamp"]?.integer.map { Timestamp(seconds: $0) } ?? arrival
    switch type {
    case "system":
      if let change = Self.identityChange(message, of: identities, at: time) {
        update = change
        return
      }
    case "edit":
      if let original = message["edit"]?["original_message_id"]?.string {
        let edited = message["edit"]?["message"]
        let kind = edited?["type"]?.string ?? "text"
        let text = edited?["text"]?["body"]?.string ?? edited?[kind]?["caption"]?.string ?? ""
        update = .edited(channel: Self.channel, message: original, text: text)
        return
      }
    case "revoke":
      if let original = message["revoke"]?["original_message_id"]?.string {
        update = .revoked(channel: Self.channel, message: original)
        return
      }
    default: break
    }
    var incoming = IncomingMessage(
      channel: Self.channel, account: number, channelID: id, identities: identities,
      name: contact?["profile"]?["name"]?.string.map { String($0.prefix(200)) }, sentAt: time,
      kind: String(type.prefix(64)), replyTo: message["context"]?["id"]?.string, wantsAnswer: false)
    if let content = CloudContent(type, message) {
      incoming.text = content.text
      incoming.detail = content.detail?.text
      incoming.wantsAnswer = content.wantsAnswer
    } else {
      // Of a kind that is not known: kept with all that it says, and not answered.
      incoming.detail = message.text
    }
    update = .message(incoming)
  }

  /// A user id, unless it is longer than any can be.
  private static func user(_ id: String) -> CustomerIdentity? {
    id.isEmpty || id.utf8.count > 200 ? nil : CustomerIdentity(.whatsappUser, id)
  }

  private static func identityChange(
    _ message: JSONValue, of identities: [CustomerIdentity], at time: Timestamp
  ) -> ChannelUpdate? {
    let system = message["system"]
    var new: [CustomerIdentity] = []
    if let identity = system?["user_id"]?.string.flatMap({ Self.user($0) }) { new.append(identity) }
    if let phone = (system?["wa_id"]?.string ?? system?["new_wa_id"]?.string).flatMap({ CustomerIdentity.phone($0) }) {
      new.append(phone)
    }
    // Other facts about a customer come as messages of this type, too, and name them as they are.
    guard !new.allSatisfy({ identities.contains($0) }) else { return nil }
    // The number names who it is about; a user id may be the new one already.
    let old = identities.first { $0.kind == .phone && !new.contains($0) } ?? identities.first { !new.contains($0) }
    guard let old else { return nil }
    return .identityChanged(channel: channel, from: old, to: new, at: time)
  }
}

/// What a message of a known kind says.
struct CloudContent {
  var text = ""
  /// What else there is to it, in the channel's own words.
  var detail: JSONValue?
  var wantsAnswer = true

  /// Nil for a kind that is not known.
  init?(_ type: String, _ message: JSONValue) {
    let body = message[type]
    switch type {
    case "text":
      text = body?["body"]?.string ?? ""
    case "audio", "image", "video", "document", "sticker":
      text = body?["caption"]?.string ?? ""
      detail = body
    case "location", "contacts", "order":
      detail = body
    case "reaction":
      detail = body
      wantsAnswer = false
    case "button":
      text = body?["text"]?.string ?? ""
      detail = body
    case "interactive":
      let kind = body?["type"]?.string ?? ""
      let reply = body?[kind]
      detail = body
      switch kind {
      case "button_reply", "list_reply": text = reply?["title"]?.string ?? ""
      case "nfm_reply": text = reply?["body"]?.string ?? ""
      default: wantsAnswer = false
      }
    case "unsupported":
      detail = message
    default:
      return nil
    }
  }
}
