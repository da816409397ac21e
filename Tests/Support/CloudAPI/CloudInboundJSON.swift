extension CloudInbound {
  /// The file and its type, if it has one.
  var medium: (bytes: [UInt8], mimeType: String)? {
    switch self {
    case .voice(let bytes): (bytes, "audio/ogg; codecs=opus")
    case .audio(let bytes, let type), .image(let bytes, let type, _), .video(let bytes, let type, _),
      .document(let bytes, let type, _, _):
      (bytes, type)
    case .sticker(let bytes, _): (bytes, "image/webp")
    default: nil
    }
  }

  /// The `type`, and the members that go with it.
  /// - Parameter medium: `mime_type`, `sha256`, `id` and perhaps `url` of the file.
  func json(medium: CloudJSON) -> (type: String, members: CloudJSON) {
    func named(_ type: String, _ value: CloudJSON) -> (type: String, members: CloudJSON) {
      (type, .object([CloudJSON.Member(type, value)]))
    }
    func text(_ value: String?) -> CloudJSON? { value.map { .string($0) } }
    func interactive(_ type: String, _ value: CloudJSON) -> (type: String, members: CloudJSON) {
      named("interactive", .object([CloudJSON.Member("type", .string(type)), CloudJSON.Member(type, value)]))
    }
    switch self {
    case .text(let body): return named("text", ["body": .string(body)])
    case .voice: return named("audio", medium.adding("voice", true))
    case .audio: return named("audio", medium.adding("voice", false))
    case .image(_, _, let caption): return named("image", medium.adding("caption", text(caption)))
    case .video(_, _, let caption): return named("video", medium.adding("caption", text(caption)))
    case .document(_, _, let filename, let caption):
      return named("document", medium.adding("filename", .string(filename)).adding("caption", text(caption)))
    case .sticker(_, let animated): return named("sticker", medium.adding("animated", .bool(animated)))
    case .location(let latitude, let longitude, let name, let address, let url):
      let place: CloudJSON = ["latitude": .number(latitude), "longitude": .number(longitude)]
      return named(
        "location", place.adding("name", text(name)).adding("address", text(address)).adding("url", text(url)))
    case .contact(let name, let phone):
      return named(
        "contacts",
        [
          [
            "name": ["formatted_name": .string(name), "first_name": .string(name)],
            "phones": [["phone": .string(phone), "wa_id": .string(phone.filter(\.isNumber)), "type": "CELL"]],
          ]
        ])
    case .reaction(let id, let emoji):
      return named("reaction", (["message_id": .string(id)] as CloudJSON).adding("emoji", text(emoji)))
    case .button(let payload, let label):
      return named("button", ["payload": .string(payload), "text": .string(label)])
    case .buttonReply(let id, let title):
      return interactive("button_reply", ["id": .string(id), "title": .string(title)])
    case .listReply(let id, let title, let description):
      let reply: CloudJSON = ["id": .string(id), "title": .string(title)]
      return interactive("list_reply", reply.adding("description", text(description)))
    case .flowReply(let name, let body, let response):
      return interactive(
        "nfm_reply", ["name": .string(name), "body": .string(body), "response_json": .string(response)])
    case .callPermission(let accepts, let isPermanent, let expiration):
      let reply: CloudJSON = ["response": accepts ? "accept" : "reject", "is_permanent": .bool(isPermanent)]
      return interactive(
        "call_permission_reply",
        reply.adding("expiration_timestamp", expiration.map { .string(String($0.components.seconds)) })
          .adding("response_source", "user_action"))
    case .order(let catalog, let product, let quantity, let price, let currency):
      return named(
        "order",
        [
          "catalog_id": .string(catalog), "text": "",
          "product_items": [
            [
              "product_retailer_id": .string(product), "quantity": .integer(quantity), "item_price": .number(price),
              "currency": .string(currency),
            ]
          ],
        ])
    case .unsupported(let kind):
      let error: CloudJSON = [
        "code": 131051, "title": "Message type unknown", "message": "Message type unknown",
        "error_data": ["details": "Message type is currently not supported."],
      ]
      return ("unsupported", ["errors": [error], "unsupported": ["type": .string(kind)]])
    case .failed(let code): return ("unsupported", ["errors": [CloudError(code).webhookForm]])
    case .edit(let id, let body):
      return named(
        "edit",
        [
          "original_message_id": .string(id),
          "message": ["id": .string(id), "type": "text", "text": ["body": .string(body)]],
        ])
    case .revoke(let id): return named("revoke", ["original_message_id": .string(id)])
    case .other(let type, let members): return (type, members)
    }
  }
}

extension CloudContext {
  /// The member of the message, `context` or `referral`.
  func member(business: String) -> CloudJSON.Member {
    switch self {
    case .reply(let id): .init("context", ["from": .string(business), "id": .string(id)])
    case .forwarded: .init("context", ["forwarded": true])
    case .frequentlyForwarded: .init("context", ["frequently_forwarded": true])
    case .product(let catalog, let product):
      .init(
        "context",
        [
          "from": .string(business), "id": "wamid.PRODUCT",
          "referred_product": ["catalog_id": .string(catalog), "product_retailer_id": .string(product)],
        ])
    case .advertisement(let url, let headline):
      .init(
        "referral",
        [
          "source_url": .string(url), "source_type": "ad", "source_id": "120200000000000001",
          "headline": .string(headline), "body": "", "media_type": "image", "image_url": .string(url),
          "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ",
        ])
    }
  }
}
