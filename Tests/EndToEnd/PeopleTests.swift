import Audio
import Foundation
import Testing
import TestSupport

extension EndToEnd {
  @Suite("people at the console", .serialized) struct AtTheConsole {
    static let ana = "15557770000"

    private static func setup(_ mind: StandInOpenAI, phone: UInt16 = 9) -> ChatServer.Setup {
      ChatServer.Setup(assistants: Assistants.withMind(at: mind.baseURL), more: People.configured(phone: phone))
    }

    @Test("of two people who claim the same at once exactly one gets it, each time, and the other is told who")
    func claims() async throws {
      let mind = try await StandInOpenAI.start(.summing)
      try await ChatServer.run(Self.setup(mind)) { chat in
        let (ana, ben) = (try await SignedIn(chat.server, "ana"), try await SignedIn(chat.server, "ben"))
        let count = 20
        for index in 0..<count {
          chat.cloud.customerSends(.text("I want to speak to a person"), from: "1555777\(1000 + index)")
        }
        let waiting = try await eventually("\(count) wishes in the queue", within: .seconds(20)) {
          let list = try await ana.api("GET", "/v1/escalations?limit=200").json["data"]?.array ?? []
          return list.count == count ? list : nil
        }
        // The log has each wish once.
        let events = try await chat.server.api(
          "GET", "/v1/events?types=escalation.requested&limit=1000", headers: [("Accept", "application/json")])
        #expect(events.json["data"]?.array?.count == count, "\(events.text.prefix(500))")
        for wish in waiting {
          let id = try #require(wish["id"]?.string)
          async let first = ana.api("POST", "/v1/escalations/\(id)/claim", [:])
          async let second = ben.api("POST", "/v1/escalations/\(id)/claim", [:])
          let answers = try await [("ana", first), ("ben", second)]
          let winners = answers.filter { $0.1.status == 200 }
          let winner = try #require(winners.first, "\(answers.map(\.1.text))")
          #expect(winners.count == 1)
          #expect(winner.1.json["state"]?.string == "claimed")
          #expect(winner.1.json["person"]?.string == winner.0)
          #expect(winner.1.json["epoch"]?.integer ?? 0 > 0)
          for loser in answers where loser.0 != winner.0 {
            #expect(loser.1.status == 409)
            #expect(loser.1.json["error"]?["code"]?.string == "claimed")
            #expect(loser.1.json["error"]?["person"]?.string == winner.0)
          }
          let path = "/v1/conversations/\(wish["conversation"]?.string ?? "")"
          let conversation = try await ana.api("GET", path).json
          #expect(conversation["owner"]?.string == "person")
          #expect(conversation["person"]?.string == winner.0)
        }
        // Nothing is done for who has the cookie and not the page.
        let id = waiting.first?["id"]?.string ?? ""
        let forged = try await HTTPAnswer.to(
          "POST", "/v1/escalations/\(id)/claim", at: chat.server.http, headers: [("Cookie", ana.cookie)])
        #expect(forged.status == 403)
      }
      await mind.stop()
    }

