import Audio
import Testing
import TestSupport

extension EndToEnd {
  @Suite("messages that do not get through at once", .serialized) struct ChatDelivery {
    static let ana = "15557770000"
    private static let hours = "what are your opening hours"

    @Test(
      "a message that is refused for now, or whose fate is unknown, reaches the customer exactly once",
      arguments: [
        CloudFault.error(130429), .error(131056), .error(131000), .status(500), .status(502), .hangsUp, .losesResponse,
        .answersLate(.seconds(1)),
      ])
    func oneFault(fault: CloudFault) async throws {
      try await ChatServer.run(ChatServer.Setup(number: "burst: 50ms, lost_wait: 2s")) { chat in
        chat.cloud.inject(fault)
        chat.cloud.customerSends(.text(Self.hours), from: Self.ana)
        #expect(try await chat.answer(to: Self.ana).text?.contains("Monday") == true)
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
        #expect(try await chat.messages(of: Self.ana).first?["state"]?.string == "sent")
        let waiting = try await chat.server.api("GET", "/v1/escalations").json["data"]?.array
        #expect(waiting?.isEmpty == true)
      }
    }

    @Test("twelve answers that meet the account's limit at once wait a moment, not minutes")
    func manyRefusals() async throws {
      try await ChatServer.run { chat in
        for _ in 0..<12 { chat.cloud.inject(.error(130429)) }
        chat.cloud.holdWebhooks()
        for index in 0..<12 { chat.cloud.customerSends(.text(Self.hours), from: "1555777\(1000 + index)") }
        chat.cloud.releaseWebhooks()
        try await chat.settle(within: .seconds(45))
        #expect(chat.cloud.acceptedCount == 12)
        for index in 0..<12 { #expect(chat.cloud.accepted(to: "1555777\(1000 + index)").count == 1) }
      }
    }

    @Test("a refused token loses nothing: all is sent once the server is started with the right one")
    func refusedToken() async throws {
      try await ChatServer.run(ChatServer.Setup(token: "expired")) { chat in
        for index in 0..<5 { chat.cloud.customerSends(.text(Self.hours), from: "1555777\(1000 + index)") }
        try await eventually("five answers in the outbox", within: .seconds(10)) {
          try await chat.rows("SELECT count(*) FROM outbox WHERE state = 'queued'") == [["5"]]
        }
        #expect(chat.cloud.acceptedCount == 0)
        #expect(chat.cloud.refusedCounts[190] ?? 0 > 0)
        #expect(chat.server.log.contains(" critical "), "\(chat.server.log)")
        #expect(!chat.server.log.contains("expired"), "the token is in the log")
        try await chat.restart { $0.token = nil }
        try await chat.settle(within: .seconds(15))
        for index in 0..<5 { #expect(chat.cloud.accepted(to: "1555777\(1000 + index)").count == 1) }
        #expect(chat.cloud.acceptedCount == 5)
      }
    }

    @Test("a closed window without a template: a person is told, and the answer goes once the customer writes")
    func closedWindow() async throws {
      try await ChatServer.run { chat in
        chat.cloud.inject(.error(131047))
        chat.cloud.customerSends(.text(Self.hours), from: Self.ana)
        let escalation: CloudJSON = try await eventually("a person to be told", within: .seconds(10)) {
          try await chat.server.api("GET", "/v1/escalations?state=waiting").json["data"]?.array?.first
        }
        #expect(escalation["reason"]?.string?.contains("window") == true)
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 0)
        chat.cloud.customerSends(.text("are you there"), from: Self.ana)
        #expect(try await chat.answer(to: Self.ana).text?.contains("Monday") == true)
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
      }
    }

    @Test("a closed window, told at once or later: the template asks the customer to write, and then both are answered")
    func template() async throws {
      let setup = ChatServer.Setup(
        number: "burst: 50ms, reopening: {template: reopen_case, language: es, customer_name: true}")
      try await ChatServer.run(setup) { chat in
        for (customer, fault) in [(Self.ana, CloudFault.error(131047)), ("15557770001", .failsLater(131047))] {
          chat.cloud.inject(fault)
          chat.cloud.customerSends(.text(Self.hours), from: customer, name: "Ana")
          let template = try await chat.cloud.waitForMessage { $0.recipient == customer && $0.type == "template" }
          let before = chat.cloud.accepted(to: customer).count
          let parameters = template.json["template"]?["components"]?[0]?["parameters"]?[0]?["text"]
          #expect(parameters?.string == "Ana")
          try await chat.settle()
          #expect(chat.cloud.accepted(to: customer).filter { $0.type == "template" }.count == 1)
          // A start between: what waits has to be known to the store alone.
          try await chat.restart()
          chat.cloud.customerSends(.text("hello"), from: customer)
          let sent = try await chat.answers(to: customer, count: before + 2).dropFirst(before)
          #expect(sent.first?.text?.contains("Monday") == true, "\(sent.map(\.text))")
          #expect(sent.last?.text?.contains("What can I do for you") == true, "\(sent.map(\.text))")
          try await chat.settle()
          #expect(chat.cloud.accepted(to: customer).count == before + 2)
        }
        #expect(try await chat.server.api("GET", "/v1/escalations").json["data"]?.array?.isEmpty == true)
      }
    }

    @Test("a voice note that WhatsApp does not take, at the upload, at once or later, comes in writing")
    func refusedVoiceNote() async throws {
      try await ChatServer.run { chat in
        let note = try await Sounds.voiceNote(Self.hours, scratch: chat.scratch)
        let faults: [(CloudFault, CloudEndpoint)] = [
          (.error(131053), .upload), (.error(131053), .messages), (.failsLater(131053), .messages),
        ]
        for (index, (fault, endpoint)) in faults.enumerated() {
          let customer = "1555777\(1000 + index)"
          chat.cloud.inject(fault, on: endpoint)
          chat.cloud.customerSends(.voice(note), from: customer)
          let text = try await chat.cloud.waitForMessage(within: .seconds(20)) {
            $0.recipient == customer && $0.type == "text"
          }
          #expect(text.text?.contains("Monday") == true)
          try await chat.settle()
          #expect(chat.cloud.accepted(to: customer).filter { $0.type == "text" }.count == 1)
        }
      }
    }

    @Test("what can't be delivered is noted as failed, with a person told where that is of use")
    func failures() async throws {
      try await ChatServer.run { chat in
        let faults: [(fault: CloudFault, tellsPerson: Bool)] = [
          (.failsLater(131026), false), (.error(131026), false), (.error(131009), true), (.failsLater(130472), true),
        ]
        for (index, entry) in faults.enumerated() {
          let customer = "1555777\(1000 + index)"
          chat.cloud.inject(entry.fault)
          chat.cloud.customerSends(.text(Self.hours), from: customer)
          try await eventually("the failure of \(entry.fault)", within: .seconds(10)) {
            try await chat.messagesIfAny(of: customer).first?["state"]?.string == "failed"
          }
          let owner = entry.tellsPerson ? "queue" : "assistant"
          try await eventually("the right owner after \(entry.fault)") {
            try await chat.conversation(of: customer)["owner"]?.string == owner
          }
          #expect(try await chat.messages(of: customer).first?["failure"]?.string?.isEmpty == false)
        }
        try await chat.settle()
        #expect(chat.cloud.accepted.allSatisfy { $0.type == "text" })
      }
    }
  }
}
