import Coordination

/// What becomes of a message that was accepted.
public enum CloudStatus: String, Sendable, CaseIterable {
  /// It has left Meta.
  case sent
  /// It has reached the phone.
  case delivered
  /// It was seen.
  case read
  /// The voice note was listened to.
  case played
  /// It did not get there.
  case failed
}

extension StandInCloudAPI {
  /// Sends the status of an accepted message, whatever was planned.
  /// - Parameter code: why it failed; for `failed` only.
  /// - Returns: whether the message is known.
  @discardableResult
  public func sendStatus(_ status: CloudStatus, of messageID: String, code: Int = 131026) -> Bool {
    guard let message = state.withLock({ $0.accepted.last { $0.id == messageID } }) else { return false }
    sender.enqueue([self.status(status, of: message, code: code)])
    return true
  }

  /// Sends the planned statuses, each when its time has come.
  func planStatuses(for message: CloudAcceptedMessage, failure: Int?) {
    let plan = settings.statuses
    let planned: [(CloudStatus, Duration?)] =
      failure == nil
      ? [
        (.sent, plan.sent), (.delivered, plan.delivered), (.read, plan.read),
        (.played, message.isVoice ? plan.played : nil),
      ] : [(.failed, plan.sent ?? .zero)]
    for case let (status, delay?) in planned {
      guard delay > .zero else {
        sender.enqueue([self.status(status, of: message, code: failure)])
        continue
      }
      Task { [weak self] in
        try? await Task.sleep(for: delay)
        guard let self else { return }
        sender.enqueue([self.status(status, of: message, code: failure)])
      }
    }
  }

  func status(_ status: CloudStatus, of message: CloudAcceptedMessage, code: Int?) -> CloudUpdate {
    let customer = customer(message.recipient)
    let hidesNumber = customer?.hidesNumber ?? false
    let number: String? = hidesNumber ? nil : customer?.waID ?? message.recipient
    var item = (["id": .string(message.id), "status": .string(status.rawValue)] as CloudJSON)
      .adding("timestamp", .string(String(now.components.seconds)))
      .adding("recipient_id", number.map { .string($0) })
      .adding("recipient_user_id", customer.map { .string($0.userID) })
      .adding("biz_opaque_callback_data", message.callbackData.map { .string($0) })
    if status == .failed {
      item = item.adding("errors", [CloudError(code ?? 131026).webhookForm])
    } else {
      let isTemplate = message.type == "template"
      item = item.adding(
        "pricing",
        [
          "billable": .bool(isTemplate), "pricing_model": "PMP",
          "type": isTemplate ? "regular" : "free_customer_service",
          "category": isTemplate ? "utility" : "service",
        ])
    }
    return CloudUpdate(
      id: "\(message.id)/\(status.rawValue)", kind: .status,
      contact: status == .failed ? nil : customer?.contactJSON, item: item, due: .now)
  }
}
