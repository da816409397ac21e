import Audio
import Testing
import TestSupport

extension EndToEnd {
  @Suite("the control interface", .serialized) struct Control {
    @Test("a call is placed, shown and hung up; the same Idempotency-Key places one")
    func calls() async throws {
      let socket = try DatagramSocket()
      try await ChatServer.run(ChatServer.Setup(trunks: Channels.trunk(socket))) { chat in
        let server = chat.server
        let phone = SIPPeer(on: socket, of: server)
        let order: CloudJSON = ["to": "+34 910 000 000", "assistant": "desk", "metadata": ["order": 42]]
        let key = [("Idempotency-Key", "call-1")]
        let placed = try await server.api("POST", "/v1/calls", order, headers: key)
        #expect(placed.status == 201)
        #expect(placed.json["state"]?.string == "ringing")
        #expect(placed.json["metadata"]?["order"]?.integer == 42)
        let again = try await server.api("POST", "/v1/calls", order, headers: key)
        #expect(again.status == 201)
        #expect(again.body == placed.body)
        let call = try await RingingCall(phone)
        #expect(call.invite.startLine.hasPrefix("INVITE sip:+34910000000@127.0.0.1"))
        let media = try RTPPeer()
        try await call.answer(media)
        _ = try await media.audible()
        let path = "/v1/calls/\(placed.json["id"]?.string ?? "")"
        #expect(try await server.api("GET", path).json["state"]?.string == "answered")
        #expect(try await server.metric("assist_calls") == 1)
        #expect(try await server.api("DELETE", path).status == 202)
        try await call.hungUp()
        try await server.waitUntilIdle()
        let ended: CloudJSON = try await eventually("the end of the call in its record") {
          let record = try await server.api("GET", path).json
          return record["ended_at"]?.string == nil ? nil : record
        }
        #expect(ended["state"]?.string == "ended")
        #expect(ended["answered_at"]?.string != nil)
        #expect(ended["media"]?.members?.isEmpty == false, "\(ended)")
        // Once more does no harm.
        #expect(try await server.api("DELETE", path).status == 200)
        #expect(try await server.api("GET", "/v1/calls").json["data"]?.array?.count == 1)
        // Two at the same moment are one as well.
        let (http, body) = (server.http, order.bytes)
        let both = [("Authorization", "Bearer \(Server.apiKey)"), ("Idempotency-Key", "call-2")]
        async let first = HTTPAnswer.to("POST", "/v1/calls", at: http, headers: both, body: body)
        async let second = HTTPAnswer.to("POST", "/v1/calls", at: http, headers: both, body: body)
        let statuses = try await Set([first.status, second.status])
        #expect(statuses.contains(201) && statuses.isSubset(of: [201, 409]), "\(statuses)")
        try await RingingCall(phone).refuse(486, "Busy Here")
        try await server.waitUntilIdle()
        let calls = try await server.api("GET", "/v1/calls").json["data"]?.array ?? []
        #expect(calls.count == 2)
        #expect(calls.first?["state"]?.string == "ended")
        #expect(calls.first?["answered_at"] == .null)
        let invites = phone.history.filter { $0.message.method == "INVITE" }.map(\.message.callID)
        #expect(Set(invites).count == 2)
      }
    }

    @Test("without a key, or with a wrong one, nothing below /v1 answers; and nowhere without a configured key")
    func keys() async throws {
      try await ChatServer.run { chat in
        for path in ["/v1/calls", "/v1/conversations", "/v1/escalations", "/v1/media/x", "/v1/calls/x"] {
          for headers in [
            [], [("Authorization", "Bearer wrong")], [("Authorization", "Bearer ")], [("Authorization", "Basic eDp5")],
            [("Authorization", Server.apiKey)], [("Authorization", "Bearer \(Server.apiKey)x")],
          ] {
            let answer = try await chat.server.request("GET", path, headers: headers)
            #expect(answer.status == 401, "\(path) \(headers)")
            Self.expectError(answer, "unauthorized")
          }
        }
        let post = try await chat.server.request("POST", "/v1/calls", body: Array("{}".utf8))
        #expect(post.status == 401)
        #expect(try await chat.server.api("GET", "/v1/calls").status == 200)
      }
      try await Server.run { server in
        let answer = try await server.api("GET", "/v1/calls", key: "")
        #expect(answer.status == 401)
        Self.expectError(answer, "unauthorized")
      }
    }

