import JSON
import NetClient
import Testing

@testable import Assist
@testable import ControlAPI
@testable import Reporting
@testable import Telephony

@Suite("The console's live side", .timeLimit(.minutes(1)))
struct ConsoleSocketTests {
  private static func names(_ viewers: JSONValue?) -> [String] {
    (viewers?.array ?? []).map {
      ($0["username"]?.string ?? "?") + ($0["typing"]?.bool == true ? "…" : "")
    }
  }

  private static func status(of username: String, _ page: ConsolePageClient) -> String? {
    page.events("presence").last?["people"]?.array.first { $0["username"]?.string == username }?["status"]?.string
  }

  @Test("whoever is signed in, or has a key, is let in; others are refused")
  func authorisation() async throws {
    try await ConsoleBench.run { bench in
      let session = try await bench.signIn(ConsoleBench.ana)
      #expect(try await ConsolePageClient.open(bench, session: session).isConnected)
      #expect(try await ConsolePageClient.open(bench, auth: ["key": .string(ConsoleBench.key)]).isConnected)
      let wrong = ConsoleBench.Session(cookie: "\(SignIns.cookie)=00", csrf: "")
      for page in [
        try await ConsolePageClient.open(bench), try await ConsolePageClient.open(bench, session: wrong),
        try await ConsolePageClient.open(bench, auth: ["key": "wrong"]),
      ] {
        #expect(!page.isConnected)
        #expect(page.refusal?["data"]?["code"]?.string == "unauthorized")
      }
    }
  }

  @Test("two who look at a conversation see each other, and who writes, and who goes")
  func viewers() async throws {
    try await ConsoleBench.run { bench in
      let ana = try await ConsolePageClient.open(bench, session: try await bench.signIn(ConsoleBench.ana))
      let sam = try await ConsolePageClient.open(bench, session: try await bench.signIn(ConsoleBench.sam))
      let place: JSONValue = ["conversation": "conv_1"]
      #expect(Self.names(try await ana.ask("watch", place)["viewers"]) == ["ana"])
      #expect(Self.names(try await sam.ask("watch", place)["viewers"]) == ["ana", "sam"])
      func sees(_ page: ConsolePageClient, _ expected: [String]) async throws {
        try await ConsolePageClient.eventually("\(expected)") {
          Self.names(page.events("viewers").last?["people"]) == expected
        }
      }
      try await sees(ana, ["ana", "sam"])
      _ = try await sam.ask("typing", ["conversation": "conv_1", "on": true])
      try await sees(ana, ["ana", "sam…"])
      _ = try await sam.ask("typing", ["conversation": "conv_1", "on": false])
      try await sees(ana, ["ana", "sam"])
      _ = try await ana.ask("unwatch", place)
      try await sees(sam, ["sam"])
      let count = ana.events("viewers").count
      _ = try await ana.ask("watch", place)
      sam.close()
      try await sees(ana, ["ana"])
      #expect(ana.events("viewers").count > count)
    }
  }

  @Test("a page that comes back to its place looks at what it looked at")
  func recovered() async throws {
    try await ConsoleBench.run { bench in
      let session = try await bench.signIn(ConsoleBench.ana)
      let ana = try await ConsolePageClient.open(bench, session: session)
      let sam = try await ConsolePageClient.open(bench, session: try await bench.signIn(ConsoleBench.sam))
      for page in [ana, sam] { _ = try await page.ask("watch", ["conversation": "conv_1"]) }
      try await ConsolePageClient.eventually("a place to come back to") { ana.place["offset"]?.string != nil }
      func sees(_ expected: [String]) async throws {
        try await ConsolePageClient.eventually("\(expected)") {
          Self.names(sam.events("viewers").last?["people"]) == expected
        }
      }
      try await sees(["ana", "sam"])
      ana.close()
      try await sees(["sam"])
      let again = try await ConsolePageClient.open(bench, session: session, auth: ana.place)
      #expect(again.place["pid"] == ana.place["pid"])
      try await sees(["ana", "sam"])
    }
  }

  @Test("who has a page is there, and says for themselves how it is; without a page they are not")
  func presence() async throws {
    try await ConsoleBench.run { bench in
      let sam = try await ConsolePageClient.open(bench, session: try await bench.signIn(ConsoleBench.sam))
      try await ConsolePageClient.eventually("people") { Self.status(of: "ana", sam) == "offline" }
      let ana = try await ConsolePageClient.open(bench, session: try await bench.signIn(ConsoleBench.ana))
      try await ConsolePageClient.eventually("ana") { Self.status(of: "ana", sam) == "online" }
      _ = try await ana.ask("status", ["status": "away"])
      try await ConsolePageClient.eventually("away") { Self.status(of: "ana", sam) == "away" }
      _ = try await ana.ask("status", ["status": "offline"])
      _ = try await ana.ask("status", ["status": 7])
      #expect(Self.status(of: "ana", sam) == "away")
    }
  }

  @Test("a session that is revoked, or signs out, is told so and let go, and can't come again")
  func revoked() async throws {
    try await ConsoleBench.run { bench in
      let session = try await bench.signIn(ConsoleBench.ana)
      let supervisor = try await bench.signIn(ConsoleBench.sam)
      let page = try await ConsolePageClient.open(bench, session: session)
      let other = try await ConsolePageClient.open(bench, session: supervisor)
      let sessions = try await bench.ask(.get, "/v1/sessions", session: supervisor).json?["data"]?.array ?? []
      let id = try #require(sessions.first { $0["person"]?.string == "ana" }?["id"]?.string)
      #expect(sessions.first { $0["person"]?.string == "sam" }?["current"]?.bool == true)
      #expect(try await bench.ask(.delete, "/v1/sessions/\(id)", session: supervisor).status == 204)
      try await ConsolePageClient.eventually("the end") { page.isDisconnected }
      #expect(page.events("signed_out").count == 1)
      #expect(try await bench.ask(.get, "/session", session: session).status == 401)
      #expect(try await !ConsolePageClient.open(bench, session: session).isConnected)

      #expect(!other.isDisconnected)
      #expect(try await bench.ask(.delete, "/session", session: supervisor).status == 204)
      try await ConsolePageClient.eventually("the end") { other.isDisconnected }
      #expect(other.events("signed_out").count == 1)
    }
  }

  @Test("an agent does not listen to calls; a supervisor is told if there is none")
  func listen() async throws {
    try await ConsoleBench.run { bench in
      let ana = try await ConsolePageClient.open(bench, session: try await bench.signIn(ConsoleBench.ana))
      let sam = try await ConsolePageClient.open(bench, session: try await bench.signIn(ConsoleBench.sam))
      #expect(try await ana.ask("listen", ["call": "call_1"])["error"]?["code"]?.string == "forbidden")
      #expect(try await sam.ask("listen", ["call": "call_1"])["error"]?["code"]?.string == "not_found")
      #expect(try await sam.ask("listen", [:])["error"]?["code"]?.string == "invalid_request")
    }
  }

  @Test("a page asks for nonsense and goes on", arguments: ["watch", "unwatch", "typing", "status", "unlisten"])
  func nonsense(event: String) async throws {
    try await ConsoleBench.run { bench in
      let page = try await ConsolePageClient.open(bench, session: try await bench.signIn(ConsoleBench.ana))
      for data: JSONValue in [
        .null, [], "x", ["conversation": 1], ["conversation": .string(String(repeating: "c", count: 5000))],
      ] {
        _ = try await page.ask(event, data)
      }
      #expect(Self.names(try await page.ask("watch", ["conversation": "conv_1"])["viewers"]) == ["ana"])
    }
  }
}
