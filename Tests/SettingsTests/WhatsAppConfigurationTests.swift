import ChatBridge
import Testing

@testable import Settings

@Suite("Configuration of WhatsApp")
struct WhatsAppConfigurationTests {
  private static let assistants = "assistants: {desk: {llm: {provider: scripted}}}\n"
  private static let meta =
    "phone_number_id: \"1065\", access_token: a, app_secret: b, verify_token: c, assistant: desk"

  private func read(_ numbers: String) throws -> [WhatsAppNumberConfiguration] {
    try Configuration.read(
      Self.assistants + "whatsapp: {numbers: [\(numbers)]}\n", file: "a.yaml", environment: ["TOKEN": "from-outside"]
    ).whatsapp
  }

  private func mistakes(_ numbers: String) -> [String] {
    do {
      _ = try read(numbers)
      return []
    } catch let error as ConfigurationError {
      return error.mistakes.map { "\($0)" }
    } catch {
      return ["\(error)"]
    }
  }

  @Test("a number at Meta needs its id and three secrets, and has the defaults of a new number")
  func meta() throws {
    let number = try #require(try read("{\(Self.meta)}").first)
    #expect(number.assistant == "desk")
    #expect(number.chat == ChatSettings())
    #expect(
      number.route
        == .cloud(CloudConfiguration(phoneNumberID: "1065", accessToken: "a", appSecret: "b", verifyToken: "c")))
    #expect(mistakes("{phone_number_id: \"1065\", assistant: desk}").count == 3)
  }

  @Test("secrets come from the environment, an address loses the slash at its end")
  func values() throws {
    let number = try #require(
      try read(
        "{phone_number_id: \"1065\", access_token: \"${TOKEN}\", app_secret: b, verify_token: c, assistant: desk, "
          + "url: \"https://graph.facebook.com/v26.0/\"}"
      ).first)
    guard case .cloud(let cloud) = number.route else {
      Issue.record("not a number of the Cloud API")
      return
    }
    #expect(cloud.accessToken == "from-outside")
    #expect(cloud.baseURL == "https://graph.facebook.com/v26.0")
  }

  @Test("a number at 360dialog has another header, other paths, and a header that proves its deliveries")
  func dialog360() throws {
    let text =
      "{provider: 360dialog, phone_number_id: \"1065\", access_token: k, assistant: desk, "
      + "webhook_header: {name: X-Secret, value: s}}"
    let number = try #require(try read(text).first)
    guard case .cloud(let cloud) = number.route else {
      Issue.record("not a number of the Cloud API")
      return
    }
    #expect(cloud.authorization == .header("D360-API-KEY"))
    #expect(!cloud.hasNumberInPath)
    #expect(cloud.baseURL == "https://waba-v2.360dialog.io")
    #expect(cloud.webhookHeader?.name == "X-Secret")
    #expect(
      mistakes("{provider: 360dialog, phone_number_id: \"1065\", access_token: k, assistant: desk}") == [
        "a.yaml:2: whatsapp.numbers[0].webhook_header: is missing; expected {name, value}, as set at 360dialog"
      ])
  }

  @Test("a number at Twilio needs the address under which it is reached")
  func twilio() throws {
    let text = "{provider: twilio, number: \"+1 415 523 8886\", account_sid: AC1, auth_token: t, assistant: desk"
    let number = try #require(try read(text + ", public_url: \"https://wa.example.com/\"}").first)
    #expect(
      number.route
        == .twilio(
          TwilioConfiguration(
            accountSID: "AC1", authToken: "t", number: "14155238886", publicURL: "https://wa.example.com")))
    #expect(
      mistakes(text + "}") == [
        "a.yaml:2: whatsapp.numbers[0].public_url: is missing; expected https://…, where Twilio reaches this server"
      ])
  }

  @Test("every setting of a chat is read")
  func chat() throws {
    let number = try #require(
      try read(
        "{\(Self.meta), burst: 3s, answers: voice, typing: false, messages_per_second: 1000, lost_wait: 30s, "
          + "new_session_after: 1h, longest_voice_note: 5m, "
          + "reopening: {template: reopen, language: es, customer_name: true}}"
      ).first)
    #expect(
      number.chat
        == ChatSettings(
          burst: .seconds(3), answers: .voice, showsTyping: false, messagesPerSecond: 1000, lostWait: .seconds(30),
          newSessionAfter: .seconds(3600), longestVoiceNote: .seconds(300),
          reopening: ChatSettings.Template(name: "reopen", language: "es", greetsByName: true)))
  }

  @Test(
    "a mistake is named",
    arguments: [
      ("burst: 2m", "burst: 2m is out of range; expected 0ms to 30s"),
      ("answers: loud", "answers: \"loud\" is not known; expected one of in_kind, text, voice"),
      ("brust: 1s", "brust: is not known; did you mean `burst`?"),
      ("reopening: {template: a}", "reopening.language: is missing; expected the template's language, e.g. es"),
      ("messages_per_second: 0", "messages_per_second: \"0\" is not a whole number from 1 to 1000"),
    ])
  func mistake(setting: String, message: String) {
    #expect(mistakes("{\(Self.meta), \(setting)}") == ["a.yaml:2: whatsapp.numbers[0].\(message)"])
  }

  @Test("a number that is there twice, or whose id would change a path, is a mistake")
  func twice() {
    #expect(mistakes("{\(Self.meta)}, {\(Self.meta)}") == ["a.yaml:2: whatsapp.numbers[1]: the number is there twice"])
    let odd = Self.meta.replacing("\"1065\"", with: "\"../1065\"")
    #expect(
      mistakes("{\(odd)}") == [
        "a.yaml:2: whatsapp.numbers[0].phone_number_id: is not the id of a number; expected digits"
      ])
  }
}
