import ChatBridge
import NetClient
import Store
import Testing
import TestSupport
import VoicePipeline

@Suite("Sending through Twilio")
struct TwilioSendingTests {
  private let http = HTTPClient()
  private let customer = ChatThread(channel: "whatsapp", account: "14155238886", phone: "34600000001", user: nil)

  private func api(_ twilio: StandInTwilio, token: String? = nil) -> TwilioAPI {
    let settings = StandInTwilio.Settings()
    return TwilioAPI(
      TwilioConfiguration(
        accountSID: settings.accountSID, authToken: token ?? settings.authToken, number: settings.number,
        publicURL: settings.publicURL, baseURL: twilio.url), http: http)
  }

  private func message(_ content: OutgoingContent, sound: StoredMedia? = nil) -> ChannelMessage {
    ChannelMessage(key: "msg_01H", recipient: customer, replyTo: "SM9", content: content, sound: sound)
  }

  private func error(_ body: () async throws(ChatError) -> String) async -> ChatError? {
    do {
      _ = try await body()
      return nil
    } catch {
      return error
    }
  }

  @Test("a text goes out once, with our key in the address of its reports")
  func text() async throws {
    let twilio = try await StandInTwilio.start()
    let id = try await api(twilio).send(message(.text("Buenos días & adiós + 100 %\n👋")))
    let sent = try #require(twilio.messages.first)
    #expect(sent.sid == id)
    #expect(sent.to == "whatsapp:+34600000001")
    #expect(sent.body == "Buenos días & adiós + 100 %\n👋")
    #expect(sent.statusCallback == "https://assist.example/webhooks/twilio?key=msg_01H")
    #expect(twilio.requests.count == 1)
    await twilio.stop()
  }

  @Test("choices are words with numbers")
  func choices() async throws {
    let twilio = try await StandInTwilio.start()
    let api = api(twilio)
    #expect(api.limits.buttons == 0 && api.limits.listRows == 0 && api.limits.text <= 1600)
    let choices = [ReplyChoice(id: "a", title: "Sí"), ReplyChoice(id: "b", title: "No")]
    _ = try await api.send(message(.numbered("¿Sí?\n\n1. Sí\n2. No", choices)))
    _ = try await api.send(message(.choices("¿Sí?", choices, open: "Ver")))
    #expect(twilio.messages.map(\.body) == ["¿Sí?\n\n1. Sí\n2. No", "¿Sí?\n\n1. Sí\n2. No"])
    await twilio.stop()
  }

  @Test("a voice note is fetched from us; without its sound, its words are sent")
  func voice() async throws {
    let twilio = try await StandInTwilio.start()
    let sound = StoredMedia(id: "media_01H", mimeType: "audio/ogg", bytes: [1, 2, 3])
    let id = try await api(twilio).send(message(.voiceNote(transcript: "Hola"), sound: sound))
    _ = try await api(twilio).send(message(.voiceNote(transcript: "Hola")))
    #expect(twilio.messages.map(\.mediaURL) == ["https://assist.example/media/media_01H", nil])
    #expect(twilio.messages.map(\.body) == [nil, "Hola"])

    let ours = try await StandInHTTPServer.start { request, writer in
      guard request.path == "/media/media_01H" else { return try await writer.answer(404) }
      try await writer.answer(200, [("content-type", "audio/ogg")], request.method == "GET" ? [1, 2, 3] : [])
    }
    twilio.change { $0.serverURL = ours.url }
    #expect(try await twilio.fetchMedia(of: id) == [1, 2, 3])
    await ours.stop()
    await twilio.stop()
  }

  @Test("a template goes by its content SID, its values on one line each")
  func template() async throws {
    let twilio = try await StandInTwilio.start()
    let sid = "HX0123456789abcdef0123456789abcdef"
    _ = try await api(twilio).send(message(.template(name: sid, language: "es", values: ["Ana\n  María", "\"9\""])))
    _ = try await api(twilio).send(message(.template(name: sid, language: "es", values: [])))
    #expect(twilio.messages.map(\.contentSID) == [sid, sid])
    #expect(twilio.messages.map(\.contentVariables) == [#"{"1":"Ana María","2":"\"9\""}"#, nil])
    let wrong = await error { () async throws(ChatError) in
      try await api(twilio).send(message(.template(name: "reopen_case", language: "es", values: [])))
    }
    #expect(wrong?.kind == .rejected)
    #expect(twilio.requests.count == 2)
    await twilio.stop()
  }

