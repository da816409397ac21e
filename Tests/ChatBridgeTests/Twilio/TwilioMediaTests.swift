import NetClient
import Testing
import TestSupport

@testable import ChatBridge

@Suite("Media at Twilio")
struct TwilioMediaTests {
  private let http = HTTPClient()

  private func api(base: String, token: String? = nil) -> TwilioAPI {
    let settings = StandInTwilio.Settings()
    return TwilioAPI(
      TwilioConfiguration(
        accountSID: settings.accountSID, authToken: token ?? settings.authToken, number: settings.number,
        publicURL: settings.publicURL, baseURL: base), http: http)
  }

  private func reference(_ url: String?) -> MediaReference {
    MediaReference(id: "ME1", url: url, mimeType: "audio/ogg")
  }

  private func failure(_ api: TwilioAPI, _ url: String?, limit: Int = 100) async -> ChatError.Kind? {
    do {
      _ = try await api.fetch(reference(url), limit: limit)
      return nil
    } catch {
      return error.kind
    }
  }

  @Test("media is had by following one redirect, without the key", arguments: [302, 307])
  func redirect(status: Int) async throws {
    let twilio = try await StandInTwilio.start()
    twilio.change { $0.redirectStatus = status }
    let url = twilio.hold([1, 2, 3, 4], type: "audio/ogg")
    #expect(try await api(base: twilio.url).fetch(reference(url), limit: 4) == [1, 2, 3, 4])
    #expect(twilio.requests.first?.header("authorization")?.hasPrefix("Basic ") == true)
    #expect(twilio.mediaRequests.count == 1)
    #expect(twilio.mediaRequests.first?.header("authorization") == nil)
    #expect(await failure(api(base: twilio.url), url, limit: 3) == .tooLarge)
    await twilio.stop()
  }

  @Test("media that Twilio serves itself is taken as well")
  func direct() async throws {
    let server = try await StandInHTTPServer.start { _, writer in try await writer.answer(200, [], [7, 7]) }
    #expect(try await api(base: server.url).fetch(reference(server.url + "/x"), limit: 2) == [7, 7])
    #expect(await failure(api(base: server.url), server.url + "/x", limit: 1) == .tooLarge)
    await server.stop()
  }

  @Test("the key goes to Twilio's own host and the configured one only")
  func strangers() async throws {
    let stranger = try await StandInHTTPServer.start { _, writer in try await writer.answer(200, [], [1]) }
    let api = api(base: "https://api.twilio.com")
    for url in [
      stranger.url + "/x", "https://evil.example/x", "https://api.twilio.com.evil.example/x",
      "https://evil.example/https://api.twilio.com/", "http://api.twilio.com/x", "https://api.twilio.com:8443/x",
      "https://user@api.twilio.com/x", "https://api.twilio.com@evil.example/x", "file:///etc/passwd", "x", "//evil",
    ] {
      #expect(await failure(api, url) == .rejected, "\(url)")
    }
    #expect(stranger.requests.isEmpty)
    #expect(await failure(api, nil) == .notFound)
    #expect(await failure(api, "") == .notFound)
    let hosts = TwilioHosts(baseURL: "https://api.dublin.ie1.twilio.com")
    #expect(hosts.mayHaveKey("https://api.dublin.ie1.twilio.com/x"))
    #expect(hosts.mayHaveKey("https://API.twilio.com/x"))
    #expect(!hosts.mayHaveKey("https://media.twiliocdn.com/x"))
    await stranger.stop()
  }

  @Test("a redirect is followed to HTTPS only, but for servers on this machine among themselves")
  func targets() {
    let twilio = TwilioHosts(baseURL: "https://api.twilio.com")
    let from = "https://api.twilio.com/2010-04-01/Media/ME1"
    #expect(twilio.target(of: "https://media.twiliocdn.com/a?b", from: from) == "https://media.twiliocdn.com/a?b")
    #expect(twilio.target(of: "/a?b", from: from) == "https://api.twilio.com/a?b")
    for location in [
      "http://media.twiliocdn.com/a", "http://127.0.0.1:80/a", "//evil.example/a", "ftp://x/a", "a", "", "file:///a",
      "https://user@x/a",
    ] {
      #expect(twilio.target(of: location, from: from) == nil, "\(location)")
    }
    let local = TwilioHosts(baseURL: "http://127.0.0.1:8080")
    #expect(local.target(of: "http://127.0.0.1:9090/a", from: "http://127.0.0.1:8080/m") == "http://127.0.0.1:9090/a")
    #expect(local.target(of: "http://10.0.0.1/a", from: "http://127.0.0.1:8080/m") == nil)
    #expect(local.target(of: "http://127.evil.example/a", from: "http://127.0.0.1:8080/m") == nil)
  }

  @Test("a second redirect is not followed, nor one to nowhere")
  func loops() async throws {
    let server = try await StandInHTTPServer.start { request, writer in
      let headers = request.path == "/nowhere" ? [] : [("location", "/again")]
      try await writer.answer(302, headers)
    }
    let api = api(base: server.url)
    #expect(await failure(api, server.url + "/first") == .rejected)
    #expect(server.requests.map(\.path) == ["/first", "/again"])
    // Not even to Twilio itself does the key go a second time.
    #expect(server.requests.last?.header("authorization") == nil)
    #expect(await failure(api, server.url + "/nowhere") == .rejected)
    await server.stop()
  }

  @Test("media that is gone, a key that is refused and a server that fails are told apart")
  func failures() async throws {
    let twilio = try await StandInTwilio.start()
    let url = twilio.hold([1], type: "audio/ogg")
    #expect(await failure(api(base: twilio.url), url + "0") == .notFound)
    #expect(await failure(api(base: twilio.url, token: "wrong"), url) == .accountRefused)
    await twilio.stop()
    #expect(await failure(api(base: twilio.url), url) == .transient)

    let server = try await StandInHTTPServer.start { request, writer in
      let status = Int(request.path.dropFirst()) ?? 0
      if request.header("authorization") != nil, let other = request.queryValues("then").first {
        return try await writer.answer(307, [("location", "/" + other)])
      }
      try await writer.answer(status)
    }
    let api = api(base: server.url)
    for (status, kind) in [(429, ChatError.Kind.transient), (500, .transient), (400, .rejected), (410, .notFound)] {
      #expect(await failure(api, "\(server.url)/\(status)") == kind)
      #expect(await failure(api, "\(server.url)/200?then=\(status)") == kind)
    }
    // An address that has expired is not a refused key.
    #expect(await failure(api, "\(server.url)/200?then=403") == .transient)
    await server.stop()
  }

  @Test("typing is shown at the host that Twilio has for it")
  func typingURL() {
    #expect(
      TwilioHosts(baseURL: "https://api.twilio.com").typingURL
        == "https://messaging.twilio.com/v2/Indicators/Typing.json")
    #expect(
      TwilioHosts(baseURL: "https://api.dublin.ie1.twilio.com").typingURL
        == "https://messaging.dublin.ie1.twilio.com/v2/Indicators/Typing.json")
    #expect(TwilioHosts(baseURL: "http://127.0.0.1:1").typingURL == "http://127.0.0.1:1/v2/Indicators/Typing.json")
  }
}
