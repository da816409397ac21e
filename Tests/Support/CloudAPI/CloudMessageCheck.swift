/// A request to send, checked in all that depends on no state.
struct CloudMessageCheck {
  /// Whom to: digits, or a business-scoped user id.
  var recipient: Recipient
  /// The kind of message.
  var type: String
  /// What the customer reads of it.
  var text: String?
  /// What it answers.
  var contextID: String?
  /// Echoed in each status.
  var callbackData: String?
  /// The medium that was uploaded, with its kind.
  var medium: (id: String, kind: CloudMediaKind)?
  /// Whether it is to be a voice note.
  var isVoice = false
  /// The message that is reacted to.
  var reactionTo: String?

  enum Recipient: Equatable {
    case number(String, input: String)
    case userID(String)
  }

  static let types = [
    "text", "audio", "image", "video", "document", "sticker", "location", "contacts", "reaction", "interactive",
    "template",
  ]

  init(_ json: CloudJSON, templates: [CloudSettings.Template]) throws(CloudError) {
    let message = try CloudFields(json, "")
    _ = try message.string("messaging_product", oneOf: "whatsapp")
    type = message.has("type") ? try message.string("type", max: 64) : "text"
    guard Self.types.contains(type) else {
      let types = Self.types.map { $0.uppercased() }.joined(separator: ", ")
      throw CloudError(100, "Param type must be one of {\(types)} - got \"\(type)\".")
    }
    try message.only(
      "messaging_product", "recipient_type", "to", "recipient", "type", type, "context", "biz_opaque_callback_data")
    if message.has("recipient_type") { _ = try message.string("recipient_type", oneOf: "individual") }
    recipient = try Self.recipient(message)
    callbackData = try message.optionalString("biz_opaque_callback_data", max: 512)
    if message.has("context") {
      let context = try message.object("context")
      try context.only("message_id")
      contextID = try context.string("message_id", max: 512)
    }
    switch type {
    case "text":
      let fields = try message.object("text")
      try fields.only("body", "preview_url")
      text = try fields.string("body", max: 4096)
      _ = try fields.optionalBool("preview_url")
    case "interactive": text = try CloudInteractiveCheck.check(message)
    case "template": text = try CloudTemplateCheck.check(message, known: templates)
    case "location":
      let fields = try message.object("location")
      try fields.only("latitude", "longitude", "name", "address")
      _ = try fields.number("latitude", -90...90)
      _ = try fields.number("longitude", -180...180)
      text = try fields.optionalString("name", max: 1000)
      _ = try fields.optionalString("address", max: 1000)
    case "contacts": text = try Self.contactName(message)
    case "reaction":
      let fields = try message.object("reaction")
      try fields.only("message_id", "emoji")
      reactionTo = try fields.string("message_id", max: 512)
      // An empty emoji takes the reaction back.
      guard let emoji = fields.json("emoji")?.string, emoji.count <= 1 else {
        throw fields.invalid("emoji", "must be one emoji or empty")
      }
      text = emoji
    default: try checkMedium(message)
    }
  }

  private static func recipient(_ message: CloudFields) throws(CloudError) -> Recipient {
    guard message.has("to") != message.has("recipient") else {
      throw message.has("to")
        ? CloudError(100, "Only one of the parameters to and recipient may be given.")
        : CloudError(100, "The parameter to is required.")
    }
    if message.has("to") {
      let input = try message.string("to", max: 32)
      let digits = input.hasPrefix("+") ? input.dropFirst() : input[...]
      guard (7...15).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw CloudError(100, "Param to must be a phone number with its country code.")
      }
      return .number(String(digits), input: input)
    }
    let id = try message.string("recipient", max: 140)
    let parts = id.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts[0].count == 2, parts.count == 2 || parts[1] == "ENT",
      let last = parts.last, (1...128).contains(last.utf8.count),
      parts.allSatisfy({ $0.utf8.allSatisfy { isAlphanumeric($0) } })
    else { throw CloudError(100, "Param recipient must be a business-scoped user ID.") }
    return .userID(id)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }

  private static func contactName(_ message: CloudFields) throws(CloudError) -> String {
    var names: [String] = []
    for (index, json) in try message.array("contacts", 1...257).enumerated() {
      let contact = try CloudFields(json, "contacts[\(index)]")
      try contact.only("name", "phones", "emails", "addresses", "org", "urls", "birthday")
      let name = try contact.object("name")
      try name.only("formatted_name", "first_name", "last_name", "middle_name", "suffix", "prefix")
      names.append(try name.string("formatted_name", max: 1024))
      guard ["first_name", "last_name", "middle_name", "suffix", "prefix"].contains(where: { name.has($0) }) else {
        throw name.missing("first_name")
      }
    }
    return names.joined(separator: ", ")
  }

  private mutating func checkMedium(_ message: CloudFields) throws(CloudError) {
    let fields = try message.object(type)
    guard let kind = CloudMediaKind(rawValue: type) else { throw CloudError(131051) }
    switch kind {
    case .audio: try fields.only("id", "link", "voice")
    case .sticker: try fields.only("id", "link")
    case .image, .video: try fields.only("id", "link", "caption")
    case .document: try fields.only("id", "link", "caption", "filename")
    }
    text = try fields.optionalString("caption", max: 1024)
    _ = try fields.optionalString("filename", max: 240)
    isVoice = try fields.optionalBool("voice") ?? false
    guard fields.has("id") != fields.has("link") else {
      throw CloudError(100, "Exactly one of \(type)['id'] and \(type)['link'] is required.")
    }
    if fields.has("id") {
      medium = (try fields.string("id", max: 64), kind)
    } else {
      let link = try fields.string("link", max: 2048)
      guard link.hasPrefix("https://") || link.hasPrefix("http://") else {
        throw fields.invalid("link", "must be a URL")
      }
    }
  }
}
