import Audio
import Testing
import TestSupport

extension EndToEnd {
  @Suite("a person takes over a chat", .serialized) struct Takeover {
    static let ana = "15557770000"

    @Test("a person takes over, writes and gives back; the assistant is silent meanwhile and knows it all after")
    func takeover() async throws {
      let mind = try await StandInOpenAI.start(.repeating)
      try await ChatServer.run(ChatServer.Setup(assistants: Assistants.withMind(at: mind.baseURL))) { chat in
        let server = chat.server
        chat.cloud.customerSends(.text("I want to speak to a person"), from: Self.ana)
        #expect(try await chat.answer(to: Self.ana).text?.contains("asked a colleague") == true)
        let path = try await chat.path(of: Self.ana)
        let waiting = try await server.api("GET", "/v1/escalations?state=waiting").json["data"]?.array ?? []
        #expect(waiting.count == 1)
        #expect(waiting.first?["channel"]?.string == "whatsapp")
        let id = try #require(waiting.first?["id"]?.string)

        // In the queue nobody answers.
        chat.cloud.customerSends(.text("my card was stolen"), from: Self.ana)
        try await eventually("the message") { try await chat.messages(of: Self.ana).count == 3 }
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
        #expect(mind.questions.isEmpty)

        // Of two who reach for it, one gets it.
        let (claim, http) = ("/v1/escalations/\(id)/claim", server.http)
        let key = [("Authorization", "Bearer \(Server.apiKey)")]
        async let first = HTTPAnswer.to("POST", claim, at: http, headers: key, body: Array(#"{"person":"Eva"}"#.utf8))
        async let second = HTTPAnswer.to("POST", claim, at: http, headers: key, body: Array(#"{"person":"Luis"}"#.utf8))
        let statuses = try await [first.status, second.status].sorted()
        #expect(statuses == [200, 409])
        #expect(try await chat.conversation(of: Self.ana)["owner"]?.string == "person")

        let said = try await server.api("POST", path + "/messages", ["text": "I have blocked your card."])
        #expect(said.status == 201)
        #expect(try await chat.answer(to: Self.ana, after: 1).text == "I have blocked your card.")
        chat.cloud.customerSends(.text("thank you Eva"), from: Self.ana)
        try await eventually("the message") { try await chat.messages(of: Self.ana).count == 5 }
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 2)

        #expect(try await server.api("POST", path + "/release").status == 200)
        chat.cloud.customerSends(.text("is it blocked"), from: Self.ana)
        #expect(try await chat.answer(to: Self.ana, after: 2).text == "You said: is it blocked")
        let known = try #require(mind.questions.last).text
        for words in ["my card was stolen", "I have blocked your card.", "thank you Eva"] {
          #expect(known.contains(words), "the assistant does not know: \(words)")
        }
        #expect(try await server.api("GET", "/v1/escalations?state=resolved").json["data"]?.array?.count == 1)
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 3)
      }
      await mind.stop()
    }

    @Test("a person who takes over while the answer is worked out has the word, and the answer is not sent")
    func inBetween() async throws {
      let mind = try await StandInOpenAI.start(.repeating)
      mind.change { $0.firstPieceDelay = .seconds(2) }
      try await ChatServer.run(ChatServer.Setup(assistants: Assistants.withMind(at: mind.baseURL))) { chat in
        chat.cloud.customerSends(.text("hello"), from: Self.ana)
        try await eventually("the question at the language model", within: .seconds(10)) {
          !mind.questions.isEmpty
        }
        let path = try await chat.path(of: Self.ana)
        let stale = try await chat.conversation(of: Self.ana)["epoch"]?.integer ?? 0
        #expect(try await chat.server.api("POST", path + "/takeover", ["person": "Eva"]).status == 200)
        let late = try await chat.server.api("POST", path + "/takeover", ["person": "Luis", "epoch": .integer(stale)])
        #expect(late.status == 409)
        #expect(late.json["error"]?["code"]?.string == "claimed")
        #expect(late.json["error"]?["person"]?.string == "Eva")
        #expect(try await chat.server.api("POST", path + "/messages", ["text": "Eva here."]).status == 201)
        #expect(try await chat.answer(to: Self.ana).text == "Eva here.")
        // Who asks later is answered later: by then the answer that nobody wants any more would be here.
        chat.cloud.customerSends(.text("and I"), from: "15557770001")
        try await chat.answer(to: "15557770001")
        try await chat.settle()
        #expect(chat.cloud.accepted(to: Self.ana).count == 1)
      }
      await mind.stop()
    }

    @Test("a message of a person with the same Idempotency-Key is sent once, and other mistakes are told")
    func writing() async throws {
      try await ChatServer.run { chat in
        let server = chat.server
        chat.cloud.customerSends(.text("hello"), from: Self.ana)
        try await chat.answer(to: Self.ana)
        let path = try await chat.path(of: Self.ana) + "/messages"
        let key = [("Idempotency-Key", "one")]
        let first = try await server.api("POST", path, ["text": "Good morning."], headers: key)
        let again = try await server.api("POST", path, ["text": "Good morning."], headers: key)
        #expect(first.status == 201)
        #expect(again.status == 201)
        #expect(first.body == again.body)
        let other = try await server.api("POST", path, ["text": "Something else."], headers: key)
        #expect(other.status == 422)
        #expect(other.json["error"]?["code"]?.string == "key_reused")
        let tooLong = CloudJSON.string(String(repeating: "a", count: 20_001))
        for wrong: CloudJSON in [[:], ["text": ""], ["text": 7], ["text": "  "], ["text": tooLong]] {
          let answer = try await server.api("POST", path, wrong)
          #expect(answer.status == 400, "\(wrong)")
          #expect(answer.json["error"]?["param"]?.string == "text")
        }
        // Split where sentences end, and in order.
        let long = (1...400).map { "This is sentence number \($0)." }.joined(separator: " ")
        #expect(try await server.api("POST", path, ["text": .string(long)]).status == 201)
        try await chat.settle()
        let sent = chat.cloud.accepted(to: Self.ana).dropFirst()
        #expect(sent.first?.text == "Good morning.")
        #expect(sent.dropFirst().allSatisfy { ($0.text ?? "").utf16.count <= 4096 })
        #expect(sent.dropFirst().compactMap(\.text).joined(separator: " ") == long)
      }
    }
  }
}
