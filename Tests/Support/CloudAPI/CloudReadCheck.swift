/// A request to mark a customer's message as read, and perhaps to show that a reply is being typed.
struct CloudReadCheck {
  /// The customer's message.
  var messageID: String
  /// Whether typing shows.
  var isTyping: Bool

  init(_ json: CloudJSON) throws(CloudError) {
    let request = try CloudFields(json, "")
    try request.only("messaging_product", "status", "message_id", "typing_indicator")
    _ = try request.string("messaging_product", oneOf: "whatsapp")
    _ = try request.string("status", oneOf: "read")
    messageID = try request.string("message_id", max: 512)
    isTyping = request.has("typing_indicator")
    if isTyping {
      let typing = try request.object("typing_indicator")
      try typing.only("type")
      _ = try typing.string("type", oneOf: "text")
    }
  }
}
