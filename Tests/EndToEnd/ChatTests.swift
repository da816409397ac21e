import Audio
import Testing
import TestSupport

extension EndToEnd {
  @Suite("an assistant on WhatsApp", .serialized) struct Chats {
    static let ana = "15557770000"

    @Test("the webhook proves itself to whoever knows the token, and to nobody else")
    func verification() async throws {
      try await ChatServer.run { chat in
        #expect(try await chat.cloud.verifyWebhook().isVerified)
        let wrong = try await chat.cloud.verifyWebhook(token: "a guess")
        #expect(wrong.status == 403)
        #expect(!wrong.body.contains(chat.cloud.settings.verifyToken))
      }
    }

    @Test("a text is answered once, is shown as read, and the reports on the answer find it")
    func text() async throws {
      var setup = ChatServer.Setup()
      setup.cloud.statuses = .all
      try await ChatServer.run(setup) { chat in
        let id = chat.cloud.customerSends(.text("what are your opening hours"), from: Self.ana, name: "Ana Muñoz")
        let answer = try await chat.answer(to: Self.ana)
        #expect(answer.type == "text")
        #expect(answer.text?.contains("Monday") == true, "\(answer.text ?? "")")
        #expect(chat.cloud.reads.contains { $0.messageID == id && $0.isTyping })
        try await eventually("word that it was read") {
          try await chat.messages(of: Self.ana).first?["state"]?.string == "read"
        }
        let answerRecord = try await chat.messages(of: Self.ana).first
        #expect(answer.callbackData != nil)
        #expect(answerRecord?["id"]?.string == answer.callbackData)
        #expect(answerRecord?["author"]?.string == "assistant")
        let customer = try await chat.conversation(of: Self.ana)["customer"]
        #expect(customer?["name"]?.string == "Ana Muñoz")
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
        #expect(chat.cloud.refusals.isEmpty)
        #expect(try await chat.server.metric("assist_messages_total{state=\"read\"}") == 1)
      }
    }

    @Test("three messages in a row are one turn with one answer")
    func burst() async throws {
      let mind = try await StandInOpenAI.start(.repeating)
      let setup = ChatServer.Setup(assistants: Assistants.withMind(at: mind.baseURL), number: "burst: 1s")
      try await ChatServer.run(setup) { chat in
        for (index, text) in ["good morning", "one more thing", "when are you open"].enumerated() {
          chat.cloud.customerSends(.text(text), from: Self.ana)
          try await chat.cloud.waitForAcknowledged(count: index + 1)
        }
        let answer = try await chat.answer(to: Self.ana)
        #expect(answer.text == "You said: good morning\none more thing\nwhen are you open")
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
      }
      await mind.stop()
    }

    @Test("what comes while the answer is worked out begins it anew, and nothing half-done is sent")
    func begunAnew() async throws {
      let mind = try await StandInOpenAI.start(.repeating)
      mind.change { $0.firstPieceDelay = .seconds(2) }
      try await ChatServer.run(ChatServer.Setup(assistants: Assistants.withMind(at: mind.baseURL))) { chat in
        chat.cloud.customerSends(.text("when are you open"), from: Self.ana)
        try await eventually("the question at the language model", within: .seconds(10)) {
          !mind.server.requests.isEmpty
        }
        chat.cloud.customerSends(.text("on sundays I mean"), from: Self.ana)
        let answer = try await chat.answer(to: Self.ana)
        #expect(answer.text == "You said: when are you open\non sundays I mean")
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
      }
      await mind.stop()
    }

    @Test("an answer that waits to be sent is taken back when the customer goes on, and one answer covers both")
    func takenBack() async throws {
      let mind = try await StandInOpenAI.start(.repeating)
      try await ChatServer.run(ChatServer.Setup(assistants: Assistants.withMind(at: mind.baseURL))) { chat in
        // Somebody else's answer meets a refusal of the account, so that all others wait.
        chat.cloud.inject(.error(190))
        chat.cloud.customerSends(.text("hello"), from: "15557770009")
        try await chat.cloud.waitForRefusals(count: 1)
        chat.cloud.customerSends(.text("when are you open"), from: Self.ana)
        try await eventually("an answer in the outbox", within: .seconds(10)) {
          try await chat.messagesIfAny(of: Self.ana).first?["author"]?.string == "assistant"
        }
        chat.cloud.customerSends(.text("on sundays I mean"), from: Self.ana)
        let both = "You said: when are you open\non sundays I mean"
        try await eventually("the answer to both", within: .seconds(10)) {
          try await chat.messages(of: Self.ana).first?["text"]?.string == both
        }
        let answers = try await chat.messages(of: Self.ana).filter { $0["author"]?.string == "assistant" }
        #expect(answers.count == 1, "\(answers)")
        try await chat.restart()
        #expect(try await chat.answer(to: Self.ana).text == both)
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 2)
      }
      await mind.stop()
    }

