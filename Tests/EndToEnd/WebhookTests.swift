import Audio
import Testing
import TestSupport

extension EndToEnd {
  @Suite("deliveries to the webhook", .serialized) struct Webhooks {
    private static let path = "/webhooks/whatsapp"
    private static let hours = "what are your opening hours"

    /// A body with one text, as Meta makes it, with `more` at its end.
    private static func body(
      from customer: String, id: String, number: String = CloudSettings().phoneNumberID, more: String = ""
    ) -> [UInt8] {
      Array(
        """
        {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{\
        "messaging_product":"whatsapp","metadata":{"display_phone_number":"1","phone_number_id":"\(number)"},\
        "contacts":[{"profile":{"name":"Ana"},"wa_id":"\(customer)"}],"messages":[{"from":"\(customer)",\
        "id":"\(id)","timestamp":"\(Int(WallTime.seconds))","type":"text","text":{"body":"\(hours)"}}]}}]}]\(more)}
        """.utf8)
    }

    private static func deliver(_ body: [UInt8], to chat: ChatServer, secret: String? = nil) async throws -> HTTPAnswer
    {
      let signature = CloudDigest.signature(of: body, appSecret: secret ?? chat.cloud.settings.appSecret)
      return try await chat.server.request(
        "POST", path, headers: [("X-Hub-Signature-256", signature), ("Content-Type", "application/json")], body: body)
    }

    @Test("what is not signed with the number's secret is refused and changes nothing")
    func signatures() async throws {
      try await ChatServer.run { chat in
        let body = Self.body(from: "15557770000", id: "wamid.forged")
        let right = CloudDigest.signature(of: body, appSecret: chat.cloud.settings.appSecret)
        let wrong: [[(String, String)]] = [
          [], [("X-Hub-Signature-256", "")], [("X-Hub-Signature-256", "sha256=")],
          [("X-Hub-Signature-256", CloudDigest.signature(of: body, appSecret: "another"))],
          [("X-Hub-Signature-256", String(right.dropLast()))], [("X-Hub-Signature-256", right + "00")],
          [("X-Hub-Signature-256", "sha1=" + right.dropFirst(7))], [("X-Hub-Signature", right)],
          [("X-Hub-Signature-256", "sha256=é")],
        ]
        for headers in wrong {
          let answer = try await chat.server.request("POST", Self.path, headers: headers, body: body)
          #expect(answer.status == 401, "\(headers)")
          #expect(answer.json["error"]?["code"]?.string == "unauthorized")
        }
        // One byte more than was signed.
        let longer = try await chat.server.request(
          "POST", Self.path, headers: [("X-Hub-Signature-256", right)], body: body + [0x20])
        #expect(longer.status == 401)
        #expect(try await chat.server.api("GET", "/v1/conversations").json["data"]?.array?.isEmpty == true)
        #expect(try await chat.rows("SELECT count(*) FROM delivery") == [["0"]])
      }
    }

