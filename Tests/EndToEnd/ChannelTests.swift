import Audio
import Testing
import TestSupport

extension EndToEnd {
  @Suite("one conversation over all channels", .serialized) struct Channels {
    static let ana = "15557770000"
    private static let balance = "two thousand three hundred"
    /// Speaks fast, since tests wait for its end.
    private static let quick = ChatServer.Setup(
      assistants: Assistants.builtIn.replacing(Assistants.greeting, with: "Hello.")
        + "\n    tts: {provider: espeak, words_per_minute: 300}")

    @Test("what a caller said is known when they write: the same conversation, and no question asked twice")
    func callThenChat() async throws {
      try await ChatServer.run(Self.quick) { chat in
        let line = try await Line(chat.server, as: "+" + Self.ana)
        try await line.hearGreeting()
        let mark = line.media.count
        line.media.say(try await Sounds.speech("what is my account balance", scratch: chat.scratch))
        _ = try await line.media.saidAll()
        _ = try await line.media.audible(skipping: mark)
        try await line.media.quiet(for: .milliseconds(700))
        line.media.press("1234")
        try await eventually("the balance in the conversation", within: .seconds(20)) {
          try await chat.messagesIfAny(of: Self.ana).contains { $0["text"]?.string?.contains(Self.balance) == true }
        }
        #expect(try await line.call.hangUp().status == 200)
        try await chat.server.waitUntilIdle()
        let conversation = try await chat.conversation(of: Self.ana)["id"]?.string
        let call = try await chat.server.api("GET", "/v1/calls").json["data"]?[0]
        #expect(call?["conversation"]?.string == conversation)
        #expect(call?["state"]?.string == "ended")

        chat.cloud.customerSends(.text("what is my account balance"), from: Self.ana, name: "Ana")
        let answer = try await chat.answer(to: Self.ana)
        #expect(answer.text?.contains("account 1234") == true, "\(answer.text ?? "")")
        #expect(answer.text?.contains(Self.balance) == true)
        #expect(try await chat.conversation(of: Self.ana)["id"]?.string == conversation)
        #expect(try await chat.server.api("GET", "/v1/conversations").json["data"]?.array?.count == 1)
        let channels = Set(try await chat.messages(of: Self.ana).compactMap { $0["channel"]?.string })
        #expect(channels == ["phone", "whatsapp"])
      }
    }

    @Test("what a customer wrote is known when they call")
    func chatThenCall() async throws {
      try await ChatServer.run(Self.quick) { chat in
        chat.cloud.customerSends(.text("what is my account balance"), from: Self.ana)
        #expect(try await chat.answer(to: Self.ana).text?.contains("four digit") == true)
        chat.cloud.customerSends(.text("it is 1234"), from: Self.ana)
        #expect(try await chat.answer(to: Self.ana, after: 1).text?.contains(Self.balance) == true)

        let line = try await Line(chat.server, as: "+" + Self.ana)
        try await line.hearGreeting()
        line.media.say(try await Sounds.speech("what is my account balance", scratch: chat.scratch))
        try await eventually("the balance, spoken", within: .seconds(25)) {
          try await chat.messages(of: Self.ana).contains {
            $0["channel"]?.string == "phone" && $0["text"]?.string?.contains(Self.balance) == true
          }
        }
        #expect(try await line.call.hangUp().status == 200)
        #expect(try await chat.server.api("GET", "/v1/conversations").json["data"]?.array?.count == 1)
      }
    }

    @Test("during a call a message goes to the caller's WhatsApp; where it can't, the call goes on")
    func messageDuringCall() async throws {
      try await ChatServer.run(ChatServer.Setup(assistants: Assistants.messaging)) { chat in
        chat.cloud.customerSends(.text("good morning"), from: Self.ana)
        try await chat.answer(to: Self.ana)
        let line = try await Line(chat.server, as: "+" + Self.ana)
        try await line.hearGreeting()
        line.media.press("7777")
        let message = try await chat.answer(to: Self.ana, after: 1)
        #expect(message.text == "River Bank, 12 Market Street.")
        #expect(try await line.call.hangUp().status == 200)

        // Somebody who never wrote.
        let other = try await Line(chat.server, as: "+15557770001")
        try await other.hearGreeting()
        let mark = other.media.count
        other.media.press("7777")
        _ = try await other.media.audible(skipping: mark)
        try await other.media.quiet(for: .milliseconds(700))
        let second = other.media.count
        other.media.press("5678")
        _ = try await other.media.audible(skipping: second)
        #expect(try await other.call.hangUp().status == 200)
        try await chat.settle()
        #expect(chat.cloud.accepted(to: "15557770001").isEmpty)
      }
    }

