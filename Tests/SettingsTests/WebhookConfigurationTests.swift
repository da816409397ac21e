import Testing

@testable import Settings

@Suite("Webhooks and retention in the configuration")
struct WebhookConfigurationTests {
  private static let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"

  private static func read(_ text: String) throws(ConfigurationError) -> Configuration {
    let rest = "assistants: {desk: {llm: {provider: scripted}}}\n"
    return try Configuration.read(
      rest + text, file: "a.yaml", environment: ["SECRET": secret], support: .current)
  }

  private static func mistakes(_ text: String) -> [String] {
    do throws(ConfigurationError) {
      _ = try read(text)
      return []
    } catch {
      return error.mistakes.map { "\($0.key): \($0.message)" }
    }
  }

  @Test("endpoints with one secret or several, all events or some")
  func endpoints() throws {
    let configuration = try Self.read(
      """
      http:
        webhooks:
          - {url: "https://crm.example/hook?key=1", secret: "${SECRET}"}
          - {url: "http://10.0.0.7/x", name: desk, secret: ["${SECRET}", "\(Self.secret)"], events: [call.ended, dtmf]}
      store: {url: "sqlite:a.db", retention: {events: 7d, media: 90d}}
      """)
    let endpoints = configuration.http.webhooks
    #expect(endpoints.map(\.name) == ["https://crm.example/hook", "desk"])
    #expect(endpoints.map(\.secrets.count) == [1, 2])
    #expect(endpoints[0].wants(.messageReceived))
    #expect(!endpoints[0].wants(.transcriptPartial))
    #expect(endpoints[1].types == [.callEnded, .dtmf])
    #expect(endpoints[1].timeout == .seconds(15))
    #expect(configuration.store.retention.events == .seconds(7 * 86_400))
    #expect(configuration.store.retention.media == .seconds(90 * 86_400))
    #expect(configuration.store.retention.messages == nil)
  }

  @Test(
    "what is wrong is named",
    arguments: [
      ("{url: \"ftp://x\", secret: \"${SECRET}\"}", "url"), ("{url: \"https://x\"}", "secret"),
      ("{url: \"https://x\", secret: short}", "signing secret"),
      ("{url: \"https://x\", secret: \"${SECRET}\", events: [call.endd]}", "did you mean \"call.ended\"?"),
      ("{url: \"https://x\", secret: \"${SECRET}\", events: [call.quality]}", "does not go to webhooks"),
      ("{url: \"https://x\", secret: \"${SECRET}\", evnts: []}", "did you mean `events`?"),
    ])
  func mistakes(endpoint: String, word: String) {
    let mistakes = Self.mistakes("http: {webhooks: [\(endpoint)]}")
    #expect(mistakes.contains { $0.contains(word) }, "\(mistakes)")
    #expect(!mistakes.joined().contains("short"))
  }

  @Test("two endpoints of one name are a mistake, since deliveries are kept by it")
  func twice() {
    let one = "{url: \"https://x/y\", secret: \"${SECRET}\"}"
    #expect(Self.mistakes("http: {webhooks: [\(one), \(one)]}").contains { $0.contains("already") })
  }
}
