import JSON
import Store

/// One message of a customer as Twilio has it, in WhatsApp's words.
struct TwilioMessage {
  let incoming: IncomingMessage

  private static let mediaKinds: Set<String> = ["audio", "image", "video", "document", "sticker"]
  /// WhatsApp messages hold one; more are noted, so many at most.
  private static let maximumMedia = 10

  /// Reads `form`, written to `number`; nil if nobody sent it.
  init?(_ form: TwilioForm, number: String, at time: Timestamp) {
    var identities: [CustomerIdentity] = []
    func add(_ identity: CustomerIdentity?) {
      if let identity, !identities.contains(identity) { identities.append(identity) }
    }
    // The user id stays when the number is hidden: the one to go by. `From` is the number to answer to; WhatsApp's own
    // may be written in another way (Mexico's 521, Brazil's ninth digit).
    if let user = TwilioAddress(form["ExternalUserId"])?.identity, user.kind == .whatsappUser { add(user) }
    add(TwilioAddress(form["From"])?.identity)
    add(form["WaId"].flatMap { CustomerIdentity.phone($0) })
    guard let id = form.messageSID, !identities.isEmpty else { return nil }
    let kind = Self.kind(of: form)
    let content = Content(kind, form)
    incoming = IncomingMessage(
      channel: CloudMessage.channel, account: number, channelID: id, identities: identities,
      name: form["ProfileName"].map { String($0.prefix(200)) }, sentAt: time, kind: kind, text: content.text,
      detail: content.detail?.text, replyTo: form["OriginalRepliedMessageSid"].map { String($0.prefix(64)) },
      wantsAnswer: content.wantsAnswer)
  }

  /// What Twilio calls it; where it says nothing, what it holds.
  private static func kind(of form: TwilioForm) -> String {
    let named = form["MessageType"]?.lowercased()
    let media = form["MediaUrl0"] == nil ? nil : form["MediaContentType0"]?.lowercased() ?? ""
    if let media, named.map({ !mediaKinds.contains($0) }) ?? true {
      switch media.prefix(while: { $0 != "/" }) {
      case "audio": return "audio"
      case "image": return "image"
      case "video": return "video"
      case "text" where media.contains("vcard") || media.contains("directory"): return "contacts"
      default: return "document"
      }
    }
    if let named { return String(named.prefix(64)) }
    if form["Latitude"] != nil, form["Longitude"] != nil { return "location" }
    if form["ListId"] != nil { return "interactive" }
    if form["ButtonPayload"] != nil || form["ButtonText"] != nil { return "button" }
    return form["Body"] == nil ? "unknown" : "text"
  }

  /// What it says.
  private struct Content {
    var text: String
    var detail: JSONValue?
    var wantsAnswer = true

    init(_ kind: String, _ form: TwilioForm) {
      text = form["Body"] ?? ""
      var fields: [String: JSONValue] = [:]
      switch kind {
      case "text": break
      case _ where TwilioMessage.mediaKinds.contains(kind): fields = Self.media(form)
      case "contacts" where form["MediaUrl0"] != nil: fields = Self.media(form)
      case "location":
        fields["latitude"] = Self.degrees(form["Latitude"])
        fields["longitude"] = Self.degrees(form["Longitude"])
        fields["name"] = form["Label"].map { .string($0) }
        fields["address"] = form["Address"].map { .string($0) }
      case "button":
        text = form["ButtonText"] ?? text
        fields["text"] = .string(text)
        fields["payload"] = form["ButtonPayload"].map { .string($0) }
      case "interactive" where form["ListId"] != nil:
        text = form["ListTitle"] ?? text
        fields = Self.reply("list_reply", id: form["ListId"], title: text, form["ListDescription"])
      case "interactive" where form["ButtonPayload"] != nil || form["ButtonText"] != nil:
        text = form["ButtonText"] ?? text
        fields = Self.reply("button_reply", id: form["ButtonPayload"], title: text, nil)
      case "reaction":
        text = ""
        detail = form.json
        wantsAnswer = false
      default:
        // A kind that is not known: kept with all that it says, and answered if it has words.
        detail = form.json
        wantsAnswer = !text.isEmpty || ["contacts", "order", "unsupported"].contains(kind)
      }
      if let referral = Self.referral(form) { fields["referral"] = referral }
      if detail == nil, !fields.isEmpty { detail = .object(fields) }
    }

    private static func media(_ form: TwilioForm) -> [String: JSONValue] {
      guard let url = form["MediaUrl0"] else { return [:] }
      var fields = one(url, form["MediaContentType0"])
      let count = min(max(Int(form["NumMedia"] ?? "") ?? 1, 1), TwilioMessage.maximumMedia)
      let others = (1..<max(count, 1)).compactMap { index in
        form["MediaUrl\(index)"].map { JSONValue.object(one($0, form["MediaContentType\(index)"])) }
      }
      if !others.isEmpty { fields["others"] = .array(others) }
      return fields
    }

    private static func one(_ url: String, _ mimeType: String?) -> [String: JSONValue] {
      let id = url.split(separator: "/").last.map { String($0.prefix(64)) } ?? ""
      return [
        "id": .string(id), "url": .string(url), "mime_type": .string(mimeType ?? "application/octet-stream"),
      ]
    }

    private static func degrees(_ text: String?) -> JSONValue? {
      guard let text, let value = Double(text), value.isFinite else { return nil }
      return .number(value)
    }

    private static func reply(
      _ kind: String, id: String?, title: String, _ description: String?
    ) -> [String: JSONValue] {
      var reply: [String: JSONValue] = ["id": JSONValue(id), "title": .string(title)]
      if let description { reply["description"] = .string(description) }
      return ["type": .string(kind), kind: .object(reply)]
    }

    /// The advertisement that brought the customer, in WhatsApp's words.
    private static func referral(_ form: TwilioForm) -> JSONValue? {
      let words = [
        "ReferralSourceUrl": "source_url", "ReferralSourceType": "source_type", "ReferralSourceId": "source_id",
        "ReferralHeadline": "headline", "ReferralBody": "body", "ReferralCtwaClid": "ctwa_clid",
      ]
      var fields: [String: JSONValue] = [:]
      for (name, word) in words {
        if let value = form[name] { fields[word] = .string(value) }
      }
      return fields.isEmpty ? nil : .object(fields)
    }
  }
}
