import ChatBridge

extension ConfigurationParser {
  func whatsapp(_ section: ConfigurationSection, assistants: [String]) -> [WhatsAppNumberConfiguration] {
    defer { section.close() }
    guard let value = section.required("numbers", "a list of numbers") else { return [] }
    var seen: [String] = []
    return value.list("numbers with their phone_number_id").compactMap { item in
      guard let section = item.section() else { return nil }
      guard let number = number(section, assistants: assistants) else { return nil }
      let account =
        switch number.route {
        case .cloud(let cloud): cloud.phoneNumberID
        case .twilio(let twilio): twilio.number
        }
      if seen.contains(account) { item.mistake("the number is there twice") }
      seen.append(account)
      return number
    }
  }

  private func number(_ section: ConfigurationSection, assistants: [String]) -> WhatsAppNumberConfiguration? {
    defer { section.close() }
    let provider = section.value("provider")?.choice(WhatsAppNumberConfiguration.Provider.self) ?? .meta
    let route: WhatsAppNumberConfiguration.Route? =
      switch provider {
      case .meta: cloud(section).map { .cloud($0) }
      case .dialog360: dialog360(section).map { .cloud($0) }
      case .twilio: twilio(section).map { .twilio($0) }
      }
    let assistant = section.required("assistant", "the name of an assistant")
    let name = assistant?.string("the name of an assistant")
    if let assistant, let name { check(assistant: name, assistant, among: assistants) }
    let chat = chat(section)
    guard let route, let name else { return nil }
    return WhatsAppNumberConfiguration(route: route, assistant: name, chat: chat)
  }

  private func secret(_ section: ConfigurationSection, _ key: String) -> String? {
    section.required(key, "a secret, as ${NAME} or file:/path")?.secret()?.value
  }

  private func cloud(_ section: ConfigurationSection) -> CloudConfiguration? {
    let id = section.required("phone_number_id", "digits").flatMap { phoneNumberID($0) }
    let token = secret(section, "access_token")
    let appSecret = secret(section, "app_secret")
    let verify = secret(section, "verify_token")
    let url = section.value("url").flatMap { baseURL($0) }
    guard let id, let token, let appSecret, let verify else { return nil }
    return CloudConfiguration(
      phoneNumberID: id, accessToken: token, appSecret: appSecret, verifyToken: verify,
      baseURL: url ?? "https://graph.facebook.com/v25.0")
  }

  /// The same JSON with another header and other paths. 360dialog does not sign its deliveries: it sends a header that
  /// was agreed on when the webhook was set up.
  private func dialog360(_ section: ConfigurationSection) -> CloudConfiguration? {
    let id = section.required("phone_number_id", "digits").flatMap { phoneNumberID($0) }
    let key = secret(section, "access_token")
    let url = section.value("url").flatMap { baseURL($0) }
    var header: (String, String)?
    if let body = section.required("webhook_header", "{name, value}, as set at 360dialog")?.section() {
      let name = body.required("name", "the name of a header")?.string("the name of a header")
      let value = secret(body, "value")
      if let name, let value { header = (name, value) }
      body.close()
    }
    guard let id, let key, let header else { return nil }
    return CloudConfiguration(
      phoneNumberID: id, accessToken: key, appSecret: nil, verifyToken: "", webhookHeader: header,
      baseURL: url ?? "https://waba-v2.360dialog.io", authorization: .header("D360-API-KEY"), hasNumberInPath: false)
  }

  private func twilio(_ section: ConfigurationSection) -> TwilioConfiguration? {
    let number = section.required("number", "the number in digits, e.g. \"+14155238886\"")
    let digits = number?.string("a number").flatMap { text -> String? in
      let digits = text.filter { $0.isASCII && $0.isNumber }
      guard (7...15).contains(digits.count) else {
        number?.mistake("is not a telephone number; expected e.g. \"+14155238886\"")
        return nil
      }
      return digits
    }
    let sid = section.required("account_sid", "AC…")?.string("AC…")
    let token = secret(section, "auth_token")
    let publicURL = section.required("public_url", "https://…, where Twilio reaches this server").flatMap {
      self.url($0, schemes: ["https", "http"])
    }
    let url = section.value("url").flatMap { baseURL($0) }
    guard let digits, let sid, let token, let publicURL else { return nil }
    return TwilioConfiguration(
      accountSID: sid, authToken: token, number: digits, publicURL: Self.withoutSlash(publicURL),
      baseURL: url ?? "https://api.twilio.com")
  }

  private func phoneNumberID(_ value: ConfigurationValue) -> String? {
    guard let text = value.string("digits") else { return nil }
    guard !text.isEmpty, text.utf8.count <= 32, text.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      value.mistake("is not the id of a number; expected digits")
      return nil
    }
    return text
  }

  private func baseURL(_ value: ConfigurationValue) -> String? {
    url(value, schemes: ["https", "http"]).map { Self.withoutSlash($0) }
  }

  private static func withoutSlash(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }

  private func chat(_ section: ConfigurationSection) -> ChatSettings {
    var chat = ChatSettings()
    func duration(_ key: String, _ path: WritableKeyPath<ChatSettings, Duration>, _ range: ClosedRange<Duration>) {
      if let value = section.value(key)?.duration(range) { chat[keyPath: path] = value }
    }
    duration("burst", \.burst, .zero ... .seconds(30))
    duration("lost_wait", \.lostWait, .seconds(1) ... .seconds(3600))
    duration("new_session_after", \.newSessionAfter, .seconds(60) ... .seconds(30 * 86_400))
    duration("longest_voice_note", \.longestVoiceNote, .seconds(10) ... .seconds(3600))
    if let form = section.value("answers")?.choice(ChatSettings.AnswerForm.self) { chat.answers = form }
    if let typing = section.value("typing")?.bool() { chat.showsTyping = typing }
    if let rate = section.value("messages_per_second")?.integer(1...1000) { chat.messagesPerSecond = rate }
    if let body = section.value("reopening")?.section() {
      let name = body.required("template", "the name of an approved template")?.string("the name of a template")
      let language = body.required("language", "the template's language, e.g. es")?.string("a language")
      let greets = body.value("customer_name")?.bool() ?? false
      if let name, let language {
        chat.reopening = ChatSettings.Template(name: name, language: language, greetsByName: greets)
      }
      body.close()
    }
    return chat
  }
}
