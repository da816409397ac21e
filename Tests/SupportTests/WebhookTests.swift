import Coordination
import Testing

@testable import TestSupport

@Suite("Webhooks of the stand-in for the Cloud API")
struct WebhookTests {
  /// Takes webhooks, answering the first with `statuses` and all later ones with 200; 0 hangs up.
  private func receiver(_ statuses: [Int] = []) async throws -> StandInHTTPServer {
    let left = Locked(statuses)
    return try await StandInHTTPServer.start { _, writer in
      let status = left.withLock { $0.isEmpty ? 200 : $0.removeFirst() }
      if status == 0 {
        await writer.drop()
      } else {
        try await writer.answer(status)
      }
    }
  }

  @Test("a webhook is signed over its bytes, which are ASCII")
  func signature() async throws {
    // Test case 2 of RFC 4231.
    #expect(
      CloudDigest.signature(of: Array("what do ya want for nothing?".utf8), appSecret: "Jefe")
        == "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let receiver = try await receiver()
    let graph = try await GraphClient.start(webhookURL: receiver.url + "/hook?x=1")
    let id = graph.standIn.customerSends(.text("¡ä/é 👍!"), from: GraphClient.customer, name: "Ana")
    try await graph.standIn.waitForAcknowledged(count: 1)
    let request = try #require(receiver.requests.first)
    #expect(request.method == "POST" && request.path == "/hook" && request.queryValues("x") == ["1"])
    #expect(request.header("content-type") == "application/json")
    #expect(
      request.header("x-hub-signature-256") == CloudDigest.signature(of: request.body, appSecret: "app-secret"))
    #expect(request.body.allSatisfy { $0 < 0x80 })
    #expect(request.text.contains(#""body":"\u00a1\u00e4\/\u00e9 \ud83d\udc4d!""#))
    let value = try CloudJSON(parsing: request.body)["entry"]?[0]?["changes"]?[0]?["value"]
    #expect(value?["messages"]?[0]?["id"]?.string == id)
    #expect(value?["messages"]?[0]?["text"]?["body"]?.string == "¡ä/é 👍!")
    #expect(value?["contacts"]?[0]?["wa_id"]?.string == GraphClient.customer)
    #expect(graph.standIn.acknowledged == [id])
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test("a webhook comes again, byte for byte, until the answer is 200")
  func retries() async throws {
    let receiver = try await receiver([500, 0, 204, 404])
    let graph = try await GraphClient.start(webhookURL: receiver.url)
    let id = graph.standIn.customerSends(.text("hola"), from: GraphClient.customer)
    try await graph.standIn.waitForAcknowledged(count: 1)
    #expect(receiver.requests.count == 5)
    #expect(Set(receiver.requests.map(\.text)).count == 1)
    #expect(graph.standIn.deliveries.map(\.answers) == [[500, 0, 204, 404, 200]])
    #expect(graph.standIn.figures.retries == 4 && graph.standIn.figures.acknowledged == 1)
    #expect(graph.standIn.unacknowledgedCount == 0)
    #expect(graph.standIn.redeliver(id))
    #expect(try await graph.standIn.waitForAcknowledged(count: 2) == [id, id])
    #expect(Set(receiver.requests.map(\.text)).count == 1)
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test("an answer that is late counts as none")
  func timeout() async throws {
    let count = Locked(0)
    let receiver = try await StandInHTTPServer.start { _, writer in
      let number = count.withLock { count in
        count += 1
        return count
      }
      if number == 1 { await writer.closed() } else { try await writer.answer(200) }
    }
    let graph = try await GraphClient.start(webhookURL: receiver.url) { $0.delivery.timeout = .milliseconds(50) }
    graph.standIn.customerSends(.text("hola"), from: GraphClient.customer)
    try await graph.standIn.waitForAcknowledged(count: 1)
    #expect(graph.standIn.deliveries.first?.answers.first == 0)
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test("updates share a body, whatever its shape", arguments: CloudSettings.BatchShape.allCases)
  func batches(shape: CloudSettings.BatchShape) async throws {
    let receiver = try await receiver()
    let graph = try await GraphClient.start(webhookURL: receiver.url) { settings in
      settings.delivery.batchLimit = 4
      settings.delivery.batchShape = shape
      settings.delivery.shuffleSeed = 7
    }
    graph.standIn.holdWebhooks()
    let ids = (0..<10).map { graph.standIn.customerSends(.text("\($0)"), from: "1555777000\($0 % 3)") }
    #expect(receiver.requests.isEmpty)
    graph.standIn.releaseWebhooks()
    let acknowledged = try await graph.standIn.waitForAcknowledged(count: 10)
    #expect(acknowledged.sorted() == ids.sorted() && receiver.requests.count == 3)
    let parsed = try receiver.requests.flatMap { request in
      (try CloudJSON(parsing: request.body)["entry"]?.array ?? []).flatMap { $0["changes"]?.array ?? [] }
        .flatMap { $0["value"]?["messages"]?.array ?? [] }
    }
    #expect(parsed.compactMap { $0["id"]?.string }.sorted() == ids.sorted())
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test("waiting updates go out in the order of the seed, and every second body twice")
  func disorder() async throws {
    func order(seed: UInt64?) async throws -> [String] {
      let receiver = try await receiver()
      let graph = try await GraphClient.start(webhookURL: receiver.url) { settings in
        settings.delivery.concurrency = 1
        settings.delivery.shuffleSeed = seed
        settings.delivery.duplicatesEvery = 2
      }
      graph.standIn.holdWebhooks()
      let ids = (0..<20).map { graph.standIn.customerSends(.text("\($0)"), from: GraphClient.customer) }
      graph.standIn.releaseWebhooks()
      let acknowledged = try await graph.standIn.waitForAcknowledged(count: 30)
      #expect(Set(acknowledged) == Set(ids) && acknowledged.count == 30)
      await graph.standIn.stop()
      await receiver.stop()
      var seen: Set<String> = []
      return acknowledged.filter { seen.insert($0).inserted }
    }
    let straight = try await order(seed: nil)
    let shuffled = try await order(seed: 1)
    #expect(straight != shuffled)
    #expect(try await order(seed: 1) == shuffled)
  }

  @Test("connections are kept and their number is bounded")
  func connections() async throws {
    let receiver = try await receiver()
    let graph = try await GraphClient.start(webhookURL: receiver.url) { $0.delivery.concurrency = 4 }
    for _ in 0..<200 { graph.standIn.customerSends(.text("x"), from: GraphClient.customer) }
    try await graph.standIn.waitForAcknowledged(count: 200)
    #expect((1...4).contains(receiver.connectionCount))
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test("verification takes the challenge as the whole body, with 200, and nothing else")
  func verification() async throws {
    for (suffix, status, isGood) in [("", 200, true), ("\n", 200, false), ("", 201, false)] {
      let receiver = try await StandInHTTPServer.start { request, writer in
        guard request.queryValues("hub.verify_token") == ["verify token/é&"],
          request.queryValues("hub.mode") == ["subscribe"]
        else {
          try await writer.answer(403)
          return
        }
        try await writer.answer(status, [], Array((request.queryValues("hub.challenge").joined() + suffix).utf8))
      }
      let graph = try await GraphClient.start(webhookURL: receiver.url) { $0.verifyToken = "verify token/é&" }
      #expect(try await graph.standIn.verifyWebhook().isVerified == isGood)
      #expect(try await graph.standIn.verifyWebhook(token: "other").status == 403)
      await graph.standIn.stop()
      await receiver.stop()
    }
  }

  @Test("a load comes at its rate from customers of its own")
  func load() async throws {
    let receiver = try await receiver()
    let graph = try await GraphClient.start(webhookURL: receiver.url)
    let plan = try #require(CloudLoadPlan(rate: 500, seconds: 0.2, customers: 30, text: "hola"))
    #expect(graph.standIn.startLoad(plan) && !graph.standIn.startLoad(plan))
    try await graph.standIn.waitForAcknowledged(count: 100)
    #expect(Set(graph.standIn.acknowledged).count == 100)
    #expect(graph.standIn.customer(CloudLoadPlan.waID(29))?.name == "load-29")
    #expect(graph.standIn.customer(CloudLoadPlan.waID(30)) == nil)
    #expect(graph.standIn.figures.dueTimes.count == 100)
    #expect(CloudLoadPlan(rate: 5000, seconds: 60, customers: 1, text: "x") == nil)
    await graph.standIn.stop()
    await receiver.stop()
  }
}