    @Test("signed bodies that are no WhatsApp, or none that is known, are taken and do no harm")
    func strangeBodies() async throws {
      try await ChatServer.run { chat in
        let strange: [String] = [
          "", "hello", "{", "null", "[]", "{}", #"{"object":"page","entry":[]}"#,
          #"{"object":"whatsapp_business_account"}"#,
          #"{"object":"whatsapp_business_account","entry":{"changes":7}}"#,
          #"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":[]}]}]}"#,
          #"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"unheard_of","value":{}}]}]}"#,
          String(repeating: "[", count: 1_000_000), String(repeating: #"{"a":"#, count: 200_000),
          #"{"object":"\#u{0}\ud800"}"#,
        ]
        for text in strange {
          let status = try await Self.deliver(Array(text.utf8), to: chat).status
          #expect(status == 200, "\(text.prefix(60))")
        }
        #expect(try await Self.deliver([0xFF, 0xFE, 0x00, 0x80], to: chat).status == 200)
        // Signed, and of a number that is not ours.
        let foreign = Self.body(from: "15557770000", id: "wamid.foreign", number: "999")
        #expect(try await Self.deliver(foreign, to: chat).status == 200)
        try await chat.settle()
        #expect(try await chat.server.api("GET", "/v1/conversations").json["data"]?.array?.isEmpty == true)
        for sample in try chat.cloud.samples() {
          #expect(try await Self.deliver(sample.body, to: chat).status == 200, "\(sample.name)")
        }
        try await chat.settle(within: .seconds(60))
        #expect(try await chat.server.request("GET", "/readyz").status == 200)
      }
    }

    @Test("a body of 3 MB is taken, a larger one refused, and the text in the first is answered")
    func largeBodies() async throws {
      try await ChatServer.run { chat in
        chat.cloud.addCustomer(waID: "15557770000")
        chat.cloud.customerCalls(from: "15557770000")
        let filler = #","filler":""# + String(repeating: "x", count: 3 << 20) + "\""
        let large = Self.body(from: "15557770000", id: "wamid.large", more: filler)
        let taken = try await Self.deliver(large, to: chat)
        #expect(taken.status == 200)
        #expect(try await chat.answer(to: "15557770000").text?.contains("Monday") == true)
        let tooLarge = Self.body(from: "15557770001", id: "wamid.toolarge", more: filler.replacing("x", with: "xx"))
        // The server may hang up before it has heard all.
        if let answer = try? await Self.deliver(tooLarge, to: chat) {
          #expect(answer.status == 413)
          #expect(answer.json["error"]?["code"]?.string == "too_large")
        }
        #expect(try await chat.conversationIfAny(of: "15557770001") == nil)
      }
    }

    @Test("a thousand updates in one body are all answered, once each, whoever they are from")
    func thousand() async throws {
      var setup = ChatServer.Setup(number: "burst: 50ms, typing: false, messages_per_second: 1000")
      setup.cloud.messagesPerSecond = nil
      setup.cloud.hasPairRate = false
      setup.cloud.statuses = .none
      setup.cloud.delivery.batchLimit = 1000
      try await ChatServer.run(setup) { chat in
        chat.cloud.holdWebhooks()
        let ana = "15557770000"
        // Many people, and one who sends more than one answer covers.
        for index in 0..<500 { chat.cloud.customerSends(.text("hello"), from: "1555778\(1000 + index)") }
        for _ in 0..<500 { chat.cloud.customerSends(.text("hello"), from: ana) }
        chat.cloud.releaseWebhooks()
        try await chat.settle(within: .seconds(60))
        #expect(chat.cloud.deliveries.count == 1)
        for index in 0..<500 {
          let count = chat.cloud.accepted(to: "1555778\(1000 + index)").count
          #expect(count == 1, "customer \(index)")
        }
        #expect((1...3).contains(chat.cloud.accepted(to: ana).count), "\(chat.cloud.accepted(to: ana).count)")
        let states = try await chat.rows("SELECT DISTINCT state FROM message WHERE author = 'customer'")
        #expect(states == [["answered"]])
      }
    }

    @Test("every body comes twice, in any order: nothing is answered twice")
    func duplicates() async throws {
      var setup = ChatServer.Setup(number: "burst: 50ms, messages_per_second: 1000")
      setup.cloud.messagesPerSecond = nil
      setup.cloud.statuses = .all
      setup.cloud.delivery.duplicatesEvery = 1
      setup.cloud.delivery.shuffleSeed = 7
      setup.cloud.delivery.batchLimit = 3
      setup.cloud.delivery.batchPause = .milliseconds(5)
      try await ChatServer.run(setup) { chat in
        var ids: [String] = []
        for index in 0..<60 {
          ids.append(chat.cloud.customerSends(.text(Self.hours), from: "1555778\(1000 + index)"))
        }
        for index in 0..<60 { try await chat.answers(to: "1555778\(1000 + index)", within: .seconds(30)) }
        // Once more, long after they were answered.
        for id in ids.prefix(10) { #expect(chat.cloud.redeliver(id)) }
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 60)
        try await eventually("word that all were read", within: .seconds(10)) {
          try await chat.rows("SELECT count(*) FROM message WHERE author = 'assistant' AND state = 'read'") == [["60"]]
        }
      }
    }
  }
}

/// The time of the wall.
enum WallTime {
  static var seconds: Double { CloudClock.real.now / .seconds(1) }
}
