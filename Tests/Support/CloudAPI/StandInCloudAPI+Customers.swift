import Coordination

extension StandInCloudAPI {
  /// Makes a customer known, or changes the name of one who is.
  /// - Parameter userID: the business-scoped user id; nil for a fresh one.
  @discardableResult
  public func addCustomer(waID: String, name: String? = nil, userID: String? = nil) -> CloudCustomer {
    state.withLock { state in
      let key = state.addCustomer(waID: waID, name: name, userID: userID)
      return state.customers[key]
    }
  }

  /// A customer by number or business-scoped user id; nil if there is none.
  public func customer(_ id: String) -> CloudCustomer? {
    state.withLock { state in state.key(id).map { state.customers[$0] } }
  }

  /// Lets a customer send something. Opens the customer service window.
  /// - Parameters:
  ///   - id: number or business-scoped user id; an unknown one is taken for the number of somebody new.
  ///   - mediaHasURL: whether a medium's webhook holds its URL, as since November 2025.
  ///   - messageID: instead of a fresh one, for duplicates with other bytes.
  /// - Returns: the message's id.
  @discardableResult
  public func customerSends(
    _ content: CloudInbound, from id: String, name: String? = nil, context: CloudContext? = nil,
    mediaHasURL: Bool = true, messageID: String? = nil
  ) -> String {
    let update = message(
      content, from: id, name: name, context: context, mediaHasURL: mediaHasURL, messageID: messageID)
    sender.enqueue([update])
    return update.id
  }

  /// Lets a customer call the business, which opens the window as well.
  public func customerCalls(from id: String) {
    state.withLock { state in
      let key = state.key(id) ?? state.addCustomer(waID: id, name: nil, userID: nil)
      state.heardFrom(key, at: now, waitsSince: nil)
    }
  }

  /// Lets a customer take a username.
  /// - Parameter hidesNumber: whether webhooks leave their number out from now on.
  public func customerAdoptsUsername(_ username: String, _ id: String, hidesNumber: Bool = true) {
    state.withLock { state in
      guard let key = state.key(id) else { return }
      state.change(key) { customer in
        customer.username = username
        customer.hidesNumber = hidesNumber
      }
    }
  }

  /// Lets a customer move to another number, which also renews the business-scoped user id. A webhook tells.
  /// - Returns: the customer as they are now; nil for nobody known.
  @discardableResult
  public func customerChangesNumber(_ id: String, to number: String) -> CloudCustomer? {
    enqueue(numberChange(of: id, to: number))
  }

  /// Renews a customer's business-scoped user id. A webhook tells.
  /// - Returns: the customer as they are now; nil for nobody known.
  @discardableResult
  public func customerChangesUserID(_ id: String) -> CloudCustomer? {
    enqueue(userIDChange(of: id))
  }

  /// Sends a webhook of any field, `account_update` for example.
  public func sendWebhook(field: String, value: CloudJSON) {
    sender.enqueue([CloudUpdate(id: field, kind: .value(field: field), item: value, due: .now)])
  }

  /// Sends an error that belongs to no message.
  public func sendError(code: Int) {
    sender.enqueue([errorUpdate(code: code)])
  }

  // MARK: Updates

  func errorUpdate(code: Int) -> CloudUpdate {
    CloudUpdate(
      id: "errors", kind: .value(field: "messages"),
      item: CloudWebhookBody.value(settings).adding("errors", [CloudError(code).webhookForm]), due: .now)
  }

  func message(
    _ content: CloudInbound, from id: String, name: String? = nil, context: CloudContext? = nil,
    mediaHasURL: Bool = true, messageID: String? = nil, due: ContinuousClock.Instant = .now
  ) -> CloudUpdate {
    let now = now
    let (customer, messageID, medium) = state.withLock { state in
      let key = state.key(id) ?? state.addCustomer(waID: id, name: name, userID: nil)
      if let name { state.change(key) { $0.name = name } }
      state.heardFrom(key, at: now, waitsSince: due)
      let medium = content.medium.map {
        state.addMedium($0.bytes, mimeType: $0.mimeType, filename: nil, isUploaded: false, at: now)
      }
      return (state.customers[key], messageID ?? state.newMessageID(inbound: true, at: now), medium)
    }
    var mediumJSON = CloudJSON.null
    if let medium {
      mediumJSON =
        ([
          "mime_type": .string(medium.mimeType),
          "sha256": .string(CloudDigest.base64(CloudDigest.sha256(medium.bytes))), "id": .string(medium.id),
        ] as CloudJSON).adding("url", mediaHasURL ? .string(downloadURL(of: medium.id)) : nil)
    }
    let (type, members) = content.json(medium: mediumJSON)
    var item = head(of: customer, id: messageID, at: now).adding("type", .string(type))
    let contextMember = context.map { [$0.member(business: settings.displayPhoneNumber)] } ?? []
    for member in contextMember + (members.members ?? []) { item = item.adding(member.name, member.value) }
    return CloudUpdate(id: messageID, kind: .message, contact: customer.contactJSON, item: item, due: due)
  }

  private func head(of customer: CloudCustomer, id: String, at now: Duration) -> CloudJSON {
    (CloudJSON.object([])).adding("from", customer.hidesNumber ? nil : .string(customer.waID))
      .adding("from_user_id", .string(customer.userID)).adding("id", .string(id))
      .adding("timestamp", .string(String(now.components.seconds)))
  }

  func numberChange(of id: String, to number: String) -> (CloudCustomer, CloudUpdate)? {
    change(id, "user_changed_number") { customer, userID in
      customer.waID = number
      customer.userID = userID
    }
  }

  func userIDChange(of id: String) -> (CloudCustomer, CloudUpdate)? {
    change(id, "user_changed_user_id") { customer, userID in customer.userID = userID }
  }

  private func enqueue(_ change: (CloudCustomer, CloudUpdate)?) -> CloudCustomer? {
    guard let (customer, update) = change else { return nil }
    sender.enqueue([update])
    return customer
  }

  private func change(
    _ id: String, _ type: String, _ change: (inout CloudCustomer, String) -> Void
  ) -> (CloudCustomer, CloudUpdate)? {
    let now = now
    return state.withLock { state -> (CloudCustomer, CloudUpdate)? in
      guard let key = state.key(id) else { return nil }
      let old = state.customers[key]
      let userID = state.newUserID(country: String(old.userID.prefix(2)))
      state.change(key) { change(&$0, userID) }
      let new = state.customers[key]
      let isMove = new.waID != old.waID
      let messageID = state.newMessageID(inbound: true, at: now)
      let system = (["body": .string("User \(old.name) changed")] as CloudJSON)
        .adding("wa_id", isMove && !new.hidesNumber ? .string(new.waID) : nil)
        .adding("user_id", .string(new.userID)).adding("type", .string(type))
      let item = head(of: old, id: messageID, at: now).adding("type", "system").adding("system", system)
      // Such a message comes without `contacts`.
      return (new, CloudUpdate(id: messageID, kind: .message, item: item, due: .now))
    }
  }
}
