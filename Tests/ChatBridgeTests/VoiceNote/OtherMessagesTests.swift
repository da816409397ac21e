import Store
import Testing
import VoicePipeline

@testable import ChatBridge

@Suite("What messages without sound say")
struct OtherMessagesTests {
  private func understand(
    _ fields: String, mind: StandInMind = StandInMind([.success([])]), media: [UInt8]? = nil
  ) async throws -> Understanding {
    let bench = try ChatBench(channel: StandInChannel(media: media.map { [.success($0)] } ?? []))
    let message = try await bench.receive(fields)
    return try await bench.reader(bench.account(mind: mind)).read(message)
  }

  private func fields(_ type: String) throws -> String {
    try #require(CloudFixture.types.first { $0.type == type }).fields
  }

  @Test("words and taps are what they say, and nothing but space is nothing")
  func words() async throws {
    #expect(try await understand(fields("text")) == .words("hola", isVoice: false))
    #expect(try await understand(fields("button")) == .words("Sí", isVoice: false))
    #expect(try await understand(fields("interactive")) == .words("Hablar con un agente", isVoice: false))
    #expect(try await understand(#""type":"text","text":{"body":" \n"}"#) == .nothing)
    #expect(try await understand(fields("reaction")) == .nothing)
  }

  @Test("places, contacts and orders are put into words for a model that reads freely, and for no other")
  func facts() async throws {
    #expect(
      try await understand(fields("location")) == .words("(sent a place) Café, Cra 7 [4.6, -74.1]", isVoice: false))
    #expect(try await understand(fields("contacts")) == .words("(sent contacts) Luis P: +57 300", isVoice: false))
    #expect(try await understand(fields("order")) == .words("(sent an order) 1 × X", isVoice: false))
    let narrow = StandInMind([.success([])], readsFreely: false)
    for type in ["location", "contacts", "order"] {
      #expect(try await understand(fields(type), mind: narrow) == .trouble(.cannotTake))
    }
  }

  @Test(
    "facts in the wrong form are nothing that could be taken",
    arguments: [
      #""type":"location","location":{"latitude":"x"}"#, #""type":"location","location":7"#, #""type":"location""#,
      #""type":"contacts","contacts":[]"#, #""type":"contacts","contacts":{"name":1}"#, #""type":"order","order":{}"#,
      #""type":"order","order":{"product_items":7}"#,
    ])
  func oddFacts(fields: String) async throws {
    #expect(try await understand(fields) == .trouble(.cannotTake))
  }

  @Test("thousands of contacts or items are told in a bounded text")
  func manyFacts() async throws {
    let contact = #"{"name":{"formatted_name":"\#(String(repeating: "n", count: 500))"},"phones":[{"phone":"1"}]}"#
    let contacts = Array(repeating: contact, count: 1000).joined(separator: ",")
    guard case .words(let words, _) = try await understand(#""type":"contacts","contacts":[\#(contacts)]"#) else {
      Issue.record("no words")
      return
    }
    #expect(words.count < 3000)
  }

  @Test("a picture is shown to a model that sees, with its caption")
  func picture() async throws {
    let mind = StandInMind([.success([])], sees: [.image, .document])
    let attachment = DialogueAttachment(.image, mimeType: "image/jpeg", bytes: [1, 2, 3])
    #expect(
      try await understand(fields("image"), mind: mind, media: [1, 2, 3]) == .attachment(attachment, caption: "factura")
    )
    let document = DialogueAttachment(.document, mimeType: "application/pdf", name: "a.pdf", bytes: [4])
    #expect(try await understand(fields("document"), mind: mind, media: [4]) == .attachment(document, caption: ""))
    let sheet = #""type":"document","document":{"filename":"a.xls","mime_type":"application/vnd.ms-excel","id":"M"}"#
    #expect(try await understand(sheet, mind: mind, media: [4]) == .trouble(.cannotTake))
  }

  @Test("what can't be seen, or can't be had, leaves its caption or is said to be so")
  func unseen() async throws {
    let mind = StandInMind([.success([])], sees: [.image])
    #expect(try await understand(fields("image")) == .words("factura", isVoice: false))
    #expect(try await understand(fields("image"), mind: mind) == .words("factura", isVoice: false))
    #expect(try await understand(fields("video")) == .words("mira", isVoice: false))
    for type in ["document", "sticker", "unsupported"] {
      #expect(try await understand(fields(type), mind: mind) == .trouble(.cannotTake))
    }
    let large = [UInt8](repeating: 0, count: 5 << 20 + 1)
    #expect(try await understand(fields("image"), mind: mind, media: large) == .words("factura", isVoice: false))
  }
}