    @Test(
      "taken over while an answer is worked out: a person's words alone are sent, and the assistant knows them after")
    func chat() async throws {
      let mind = try await StandInOpenAI.start(.summing)
      mind.change { $0.firstPieceDelay = .seconds(2) }
      try await ChatServer.run(Self.setup(mind)) { chat in
        let person = try await SignedIn(chat.server, "ana")
        chat.cloud.customerSends(.text("where is my parcel"), from: Self.ana)
        try await eventually("the question at the language model", within: .seconds(10)) { !mind.questions.isEmpty }
        let path = try await chat.path(of: Self.ana)
        // What comes during the switch is kept.
        async let taken = person.api("POST", path + "/takeover", [:])
        chat.cloud.customerSends(.text("it was due yesterday"), from: Self.ana)
        let conversation = try await taken
        #expect(conversation.status == 200)
        #expect(conversation.json["person"]?.string == "ana")
        let messages = try await eventually("both messages") {
          let list = try await person.api("GET", path + "/messages").json["data"]?.array ?? []
          return list.count { $0["author"]?.string == "customer" } == 2 ? list : nil
        }
        #expect(!messages.contains { $0["author"]?.string == "assistant" })
        let question = try #require(messages.last { $0["author"]?.string == "customer" }?["id"]?.string)

        let write = path + "/messages"
        #expect(try await person.api("POST", write, ["text": "Ana here, one moment."]).status == 201)
        let buttons: CloudJSON = [
          "text": "When shall we bring it?",
          "buttons": [["id": "am", "title": "Morning"], ["id": "pm", "title": "Evening"]],
        ]
        #expect(try await person.api("POST", write, buttons).status == 201)
        let quoting: CloudJSON = ["text": "It is in Madrid.", "reply_to": .string(question)]
        #expect(try await person.api("POST", write, quoting).status == 201)
        let file = chat.scratch.file("note.wav")
        try WAVWriter.write(Sounds.tone(hertz: 440, seconds: 1, rate: 16_000), sampleRate: 16_000, to: file)
        let wav = try #require(FileManager.default.contents(atPath: file))
        let spoken = try await person.send("POST", path + "/voice-notes", Array(wav))
        #expect(spoken.status == 201, "\(spoken.text)")
        let sent = try await chat.answers(to: Self.ana, count: 4)
        #expect(sent[0].text == "Ana here, one moment.")
        #expect(sent[1].text == "When shall we bring it?")
        #expect(sent[1].buttons.map(\.title) == ["Morning", "Evening"])
        #expect(sent[2].text == "It is in Madrid.")
        #expect(sent[2].contextID != nil)
        #expect(sent[3].isVoice)
        let note = try #require(sent[3].mediaID.flatMap { chat.cloud.medium($0) })
        #expect(try Sounds.audibleSeconds(inOgg: note.bytes) > 0.8)
        // By now the answer that nobody wants any more would be here.
        chat.cloud.customerSends(.text("and I"), from: "15557770001")
        try await chat.answer(to: "15557770001")
        try await chat.settle()
        #expect(chat.cloud.accepted(to: Self.ana).count == 4)
        let written = try await chat.messages(of: Self.ana).filter { $0["author"]?.string == "person" }
        #expect(written.count == 4)
        #expect(written.allSatisfy { $0["person"]?.string == "ana" })

        mind.change { $0.firstPieceDelay = .zero }
        let released = try await person.api("POST", path + "/release", ["note": "The parcel comes on Tuesday."])
        #expect(released.status == 200)
        #expect(released.json["owner"]?.string == "assistant")
        chat.cloud.customerSends(.text("thanks, which day"), from: Self.ana)
        #expect(try await chat.answer(to: Self.ana, after: 4).text == "You said: thanks, which day")
        let known = try #require(mind.questions.last).text
        for words in [
          "it was due yesterday", "Ana here, one moment.", "It is in Madrid.", "The parcel comes on Tuesday.",
        ] {
          #expect(known.contains(words), "the assistant does not know: \(words)")
        }
      }
      await mind.stop()
    }

    @Test("a supervisor tells the assistant something and takes from others; an agent may do neither")
    func supervisor() async throws {
      let mind = try await StandInOpenAI.start(.summing)
      try await ChatServer.run(Self.setup(mind)) { chat in
        let ana = try await SignedIn(chat.server, "ana")
        let (ben, sara) = (try await SignedIn(chat.server, "ben"), try await SignedIn(chat.server, "sara"))
        chat.cloud.customerSends(.text("hello"), from: Self.ana)
        try await chat.answer(to: Self.ana)
        let path = try await chat.path(of: Self.ana)
        let hint: CloudJSON = ["text": "Offer ten percent off."]
        #expect(try await ana.api("POST", path + "/coach", hint).status == 403)
        #expect(try await sara.api("POST", path + "/coach", hint).status == 200)
        chat.cloud.customerSends(.text("is it dear"), from: Self.ana)
        #expect(try await chat.answer(to: Self.ana, after: 1).text == "You said: is it dear")
        #expect(mind.questions.last?.text.contains("Offer ten percent off.") == true)
        #expect(!chat.cloud.accepted(to: Self.ana).contains { $0.text?.contains("ten percent") == true })

        #expect(try await ana.api("POST", path + "/takeover", [:]).status == 200)
        let plain = try await ben.api("POST", path + "/takeover", [:])
        #expect(plain.status == 409)
        #expect(plain.json["error"]?["person"]?.string == "ana")
        #expect(try await ben.api("POST", path + "/takeover", ["force": true]).status == 403)
        #expect(try await ben.api("POST", path + "/release", [:]).status == 409)
        let asked = try await sara.api("POST", path + "/takeover", [:])
        #expect(asked.status == 409)
        let forced = try await sara.api("POST", path + "/takeover", ["force": true])
        #expect(forced.status == 200)
        #expect(forced.json["person"]?.string == "sara")
        try await chat.settle()
        #expect(chat.cloud.accepted(to: Self.ana).count == 2)

        // The same in the queue.
        chat.cloud.customerSends(.text("I want to speak to a person"), from: "15557770001")
        let id = try await eventually("the wish", within: .seconds(10)) {
          try await ana.api("GET", "/v1/escalations?state=waiting").json["data"]?[0]?["id"]?.string
        }
        let claim = "/v1/escalations/\(id)/claim"
        #expect(try await ana.api("POST", claim, [:]).status == 200)
        #expect(try await ben.api("POST", claim, ["force": true]).status == 403)
        let takenFrom = try await sara.api("POST", claim, ["force": true])
        #expect(takenFrom.status == 200)
        #expect(takenFrom.json["person"]?.string == "sara")
      }
      await mind.stop()
    }

