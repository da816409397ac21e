import Audio
import Testing
import TestSupport

extension EndToEnd {
  @Suite("a number at 360dialog", .serialized) struct Dialog360 {
    @Test("text and voice note, both ways, with its header, its paths and its proof")
    func bothWays() async throws {
      try await ChatServer.run(ChatServer.Setup(is360dialog: true)) { chat in
        let ana = "15557770000"
        chat.cloud.customerSends(.text("what are your opening hours"), from: ana)
        #expect(try await chat.answer(to: ana).text?.contains("Monday") == true)
        let note = try await Sounds.voiceNote("what are your opening hours", scratch: chat.scratch)
        chat.cloud.customerSends(.voice(note), from: ana)
        let answer = try await chat.answer(to: ana, after: 1, within: .seconds(30))
        #expect(answer.isVoice)
        #expect(answer.hasPlayButton)
        try await eventually("word of the last message") {
          try await chat.messages(of: ana).first?["state"]?.string == "sent"
        }
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 2)
        #expect(chat.cloud.refusals.isEmpty, "\(chat.cloud.refusals)")
        // A signature proves nothing here, and neither does another value of the header.
        let delivery = try #require(chat.cloud.deliveries.first)
        for headers in [
          [("X-Hub-Signature-256", delivery.signature)], [("X-Webhook-Secret", "a guess")], [("X-Webhook-Secret", "")],
        ] {
          let refused = try await chat.server.request(
            "POST", "/webhooks/whatsapp", headers: headers, body: delivery.body)
          #expect(refused.status == 401)
        }
      }
    }
  }
}
