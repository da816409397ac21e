import Store
import Yams

extension ConfigurationParser {
  /// `http.webhooks`
  func webhooks(_ value: ConfigurationValue) -> [WebhookEndpoint] {
    var endpoints: [WebhookEndpoint] = []
    let expected = "endpoints like {url: https://crm.example/hook, secret: \"${WEBHOOK_SECRET}\"}"
    for item in value.list(expected) {
      guard let section = item.section(), let endpoint = webhook(section) else { continue }
      if endpoints.contains(where: { $0.name == endpoint.name }) {
        item.mistake("there is a webhook \"\(endpoint.name)\" already; give each a `name`")
      }
      endpoints.append(endpoint)
    }
    return endpoints
  }

  private func webhook(_ section: ConfigurationSection) -> WebhookEndpoint? {
    defer { section.close() }
    let url = section.required("url", "https://…").flatMap { self.url($0, schemes: ["https", "http"]) }
    let secrets = section.required("secret", "whsec_… or a list of them").map { self.secrets($0) } ?? []
    let name = section.value("name").flatMap { $0.string("a name") }
    var types: Set<AssistEventType>?
    if let value = section.value("events") {
      types = Set(value.list("names of events, e.g. [call.ended]").compactMap { type($0) })
    }
    guard let url, !secrets.isEmpty else { return nil }
    // Without what may hold a key.
    let shown = String(url.prefix { $0 != "?" && $0 != "#" })
    return WebhookEndpoint(name: name ?? shown, url: url, secrets: secrets, types: types)
  }

  private func secrets(_ value: ConfigurationValue) -> [SigningKey] {
    let items = value.isList ? value.list("secrets") : [value]
    return items.compactMap { item in
      guard let secret = item.secret() else { return nil }
      guard let key = SigningKey(secret) else {
        item.mistake(
          "is not a signing secret; expected whsec_ and base64 of 24 to 64 bytes "
            + "(echo whsec_$(openssl rand -base64 32))")
        return nil
      }
      return key
    }
  }

  private func type(_ value: ConfigurationValue) -> AssistEventType? {
    guard let text = value.string("the name of an event") else { return nil }
    let durable = AssistEventType.allCases.filter(\.isDurable).map(\.rawValue)
    guard let type = AssistEventType(rawValue: text) else {
      let hint = Nearest.to(text, among: durable).map { "did you mean \"\($0)\"?" } ?? "docs/events.md lists them"
      value.mistake("there is no event \"\(text)\"; \(hint)")
      return nil
    }
    if !type.isDurable {
      value.mistake("\(text) is only for those who listen live: it does not go to webhooks")
    }
    return type
  }

  /// `store.retention`
  func retention(_ section: ConfigurationSection) -> RetentionConfiguration {
    var result = RetentionConfiguration()
    let range: ClosedRange<Duration> = .seconds(3600) ... .seconds(365 * 86_400)
    if let age = section.value("events")?.duration(range) { result.events = age }
    if let age = section.value("media")?.duration(range) { result.media = age }
    if let age = section.value("messages")?.duration(range) { result.messages = age }
    if let age = section.value("calls")?.duration(range) { result.calls = age }
    if let value = section.value("recordings"), let age = value.duration(range) {
      result.recordings = age
      if let calls = result.calls, calls < age {
        value.warning("recordings go with their calls, which are kept shorter")
      }
    }
    if let age = section.value("audit")?.duration(range) { result.audit = age }
    section.close()
    return result
  }
}