    @Test("a call taken over in the middle of an answer is silent, speaks what the person writes, and goes on after")
    func callTakenOver() async throws {
      let mind = try await StandInOpenAI.start(.summing)
      let long = (1...30).map { "This is sentence number \($0)." }.joined(separator: " ")
      mind.change { $0.reply = { _ in StandInOpenAI.Reply([long]) } }
      try await ChatServer.run(Self.setup(mind)) { chat in
        let person = try await SignedIn(chat.server, "ana")
        let line = try await Line(chat.server, as: "+" + Self.ana)
        try await line.hearGreeting()
        line.media.say(try await Sounds.speech("what are your opening hours", scratch: chat.scratch))
        _ = try await line.media.saidAll()
        let asked = line.media.count
        _ = try await line.media.audible(skipping: asked, within: .seconds(12))
        try await Task.sleep(for: .milliseconds(1500))
        let path = try await chat.path(of: Self.ana)
        #expect(try await person.api("POST", path + "/takeover", [:]).status == 200)
        try await Task.sleep(for: .milliseconds(200))
        let silent = line.media.count
        try await Task.sleep(for: .seconds(2))
        let after = line.media.packets.dropFirst(silent)
        #expect(after.count > 50)
        #expect(!after.contains { $0.isAudible }, "the assistant speaks after the takeover was answered")

        let mark = line.media.count
        let said = try await person.api("POST", path + "/messages", ["text": "This is Ana. I will look."])
        #expect(said.status == 201, "\(said.text)")
        _ = try await line.media.audible(skipping: mark)
        let record: CloudJSON = try await eventually("the person's words among the messages", within: .seconds(12)) {
          try await chat.messages(of: Self.ana).first { $0["author"]?.string == "person" }
        }
        #expect(record["text"]?.string == "This is Ana. I will look.")
        #expect(record["person"]?.string == "ana")
        #expect(record["channel"]?.string == "phone")

        let quiet = line.media.count
        #expect(try await person.api("POST", path + "/release", ["note": "We open at nine."]).status == 200)
        _ = try await line.media.audible(skipping: quiet)
        try await eventually("the assistant's word that it is back", within: .seconds(12)) {
          try await chat.messages(of: Self.ana).contains {
            $0["author"]?.string == "assistant" && $0["text"]?.string?.contains("back with you") == true
          }
        }
        line.media.say(try await Sounds.speech("what are your opening hours", scratch: chat.scratch))
        try await eventually("the next question at the language model", within: .seconds(15)) {
          mind.questions.last?.text.contains("We open at nine.") == true
        }
        #expect(mind.questions.last?.text.contains("This is Ana. I will look.") == true)
        #expect(try await line.call.hangUp().status == 200)
      }
      await mind.stop()
    }