    @Test("who asks in writing to be called is called, hears the greeting, and it is one conversation")
    func chatBecomesCall() async throws {
      let socket = try DatagramSocket()
      try await ChatServer.run(ChatServer.Setup(trunks: Self.trunk(socket))) { chat in
        let phone = SIPPeer(on: socket, of: chat.server)
        chat.cloud.customerSends(.text("please call me back"), from: Self.ana)
        let call = try await RingingCall(phone)
        #expect(call.invite.startLine.hasPrefix("INVITE sip:+\(Self.ana)@127.0.0.1"))
        #expect(call.invite["From"]?.contains("sip:+15550001111@") == true)
        #expect(try await chat.answer(to: Self.ana).text == "I'm calling you now.")
        let media = try RTPPeer()
        try await call.answer(media)
        _ = try await media.audible()
        try await media.quiet(for: .milliseconds(700))
        let record = try await chat.server.api("GET", "/v1/calls").json["data"]?[0]
        #expect(record?["direction"]?.string == "outbound")
        #expect(record?["state"]?.string == "answered")
        let conversation = try await chat.conversation(of: Self.ana)["id"]?.string
        #expect(record?["conversation"]?.string == conversation)
        let id = try #require(record?["id"]?.string)
        #expect(try await chat.server.api("DELETE", "/v1/calls/\(id)").status == 202)
        try await call.hungUp()
        try await chat.server.waitUntilIdle()
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
        #expect(try await chat.messages(of: Self.ana).contains { $0["channel"]?.string == "phone" })
      }
    }

    @Test("who asks to be called and is busy is told in writing, and goes on there")
    func busy() async throws {
      let socket = try DatagramSocket()
      try await ChatServer.run(ChatServer.Setup(trunks: Self.trunk(socket))) { chat in
        let phone = SIPPeer(on: socket, of: chat.server)
        chat.cloud.customerSends(.text("please call me back"), from: Self.ana)
        try await RingingCall(phone).refuse(486, "Busy Here")
        #expect(try await chat.answer(to: Self.ana, after: 1).text?.contains("couldn't reach you by phone") == true)
        chat.cloud.customerSends(.text("what are your opening hours"), from: Self.ana)
        #expect(try await chat.answer(to: Self.ana, after: 2).text?.contains("Monday") == true)
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 3)
      }
    }

    @Test("a caller who hangs up in the middle of a sentence: what was heard until then is kept, and no more")
    func halfHeard() async throws {
      let greeting = (1...12).map { "This is sentence number \($0)." }.joined(separator: " ")
      let setup = ChatServer.Setup(assistants: Assistants.builtIn.replacing(Assistants.greeting, with: greeting))
      try await ChatServer.run(setup) { chat in
        let line = try await Line(chat.server, as: "+" + Self.ana)
        try await eventually("some sentences", within: .seconds(15)) {
          Sounds.audibleSeconds(line.media.sound()) > 3
        }
        #expect(try await line.call.hangUp().status == 200)
        let heard: String = try await eventually("what was heard", within: .seconds(5)) {
          try await chat.messagesIfAny(of: Self.ana).first { $0["author"]?.string == "assistant" }?["text"]?.string
        }
        #expect(heard.hasPrefix("This is sentence number 1."), "\(heard)")
        #expect(!heard.contains("number 12"), "\(heard)")
      }
    }

    @Test("callers without a number are answered, and taken for nobody")
    func noNumber() async throws {
      try await ChatServer.run(Self.quick) { chat in
        for user in ["anonymous", "+1", "15557770000x"] {
          let line = try await Line(chat.server, as: user)
          _ = try await line.media.audible()
          #expect(try await line.call.hangUp().status == 200)
        }
        try await chat.server.waitUntilIdle()
        let known = try await chat.server.api("GET", "/v1/conversations").json["data"]?.array ?? []
        #expect(known.allSatisfy { $0["customer"]?["identities"]?.array?.isEmpty == true }, "\(known)")
      }
    }

    static func trunk(_ socket: DatagramSocket) -> [String] {
      ["{name: test, proxy: \"sip:127.0.0.1:\(socket.port)\", caller_id: \"+15550001111\"}"]
    }
  }
}

extension Assistants {
  /// One that takes four digits: 7777 sends a message, others are said back.
  static let messaging = """
      desk:
        language: en-US
        greeting: "Your number please."
        turn: {digit_pause: 500ms}
        tts: {provider: espeak, words_per_minute: 280}
        llm:
          provider: scripted
          dialogue:
            start: account
            slots:
              account: {type: digits, length: 4}
            states:
              account:
                expect:
                  - phrases: ["[my account number is] {account}"]
                    cases:
                      - {when: {account: "7777"}, say: I am sending it., message: "River Bank, 12 Market Street."}
                    say: "Your number is {account}."
            fallback: {say: "Sorry, once more please."}
    """
}
