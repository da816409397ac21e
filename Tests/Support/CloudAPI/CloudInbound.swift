/// What a customer can send to the business.
public enum CloudInbound: Sendable {
  /// A text.
  case text(String)
  /// A voice note recorded in WhatsApp: Ogg with Opus.
  case voice([UInt8])
  /// An audio file of this type.
  case audio([UInt8], mimeType: String)
  /// A picture.
  case image([UInt8], mimeType: String = "image/jpeg", caption: String? = nil)
  /// A film.
  case video([UInt8], mimeType: String = "video/mp4", caption: String? = nil)
  /// A file.
  case document([UInt8], mimeType: String = "application/pdf", filename: String, caption: String? = nil)
  /// A sticker.
  case sticker([UInt8], animated: Bool = false)
  /// A place.
  case location(latitude: Double, longitude: Double, name: String? = nil, address: String? = nil, url: String? = nil)
  /// Somebody's number.
  case contact(name: String, phone: String)
  /// An emoji to a message; nil takes it back.
  case reaction(to: String, emoji: String?)
  /// A tap on a template's quick reply.
  case button(payload: String, text: String)
  /// A tap on a reply button.
  case buttonReply(id: String, title: String)
  /// A choice from a list.
  case listReply(id: String, title: String, description: String? = nil)
  /// A flow was filled in; the answer is JSON.
  case flowReply(name: String, body: String, response: String)
  /// An answer to the question whether the business may call.
  case callPermission(accepts: Bool, isPermanent: Bool = false, expiration: Duration? = nil)
  /// Products from the catalogue.
  case order(catalogID: String, productID: String, quantity: Int, price: Double, currency: String)
  /// What the API can't pass on, `poll` for example.
  case unsupported(String)
  /// A message that Meta passes on with an error of this code.
  case failed(code: Int)
  /// A new wording of an earlier message, for numbers in coexistence.
  case edit(of: String, text: String)
  /// An earlier message was deleted, for numbers in coexistence.
  case revoke(String)
  /// Anything: the type and the members beside the usual ones. For types that do not exist yet, and hostile input.
  case other(type: String, CloudJSON)
}

/// What a message of a customer refers to.
public enum CloudContext: Sendable {
  /// It answers this message of the business, or of their own.
  case reply(to: String)
  /// It was forwarded.
  case forwarded
  /// It was forwarded many times.
  case frequentlyForwarded
  /// It was written from a product's page.
  case product(catalogID: String, productID: String)
  /// It was written after a tap on an advertisement.
  case advertisement(url: String, headline: String)
}