    @Test("a caller who asks for a person is queued with a package, and comes to the telephone of who claims, and back")
    func callQueued() async throws {
      let mind = try await StandInOpenAI.start(.summing)
      mind.change { $0.transcribe = { _ in ["I want to speak to a person."] } }
      let socket = try DatagramSocket()
      var setup = Self.setup(mind, phone: socket.port)
      setup.assistants +=
        "\n    stt: {provider: openai, model: whisper-1, api_key: sk-test, url: \"\(mind.baseURL)\"}"
      try await ChatServer.run(setup) { chat in
        let phone = SIPPeer(on: socket, of: chat.server)
        let person = try await SignedIn(chat.server, "ana")
        let line = try await Line(chat.server, as: "+" + Self.ana)
        try await line.hearGreeting()
        let mark = line.media.count
        line.media.say(try await Sounds.speech("i want to speak to a person", scratch: chat.scratch))
        let wish = try await eventually("the wish in the queue", within: .seconds(15)) {
          try await person.api("GET", "/v1/escalations").json["data"]?[0]
        }
        #expect(wish["channel"]?.string == "phone")
        #expect(wish["kind"]?.string == "explicit_request")
        _ = try await line.media.audible(skipping: mark)
        try await line.media.quiet(for: .milliseconds(700))
        try await eventually("the word that a person comes", within: .seconds(10)) {
          try await chat.messages(of: Self.ana).contains {
            $0["author"]?.string == "assistant" && $0["text"]?.string?.contains("asked a person to join") == true
          }
        }
        let path = "/v1/escalations/\(wish["id"]?.string ?? "")"
        let whole = try await eventually("the package with its summary", within: .seconds(10)) {
          let whole = try await person.api("GET", path).json
          return whole["package"]?["summary"]?.array?.isEmpty == false ? whole : nil
        }
        #expect(whole["package"]?["evidence"]?.array?.isEmpty == false, "\(whole)")
        #expect(whole["package"]?["summary"]?.array?.contains { $0.string?.contains("a person") == true } == true)

        // A telephone that is busy leaves the wish to whoever can take it.
        #expect(try await person.api("POST", path + "/claim", ["ring": "bridge"]).status == 200)
        try await RingingCall(phone).refuse(486, "Busy Here")
        try await eventually("the wish in the queue again") {
          try await person.api("GET", path).json["state"]?.string == "waiting"
        }
        #expect(try await chat.conversation(of: Self.ana)["owner"]?.string == "queue")

        let claimed = try await person.api("POST", path + "/claim", ["ring": "bridge"])
        #expect(claimed.status == 200, "\(claimed.text)")
        let ringing = try await RingingCall(phone)
        #expect(ringing.invite["X-Assist-Escalation"] == wish["id"]?.string)
        let media = try RTPPeer()
        try await ringing.answer(media)
        _ = try await media.audible()
        media.press("1")
        try await Task.sleep(for: .milliseconds(1000))
        let (before, others) = (line.media.count, media.count)
        media.send(.tone(hertz: 1000))
        line.media.send(.tone(hertz: 700))
        try await eventually("the person's tone at the caller", within: .seconds(8), every: .milliseconds(100)) {
          Sounds.best(of: 1000, in: line.media.sound(skipping: before)) > 0.7
        }
        try await eventually("the caller's tone at the person", within: .seconds(8), every: .milliseconds(100)) {
          Sounds.best(of: 700, in: media.sound(skipping: others)) > 0.7
        }
        let conversation = try await chat.conversation(of: Self.ana)
        #expect(conversation["owner"]?.string == "person")
        #expect(conversation["person"]?.string == "ana")

        line.media.send(.silence)
        media.send(.silence)
        try await line.media.quiet(for: .milliseconds(500))
        let back = line.media.count
        try await ringing.hangUp()
        _ = try await line.media.audible(skipping: back)
        try await eventually("the conversation at the assistant") {
          try await chat.conversation(of: Self.ana)["owner"]?.string == "assistant"
        }
        #expect(try await person.api("GET", path).json["state"]?.string == "resolved")
        #expect(try await chat.server.metric("assist_calls") == 1)
        #expect(try await line.call.hangUp().status == 200)
        try await chat.server.waitUntilIdle()
      }
      await mind.stop()
    }
  }
}

extension StandInOpenAI.Behaviour {
  /// A language model that says what the customer said, and sums up when a conversation is handed over.
  fileprivate static var summing: StandInOpenAI.Behaviour {
    var behaviour = StandInOpenAI.Behaviour()
    behaviour.reply = { texts in
      guard texts.first?.contains("handed over") == true else {
        return StandInOpenAI.Reply(["You said: ", texts.last ?? ""])
      }
      let summary: CloudJSON = [
        "wants": "to speak to a person", "tried": "nothing", "facts": "none", "mood": "calm", "next": "take the call",
        "suggestion": "How can I help?",
      ]
      return StandInOpenAI.Reply([String(decoding: summary.bytes, as: UTF8.self)])
    }
    return behaviour
  }
}
