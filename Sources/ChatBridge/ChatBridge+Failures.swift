import Logging
import Store
import VoicePipeline

// What follows when a message does not reach its customer: another form, another time, or a person.
extension ChatBridge {
  func handle(_ event: OutboxSender.Event) async {
    switch event {
    case .sent(let item):
      report(item.conversation, .sent(message: item.key))
    case .held(let item):
      await reopen(item.conversation, item.thread)
    case .failed(let item, let code, let reason):
      log.error("a message could not be sent", metadata: ["message": "\(item.key)", "reason": "\(reason)"])
      report(item.conversation, .status(message: item.key, .failed))
      let kind = account(item.thread.channel, item.thread.account)?.channel.failureKind(code)
      if kind != .undeliverable {
        await callPerson(item.conversation, item.thread, "a message could not be sent: \(reason)")
      }
    case .accountRefused(let reason):
      log.critical(
        "an account may not send; its messages wait until that is mended", metadata: ["reason": "\(reason)"])
    }
  }

  /// The channel took a message and reports now that it will not arrive.
  func handleReportedFailure(of message: String, in conversation: String, code: Int?) async {
    do {
      guard let record = try await store.message(message), let name = record.account,
        let account = account(record.channel, name),
        let thread = try await store.conversation(conversation)?.threads.first(where: {
          $0.channel == record.channel && $0.account == name
        })
      else { return }
      let payload = record.detail ?? OutgoingContent.text(record.text).payload
      switch account.channel.failureKind(code) {
      case .windowClosed:
        if try await store.resend(message, payload: payload, isHeld: true, notBefore: clock.now) {
          await reopen(conversation, thread)
        }
      case .transient, .accountThrottled, .customerThrottled:
        let time = clock.now.advanced(by: .seconds(30))
        _ = try await store.resend(message, payload: payload, isHeld: false, notBefore: time)
        wake(thread)
      case .mediaRefused where !record.text.isEmpty:
        let text = OutgoingContent.text(record.text).payload
        _ = try await store.resend(message, payload: text, isHeld: false, notBefore: clock.now)
        wake(thread)
      case .undeliverable: break
      default:
        await callPerson(
          conversation, thread, "a message did not arrive (\(code.map(String.init) ?? "no reason given"))")
      }
    } catch {
      log.error("a failed message can't be looked after", metadata: ["reason": "\(error)"])
    }
  }

  /// Something waits to be said and the window is closed: a template asks the customer to write, at most one a day; or
  /// else a person is told.
  private func reopen(_ conversation: String, _ thread: ChatThread) async {
    do {
      guard let account = account(thread.channel, thread.account), let template = account.settings.reopening else {
        return await callPerson(conversation, thread, "the customer service window closed before an answer was sent")
      }
      let recent = try await store.messages(of: conversation, before: nil, limit: 50)
      let day = clock.now.advanced(by: .seconds(-24 * 3600))
      guard !recent.contains(where: { $0.kind == "template" && $0.sentAt > day }) else { return }
      let name = try await store.conversation(conversation)?.customer.name
      let content = OutgoingContent.template(
        name: template.name, language: template.language,
        // An empty value would be refused.
        values: template.greetsByName ? [name.map { $0.trimmed }.flatMap { $0.isEmpty ? nil : $0 } ?? "…"] : [])
      let now = clock.now
      try await store.enqueue(
        OutgoingMessage(content, to: thread, as: .system, at: now), in: conversation, at: now)
      wake(thread)
    } catch {
      log.error("a conversation can't be opened again", metadata: ["reason": "\(error)"])
    }
  }

  private func callPerson(_ conversation: String, _ thread: ChatThread, _ reason: String) async {
    guard hasPeople() else { return }
    do {
      let finding = EscalationFinding(kind: .waiting, reason: reason)
      let escalation = NewEscalation(
        kind: finding.kind.rawValue, reason: reason, channel: thread.channel, priority: finding.priority)
      if try await store.escalate(conversation, escalation, at: clock.now) != nil {
        report(conversation, .escalationRequested(reason: reason, finding: finding))
      }
    } catch {
      log.error("a person can't be called", metadata: ["reason": "\(error)"])
    }
  }
}