    @Test("every mistake is told in the same form, with the parameter that is wrong")
    func mistakes() async throws {
      try await ChatServer.run { chat in
        let wrong: [(method: String, path: String, body: CloudJSON?, status: Int, code: String, param: String?)] = [
          ("POST", "/v1/calls", [:], 400, "invalid_request", "to"),
          ("POST", "/v1/calls", ["to": "sip:x@127.0.0.1:9"], 400, "invalid_request", "assistant"),
          ("POST", "/v1/calls", ["to": 7, "assistant": "desk"], 400, "invalid_request", "to"),
          ("POST", "/v1/calls", ["to": "nobody", "assistant": "desk"], 400, "invalid_request", "to"),
          ("POST", "/v1/calls", ["to": "+34910000000", "assistant": "desk"], 400, "invalid_request", "trunk"),
          (
            "POST", "/v1/calls", ["to": "+3491000000", "trunk": "x", "assistant": "desk"], 400, "invalid_request",
            "trunk"
          ),
          ("POST", "/v1/calls", ["to": "sip:x@127.0.0.1:9", "assistant": "none"], 400, "invalid_request", "assistant"),
          ("POST", "/v1/calls", [1, 2], 400, "invalid_request", nil),
          ("GET", "/v1/calls/none", nil, 404, "not_found", nil),
          ("DELETE", "/v1/calls/none", nil, 404, "not_found", nil),
          ("GET", "/v1/calls?limit=0", nil, 400, "invalid_request", "limit"),
          ("GET", "/v1/conversations?limit=many", nil, 400, "invalid_request", "limit"),
          ("GET", "/v1/conversations?cursor=x", nil, 400, "invalid_request", "cursor"),
          ("GET", "/v1/conversations/none", nil, 404, "not_found", nil),
          ("GET", "/v1/conversations/none/messages", nil, 404, "not_found", nil),
          ("POST", "/v1/conversations/none/messages", ["text": "x"], 404, "not_found", nil),
          ("POST", "/v1/conversations/none/takeover", [:], 404, "not_found", nil),
          ("GET", "/v1/escalations?state=lost", nil, 400, "invalid_request", "state"),
          ("POST", "/v1/escalations/none/claim", [:], 404, "not_found", nil),
          ("GET", "/v1/media/none", nil, 404, "not_found", nil),
          ("GET", "/v1/nothing", nil, 404, "not_found", nil),
          ("DELETE", "/v1/conversations", nil, 405, "method_not_allowed", nil),
          ("GET", "/v1/calls/%00%2e%2e%2f", nil, 404, "not_found", nil),
          ("GET", "/nothing", nil, 404, "not_found", nil),
        ]
        for entry in wrong {
          let answer = try await chat.server.api(entry.method, entry.path, entry.body)
          let body = entry.body.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
          let what = "\(entry.method) \(entry.path) \(body)"
          #expect(answer.status == entry.status, "\(what)")
          Self.expectError(answer, entry.code, param: entry.param, what)
        }
        let authorization = ("Authorization", "Bearer \(Server.apiKey)")
        for body in ["{", "null", "\"text\"", String(repeating: "[", count: 100_000)] {
          let answer = try await chat.server.request(
            "POST", "/v1/calls", headers: [authorization], body: Array(body.utf8))
          #expect(answer.status == 400)
          Self.expectError(answer, "invalid_request")
        }
        let large = try? await chat.server.request(
          "POST", "/v1/calls", headers: [authorization], body: [UInt8](repeating: 0x20, count: 2 << 20))
        if let large {
          #expect(large.status == 413)
          Self.expectError(large, "too_large")
        }
        for key in ["", String(repeating: "k", count: 201)] {
          let order: CloudJSON = ["to": "sip:x@127.0.0.1:9", "assistant": "desk"]
          let answer = try await chat.server.api("POST", "/v1/calls", order, headers: [("Idempotency-Key", key)])
          #expect(answer.status == 400)
          Self.expectError(answer, "invalid_request", param: "Idempotency-Key")
        }
        #expect(try await chat.server.api("GET", "/v1/calls").json["data"]?.array?.isEmpty == true)
      }
    }

    @Test("lists come in pages that hold everything once")
    func pages() async throws {
      try await ChatServer.run { chat in
        for index in 0..<7 { chat.cloud.customerSends(.text("hello"), from: "1555777\(1000 + index)") }
        try await chat.cloud.waitForAccepted(count: 7)
        try await chat.settle()
        var seen: [String] = []
        var cursor: String?
        repeat {
          let path = "/v1/conversations?limit=3" + (cursor.map { "&cursor=\($0)" } ?? "")
          let page = try await chat.server.api("GET", path).json
          seen += (page["data"]?.array ?? []).compactMap { $0["id"]?.string }
          cursor = page["cursor"]?.string
        } while cursor != nil && seen.count < 20
        #expect(seen.count == 7)
        #expect(Set(seen).count == 7)
        let path = "/v1/conversations/\(seen[0])/messages?limit=1"
        let first = try await chat.server.api("GET", path).json
        let second = try await chat.server.api("GET", path + "&cursor=\(first["cursor"]?.string ?? "")").json
        #expect(first["data"]?[0]?["author"]?.string == "assistant")
        #expect(second["data"]?[0]?["author"]?.string == "customer")
      }
    }

    private static func expectError(
      _ answer: HTTPAnswer, _ code: String, param: String? = nil, _ what: String = "",
      at location: SourceLocation = #_sourceLocation
    ) {
      let error = answer.json["error"]
      let param = param.map { CloudJSON.string($0) } ?? .null
      #expect(error?["code"]?.string == code, "\(what): \(answer.text)", sourceLocation: location)
      #expect(error?["message"]?.string?.isEmpty == false, "\(what): \(answer.text)", sourceLocation: location)
      #expect(error?["param"] == param, "\(what): \(answer.text)", sourceLocation: location)
      #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true, sourceLocation: location)
    }
  }
}