    @Test("choices are offered as buttons, and as a list where there are more; a tap is answered")
    func choices() async throws {
      try await ChatServer.run(ChatServer.Setup(assistants: Assistants.bakery)) { chat in
        chat.cloud.customerSends(.text("what do you have"), from: Self.ana)
        let offer = try await chat.answer(to: Self.ana)
        #expect(offer.buttons.map(\.title) == ["Rye bread", "Bread rolls"])
        let rolls = try #require(offer.buttons.last)
        chat.cloud.customerSends(
          .buttonReply(id: rolls.id, title: rolls.title), from: Self.ana, context: .reply(to: offer.id))
        #expect(try await chat.answer(to: Self.ana, after: 1).text == "Rolls are fresh at six.")
      }
      try await ChatServer.run { chat in
        chat.cloud.customerSends(.text("what can you do for me"), from: Self.ana)
        let offer = try await chat.answer(to: Self.ana)
        #expect(offer.rows.count == 4)
        let row = try #require(offer.rows.first)
        chat.cloud.customerSends(
          .listReply(id: row.id, title: row.title), from: Self.ana, context: .reply(to: offer.id))
        #expect(try await chat.answer(to: Self.ana, after: 1).text?.contains("Monday") == true)
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 2)
      }
    }

    @Test("each kind of message gets one answer or, where there is nothing to answer, none")
    func kinds() async throws {
      let cannot = "only take text"
      let kinds: [(CloudInbound, String?)] = [
        (.image([0xFF, 0xD8, 0xFF]), cannot),
        (.image([0xFF, 0xD8, 0xFF], caption: "what are your opening hours"), "Monday"),
        (.video([0, 0, 0, 24], caption: "what are your opening hours"), "Monday"),
        (.document(Array("%PDF-1.7".utf8), filename: "invoice.pdf"), cannot),
        (.sticker(Array("RIFF".utf8)), cannot),
        (.location(latitude: 4.6, longitude: -74.1, name: "Café"), cannot),
        (.contact(name: "Luis", phone: "+57 300 1234567"), cannot),
        (.order(catalogID: "1", productID: "rolls", quantity: 2, price: 1.5, currency: "EUR"), cannot),
        (.unsupported("poll"), cannot),
        (.button(payload: "HOURS", text: "what are your opening hours"), "Monday"),
        (.flowReply(name: "flow", body: "what are your opening hours", response: "{}"), "Monday"),
        (.callPermission(accepts: true), nil),
        (.reaction(to: "wamid.nobody", emoji: "👍"), nil),
        (.reaction(to: "wamid.nobody", emoji: nil), nil),
        (.other(type: "hologram", ["hologram": ["id": "1"]]), nil),
        (.other(type: "text", ["text": 7]), nil),
        (.other(type: "text", ["text": ["body": ""]]), nil),
        (.text(String(repeating: "what ", count: 800)), "did not understand"),
      ]
      try await ChatServer.run { chat in
        for (index, (content, _)) in kinds.enumerated() {
          chat.cloud.customerSends(content, from: "1555777\(1000 + index)")
        }
        try await chat.cloud.waitForAcknowledged(count: kinds.count)
        try await chat.settle()
        for (index, (content, words)) in kinds.enumerated() {
          let answers = chat.cloud.accepted(to: "1555777\(1000 + index)")
          guard let words else {
            #expect(answers.isEmpty, "\(content): \(answers.map { $0.text ?? "" })")
            continue
          }
          #expect(answers.count == 1, "\(content)")
          #expect(answers.first?.text?.contains(words) == true, "\(content): \(answers.first?.text ?? "")")
        }
        #expect(chat.cloud.refusals.isEmpty, "\(chat.cloud.refusals)")
      }
    }

    @Test("what a customer mends before the answer is answered as mended, and what they take back not at all")
    func changes() async throws {
      var setup = ChatServer.Setup()
      // All of it comes in one body, in this order.
      setup.cloud.delivery.batchLimit = 10
      try await ChatServer.run(setup) { chat in
        chat.cloud.holdWebhooks()
        let wrong = chat.cloud.customerSends(.text("what is my account balance"), from: Self.ana)
        chat.cloud.customerSends(.edit(of: wrong, text: "what are your opening hours"), from: Self.ana)
        let regretted = chat.cloud.customerSends(.text("what is my account balance"), from: "15557770001")
        chat.cloud.customerSends(.revoke(regretted), from: "15557770001")
        chat.cloud.releaseWebhooks()
        #expect(try await chat.answer(to: Self.ana).text?.contains("Monday") == true)
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
        let left = try await chat.messages(of: "15557770001")
        #expect(left.count == 1)
        #expect(left.first?["text"]?.string == "")
      }
    }

    @Test("what is mended or taken back while the answer is worked out holds, too")
    func lateChanges() async throws {
      let mind = try await StandInOpenAI.start(.repeating)
      mind.change { $0.firstPieceDelay = .seconds(2) }
      try await ChatServer.run(ChatServer.Setup(assistants: Assistants.withMind(at: mind.baseURL))) { chat in
        let wrong = chat.cloud.customerSends(.text("are you open on monday"), from: Self.ana)
        let regretted = chat.cloud.customerSends(.text("my card number is"), from: "15557770001")
        try await eventually("both questions at the language model", within: .seconds(10)) {
          mind.questions.count == 2
        }
        chat.cloud.customerSends(.edit(of: wrong, text: "are you open on sunday"), from: Self.ana)
        chat.cloud.customerSends(.revoke(regretted), from: "15557770001")
        #expect(try await chat.answer(to: Self.ana).text == "You said: are you open on sunday")
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
      }
      await mind.stop()
    }
  }
}
