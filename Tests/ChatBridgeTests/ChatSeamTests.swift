import ChatBridge
import Testing
import VoicePipeline

@Suite("Chat seams")
struct ChatSeamTests {
  private let address = ChatAddress(channel: "whatsapp", account: "106540000000001", customer: "34600000001")

  private func message(_ content: OutboundMessage.Content) -> OutboundMessage {
    OutboundMessage(key: "k1", address: address, content: content)
  }

  @Test("an answer becomes one message and then the deed")
  func replies() {
    #expect(
      ChatReply.replies(to: [.text("I'll fetch "), .text("someone."), .transferToHuman(reason: "asked")])
        == [.send(.text(Private("I'll fetch someone."))), .escalate(reason: "asked")])
    #expect(ChatReply.replies(to: [.hangUp]) == [.end])
    #expect(ChatReply.replies(to: []) == [])
  }

  @Test("a message that is delivered again is known, until newer ones have pushed it out")
  func seen() {
    var seen = SeenMessages(capacity: 3)
    let first = ["a", "b", "c", "a", "b"].map { seen.note($0) }
    #expect(first == [true, true, true, false, false])
    let second = ["d", "b", "a", "d"].map { seen.note($0) }
    #expect(second == [true, false, true, false])
  }

  @Test("a status goes forward only, and what arrived can't fail")
  func status() {
    func path(from start: DeliveryStatus, _ reports: [DeliveryStatus]) -> [Bool] {
      var status = start
      return reports.map { status.advance(to: $0) }
    }
    #expect(path(from: .accepted, [.delivered, .sent, .failed, .read]) == [true, false, false, true])
    #expect(path(from: .sent, [.failed, .delivered]) == [true, false])
  }

  @Test("outside of the customer service window only a template may be sent")
  func window() {
    var window = ServiceWindow()
    let text = message(.text(Private("Hello")))
    let template = message(.template(name: "callback", language: "es", values: []))
    #expect(!window.allows(text, at: 1000))
    #expect(window.allows(template, at: 1000))
    window.customerWrote(at: 1000)
    window.customerWrote(at: 500)
    #expect(window.remaining(at: 1000) == 86_400)
    #expect(window.allows(text, at: 1000 + 86_399))
    #expect(!window.allows(text, at: 1000 + 86_400))
    #expect(window.remaining(at: 0) == 86_400)
    #expect(window.remaining(at: .min) <= 86_400)
  }

  @Test("who wrote does not show in text")
  func masked() {
    #expect(!"\(address)".contains("34600000001"))
    #expect(!"\(message(.text(Private("my secret"))))".contains("secret"))
  }

  @Test("only what may pass later is worth another attempt")
  func retryable() {
    #expect(ChatError(.rateLimited(after: .seconds(1)), message: "slow down").isRetryable)
    #expect(!ChatError(.windowClosed, message: "closed").isRetryable)
  }
}
