/// One thing that a webhook tells.
struct CloudUpdate: Sendable {
  enum Kind: Sendable {
    /// `item` is an element of `messages[]`.
    case message
    /// `item` is an element of `statuses[]`.
    case status
    /// `item` is the whole `value` of a change of this field.
    case value(field: String)
  }

  /// What it is remembered by: a message's id, or a status's id and name with a slash between.
  var id: String
  var kind: Kind
  /// The element of `contacts[]` that goes with it.
  var contact: CloudJSON?
  var item: CloudJSON
  /// When it should go out.
  var due: ContinuousClock.Instant

  /// Whether the field is `messages`.
  var isOfMessages: Bool {
    if case .value(let field) = kind { field == "messages" } else { true }
  }

  /// The list in the `value` that it goes into.
  var list: String {
    if case .status = kind { "statuses" } else { "messages" }
  }
}

/// Puts updates into the body of one webhook.
enum CloudWebhookBody {
  static func bytes(_ updates: [CloudUpdate], _ settings: CloudSettings) -> [UInt8] {
    let ofMessages = updates.filter { $0.isOfMessages }
    let changes =
      settings.delivery.batchShape == .messages
      ? change(ofMessages.filter { if case .message = $0.kind { true } else { false } }, "messages", settings)
        + change(ofMessages.filter { if case .status = $0.kind { true } else { false } }, "statuses", settings)
        + ofMessages.flatMap { if case .value = $0.kind { change([$0], "", settings) } else { [CloudJSON]() } }
      : ofMessages.flatMap { change([$0], $0.list, settings) }
    let id = CloudJSON.string(settings.businessAccountID)
    var entries: [CloudJSON] = []
    if settings.delivery.batchShape == .entries {
      entries = changes.map { ["id": id, "changes": [$0]] }
    } else if !changes.isEmpty {
      entries = [["id": id, "changes": .array(changes)]]
    }
    // What concerns the account comes in an entry of its own, with the time.
    let time = CloudJSON.integer(Int(settings.clock.now.components.seconds))
    entries += updates.filter { !$0.isOfMessages }.map { update in
      ["id": id, "time": time, "changes": .array(change([update], "", settings))]
    }
    return (["object": "whatsapp_business_account", "entry": .array(entries)] as CloudJSON).bytes
  }

  /// The start of each `value` of the field `messages`.
  static func value(_ settings: CloudSettings) -> CloudJSON {
    [
      "messaging_product": "whatsapp",
      "metadata": [
        "display_phone_number": .string(settings.displayPhoneNumber),
        "phone_number_id": .string(settings.phoneNumberID),
      ],
    ]
  }

  private static func change(_ updates: [CloudUpdate], _ name: String, _ settings: CloudSettings) -> [CloudJSON] {
    guard let first = updates.first else { return [] }
    if case .value(let field) = first.kind { return [named(field, first.item)] }
    var contacts: [CloudJSON] = []
    for case let contact? in updates.map(\.contact) where !contacts.contains(contact) { contacts.append(contact) }
    let value = value(settings).adding("contacts", contacts.isEmpty ? nil : .array(contacts))
      .adding(name, .array(updates.map(\.item)))
    return [named("messages", value)]
  }

  private static func named(_ field: String, _ value: CloudJSON) -> CloudJSON {
    ["value": value, "field": .string(field)]
  }
}
