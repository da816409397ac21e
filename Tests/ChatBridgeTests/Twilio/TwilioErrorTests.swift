import NetClient
import Store
import Testing
import TestSupport

@testable import ChatBridge

@Suite("Twilio's errors")
struct TwilioErrorTests {
  @Test(
    "a number decides what is done",
    arguments: [
      (20003, ChatError.Kind.accountRefused), (20404, .accountRefused), (63007, .accountRefused),
      (63020, .accountRefused), (63051, .accountRefused), (63112, .accountRefused), (30002, .accountRefused),
      (21606, .accountRefused), (20429, .accountThrottled), (63018, .accountThrottled), (63038, .accountThrottled),
      (30001, .accountThrottled), (21611, .accountThrottled), (20500, .transient), (30008, .transient),
      (63012, .transient), (63023, .transient), (63016, .windowClosed), (63049, .notNow(forGood: false)),
      (21610, .notNow(forGood: true)), (63032, .notNow(forGood: true)), (63033, .notNow(forGood: true)),
      (21211, .undeliverable), (21408, .undeliverable), (63003, .undeliverable), (63013, .undeliverable),
      (63015, .undeliverable), (63024, .undeliverable), (63019, .mediaRefused), (63021, .mediaRefused),
      (21620, .mediaRefused), (11751, .mediaRefused), (21617, .rejected), (21655, .rejected), (63027, .rejected),
      (63028, .rejected), (63041, .rejected), (1, .rejected),
    ])
  func numbers(code: Int, kind: ChatError.Kind) async throws {
    let twilio = try await StandInTwilio.start()
    let settings = StandInTwilio.Settings()
    let api = TwilioAPI(
      TwilioConfiguration(
        accountSID: settings.accountSID, authToken: settings.authToken, number: settings.number,
        publicURL: settings.publicURL, baseURL: twilio.url), http: HTTPClient())
    twilio.fail(.refuses(status: 400, code: code))
    let recipient = ChatThread(channel: "whatsapp", account: settings.number, phone: "34600000001", user: nil)
    do {
      _ = try await api.send(ChannelMessage(key: "k", recipient: recipient, content: .text("Hola")))
      Issue.record("it was taken")
    } catch {
      #expect(error == ChatError(kind, code: code, message: "Twilio refused a request with status 400"))
    }
    #expect(api.failureKind(code) == kind)
    #expect(twilio.messages.isEmpty)
    await twilio.stop()
  }

  @Test(
    "without a number the status decides",
    arguments: [
      (401, ChatError.Kind.accountRefused), (403, .accountRefused), (429, .accountThrottled), (500, .transient),
      (503, .transient), (400, .rejected), (404, .rejected), (302, .rejected),
    ])
  func statuses(status: Int, kind: ChatError.Kind) {
    #expect(TwilioErrorCode.kind(of: nil, status: status) == kind)
    #expect(TwilioErrorCode.kind(of: 99_999, status: status) == kind)
  }

  @Test("absurd numbers are no trouble", arguments: [Int.min, -1, 0, .max])
  func absurd(code: Int) {
    #expect(TwilioErrorCode.kind(of: code, status: 400) == .rejected)
  }
}