  @Test("who hides the number is written to by user id, and nobody is not written to")
  func recipients() async throws {
    let twilio = try await StandInTwilio.start()
    let api = api(twilio)
    var message = message(.text("Hola"))
    message.recipient = ChatThread(channel: "whatsapp", account: "14155238886", phone: nil, user: "ES.1349")
    _ = try await api.send(message)
    #expect(twilio.messages.map(\.to) == ["whatsapp:ES.1349"])
    message.recipient.user = nil
    let nobody = await error { () async throws(ChatError) in try await api.send(message) }
    #expect(nobody?.kind == .undeliverable)
    #expect(twilio.requests.count == 1)
    await twilio.stop()
  }

  @Test("a wrong key closes the account, and shows in no error")
  func wrongKey() async throws {
    let twilio = try await StandInTwilio.start()
    let refused = await error { () async throws(ChatError) in
      try await api(twilio, token: "wrong-token").send(message(.text("Hola")))
    }
    #expect(refused?.kind == .accountRefused)
    #expect(refused?.code == 20003)
    #expect(refused?.description.contains("wrong-token") == false)
    #expect(refused?.description.contains("34600000001") == false)
    await twilio.stop()
  }

  @Test("a text that is too long is refused, and nothing is sent")
  func tooLong() async throws {
    let twilio = try await StandInTwilio.start()
    let refused = await error { () async throws(ChatError) in
      try await api(twilio).send(message(.text(String(repeating: "a", count: 1601))))
    }
    #expect(refused?.kind == .rejected)
    #expect(refused?.code == 21617)
    #expect(twilio.messages.isEmpty)
    await twilio.stop()
  }

  @Test(
    "when the answer is lost nobody knows, and it is not sent again by itself",
    arguments: [
      StandInTwilio.Fault.losesAnswer, .answers(status: 201, body: "{}"), .answers(status: 201, body: "<html>"),
      .answers(status: 502, body: "<html>"), .answers(status: 504, body: ""),
    ])
  func lost(fault: StandInTwilio.Fault) async throws {
    let twilio = try await StandInTwilio.start()
    let api = api(twilio)
    // On a connection that is kept, as it is between messages.
    _ = try await api.send(message(.text("first")))
    twilio.fail(fault)
    let lost = await error { () async throws(ChatError) in try await api.send(message(.text("second"))) }
    #expect(lost?.kind == .lost)
    #expect(twilio.messages.map(\.body) == ["first", "second"])
    await twilio.stop()
  }

  @Test("a report tells the fate of a message whose answer was lost")
  func reportByKey() async throws {
    let twilio = try await StandInTwilio.start()
    let settings = StandInTwilio.Settings()
    let webhook = TwilioWebhook([
      TwilioConfiguration(
        accountSID: settings.accountSID, authToken: settings.authToken, number: settings.number,
        publicURL: settings.publicURL)
    ])
    let time = Timestamp(milliseconds: 5)
    let ours = try await StandInHTTPServer.start { request, writer in
      let target = request.path + (request.query.first.map { "?\($0.name)=\($0.value)" } ?? "")
      guard
        let source = webhook.source(
          of: request.body, pathAndQuery: target, signature: request.header("x-twilio-signature"))
      else { return try await writer.answer(403) }
      let read = TwilioDelivery(
        webhook.kept(body: request.body, pathAndQuery: target), numbers: webhook.numbers(of: source), at: time)
      guard case .status(let report) = read.updates.first, report.key == "msg_01H", report.state == .delivered,
        report.channelID.hasPrefix("SM")
      else { return try await writer.answer(422) }
      try await writer.answer(204)
    }
    twilio.change { $0.serverURL = ours.url }
    twilio.fail(.losesAnswer)
    let lost = await error { () async throws(ChatError) in try await api(twilio).send(message(.text("Hola"))) }
    #expect(lost?.kind == .lost)
    let sid = try #require(twilio.messages.first?.sid)
    #expect(try await twilio.report("delivered", of: sid) == 204)
    #expect(try await twilio.report("sent", of: sid) == 422)
    twilio.change { $0.authToken = "another" }
    #expect(try await twilio.report("delivered", of: sid) == 403)
    await ours.stop()
    await twilio.stop()
  }

  @Test("nobody there is a reason to try again")
  func unreachable() async throws {
    let twilio = try await StandInTwilio.start()
    let api = api(twilio)
    await twilio.stop()
    let error = await error { () async throws(ChatError) in try await api.send(message(.text("Hola"))) }
    #expect(error?.kind == .transient)
  }

  @Test("typing is shown for a message")
  func typing() async throws {
    let twilio = try await StandInTwilio.start()
    let id = "SM0123456789abcdef0123456789abcdef"
    try await api(twilio).showTyping(for: id)
    #expect(twilio.typing == [id])
    await #expect(throws: ChatError.self) { try await api(twilio).showTyping(for: "wamid.X") }
    await twilio.stop()
  }
}
