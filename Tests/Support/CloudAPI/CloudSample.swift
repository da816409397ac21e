import Coordination

/// One webhook body as it would go out, for readers that are not this project's.
public struct CloudSample: Sendable {
  /// What it shows, `audio_voice` for example. Batches begin with `batch_`.
  public var name: String
  /// The exact bytes.
  public var body: [UInt8]
  /// The value of `X-Hub-Signature-256`.
  public var signature: String
}

extension StandInCloudAPI {
  /// A body of each type of message and each status, and batches of each shape. Nothing is delivered.
  public func samples() throws -> [CloudSample] {
    let ana = "15557770000"
    addCustomer(waID: ana, name: "Ana Muñoz 🌻", userID: "US.13491208655302741918")
    var updates = messageSamples(from: ana)
    updates += try statusSamples(to: ana)
    updates.append(("value_errors", errorUpdate(code: 130429)))
    updates.append(
      (
        "account_update",
        CloudUpdate(
          id: "account_update", kind: .value(field: "account_update"),
          item: ["event": "ACCOUNT_RESTRICTION", "phone_number": .string(settings.displayPhoneNumber)], due: .now)
      ))
    updates += changeSamples(of: ana)
    var samples = updates.map { sample($0.name, [$0.update], settings) }
    for (name, shape) in [
      ("entries", CloudSettings.BatchShape.entries), ("changes", .changes), ("messages", .messages),
    ] {
      var settings = settings
      settings.delivery.batchShape = shape
      samples.append(sample("batch_\(name)", updates.map(\.update), settings))
    }
    return samples
  }

  private typealias Named = (name: String, update: CloudUpdate)

  private func sample(_ name: String, _ updates: [CloudUpdate], _ settings: CloudSettings) -> CloudSample {
    let body = CloudWebhookBody.bytes(updates, settings)
    return CloudSample(
      name: name, body: body, signature: CloudDigest.signature(of: body, appSecret: settings.appSecret))
  }

  private func messageSamples(from ana: String) -> [Named] {
    let earlier = message(.text("earlier"), from: ana).id
    let file: [UInt8] = Array("not really a file".utf8)
    let contents: [(String, CloudInbound, CloudContext?)] = [
      ("text", .text("hola"), nil),
      ("text_escapes", .text("¿Cuánto cuesta? äöü 👍🏽 \"x\" \\ a/b\n\t\u{1}<&>"), nil),
      ("text_reply", .text("sí"), .reply(to: earlier)),
      ("text_forwarded", .text("mira"), .forwarded),
      ("text_frequently_forwarded", .text("mira"), .frequentlyForwarded),
      ("text_product", .text("¿lo tienen?"), .product(catalogID: "194836987003835", productID: "SKU-1")),
      ("text_advertisement", .text("info"), .advertisement(url: "https://fb.me/abc", headline: "Oferta")),
      ("audio_voice", .voice(file), nil),
      ("audio_file", .audio(file, mimeType: "audio/mpeg"), nil),
      ("image", .image(file, caption: "factura"), nil),
      ("video", .video(file), nil),
      ("document", .document(file, filename: "año/2026.pdf", caption: "contrato"), nil),
      ("sticker", .sticker(file), nil),
      ("location", .location(latitude: 4.6097, longitude: -74.0817, name: "Café", address: "Cra 7"), nil),
      ("contacts", .contact(name: "Luis P", phone: "+57 300 1234567"), nil),
      ("reaction", .reaction(to: earlier, emoji: "👍"), nil),
      ("reaction_removed", .reaction(to: earlier, emoji: nil), nil),
      ("button", .button(payload: "PAY", text: "Sí"), .reply(to: earlier)),
      ("interactive_button_reply", .buttonReply(id: "agent", title: "Hablar con un agente"), .reply(to: earlier)),
      ("interactive_list_reply", .listReply(id: "r1", title: "Saldo", description: "De hoy"), .reply(to: earlier)),
      (
        "interactive_nfm_reply", .flowReply(name: "flow", body: "Sent", response: #"{"flow_token":"t","a":1}"#),
        .reply(to: earlier)
      ),
      (
        "interactive_call_permission_reply", .callPermission(accepts: true, expiration: .seconds(1_790_600_000)),
        .reply(to: earlier)
      ),
      ("order", .order(catalogID: "c1", productID: "X", quantity: 1, price: 3.5, currency: "USD"), nil),
      ("unsupported", .unsupported("poll"), nil),
      ("message_error", .failed(code: 131051), nil),
      ("edit", .edit(of: earlier, text: "hola a todos"), nil),
      ("revoke", .revoke(earlier), nil),
      ("unknown_type", .other(type: "hologram", ["hologram": ["depth": 3]]), nil),
    ]
    return contents.map { ($0.0, message($0.1, from: ana, context: $0.2)) }
  }

  private func statusSamples(to ana: String) throws -> [Named] {
    let request: CloudJSON = [
      "messaging_product": "whatsapp", "to": "+15557770000", "type": "text", "text": ["body": "hola"],
      "biz_opaque_callback_data": "msg_01H/ñ",
    ]
    let check = try CloudMessageCheck(request, templates: settings.templates)
    let accepted = try state.withLock { try $0.accept(check, body: request.bytes, at: now).message }
    return CloudStatus.allCases.map { ("status_\($0.rawValue)", status($0, of: accepted, code: 131047)) }
  }

  /// After all others, since Ana is another one afterwards.
  private func changeSamples(of ana: String) -> [Named] {
    var samples: [Named] = []
    if let (_, update) = userIDChange(of: ana) { samples.append(("system_user_changed_user_id", update)) }
    if let (customer, update) = numberChange(of: ana, to: "15557770001") {
      samples.append(("system_user_changed_number", update))
      customerAdoptsUsername("ana.m", customer.waID)
      samples.append(("text_username", message(.text("soy yo"), from: customer.userID)))
    }
    return samples
  }
}
