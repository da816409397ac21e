import NIOHTTP1
import Testing

@testable import TestSupport

@Suite("Statuses and faults of the stand-in for the Cloud API")
struct StatusTests {
  private func statuses(_ receiver: StandInHTTPServer) throws -> [CloudJSON] {
    try receiver.requests.flatMap { request in
      try CloudJSON(parsing: request.body)["entry"]?[0]?["changes"]?[0]?["value"]?["statuses"]?.array ?? []
    }
  }

  private func receiver() async throws -> StandInHTTPServer {
    try await StandInHTTPServer.start { _, writer in try await writer.answer(200) }
  }

  @Test("each status comes once with the callback data; only voice notes are played")
  func all() async throws {
    let receiver = try await receiver()
    let graph = try await GraphClient.start(webhookURL: receiver.url) {
      $0.statuses = .init(sent: .zero, delivered: .milliseconds(1), read: .milliseconds(2), played: .milliseconds(3))
    }
    let media = try await graph.uploaded(OggFile.opus())
    let text = try await graph.send(GraphClient.text("x").adding("biz_opaque_callback_data", "ñ/1")).messageID ?? ""
    let voice =
      try await graph.send(["type": "audio", "audio": ["id": .string(media), "voice": true]]).messageID ?? ""
    let acknowledged = try await graph.standIn.waitForAcknowledged(count: 7)
    #expect(
      Set(acknowledged)
        == Set(["sent", "delivered", "read"].map { "\(text)/\($0)" })
        .union(["sent", "delivered", "read", "played"].map { "\(voice)/\($0)" }))
    for status in try statuses(receiver) where status["id"]?.string == text {
      #expect(status["biz_opaque_callback_data"]?.string == "ñ/1")
      #expect(status["recipient_id"]?.string == GraphClient.customer)
      #expect(status["recipient_user_id"]?.string == graph.standIn.customer(GraphClient.customer)?.userID)
    }
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test("a lost response leaves the message accepted, and its status tells")
  func lostResponse() async throws {
    let receiver = try await receiver()
    let graph = try await GraphClient.start(webhookURL: receiver.url) { $0.statuses = .sent }
    graph.standIn.inject(.losesResponse)
    await #expect(throws: (any Error).self) {
      try await graph.send(GraphClient.text("x").adding("biz_opaque_callback_data", "t1"))
    }
    try await graph.standIn.waitForAcknowledged(count: 1)
    #expect(graph.standIn.accepted.map(\.callbackData) == ["t1"])
    #expect(try statuses(receiver).first?["biz_opaque_callback_data"]?.string == "t1")
    #expect(try await graph.send(GraphClient.text("x")).code == nil)
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test("a status may come before the answer")
  func lateAnswer() async throws {
    let receiver = try await receiver()
    let graph = try await GraphClient.start(webhookURL: receiver.url) { $0.statuses = .sent }
    graph.standIn.inject(.answersLate(.milliseconds(20)))
    let answer = try await graph.send(GraphClient.text("x"))
    #expect(answer.messageID == graph.standIn.accepted.first?.id)
    try await graph.standIn.waitForAcknowledged(count: 1)
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test("a failure that comes later is a status with errors and without contacts")
  func failsLater() async throws {
    let receiver = try await receiver()
    let graph = try await GraphClient.start(webhookURL: receiver.url, customerWrote: false) {
      $0.windowFailsLater = true
      $0.statuses = .all
    }
    let id = try await graph.send(GraphClient.text("x")).messageID ?? ""
    #expect(try await graph.standIn.waitForAcknowledged(count: 1) == ["\(id)/failed"])
    let body = try CloudJSON(parsing: try #require(receiver.requests.first).body)
    let value = body["entry"]?[0]?["changes"]?[0]?["value"]
    #expect(value?["contacts"] == nil)
    #expect(value?["statuses"]?[0]?["errors"]?[0]?["code"]?.integer == 131047)
    graph.standIn.customerCalls(from: GraphClient.customer)
    graph.standIn.inject(.failsLater(131026))
    let other = try await graph.send(GraphClient.text("x")).messageID ?? ""
    #expect(try await graph.standIn.waitForAcknowledged(count: 2).last == "\(other)/failed")
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test(
    "every code of Meta's can be injected, with its status",
    arguments: CloudError.titles.keys.sorted())
  func codes(code: Int) async throws {
    let graph = try await GraphClient.start()
    graph.standIn.inject(.error(code))
    let answer = try await graph.send(GraphClient.text("x"))
    #expect(answer.code == code && answer.status == CloudError(code).httpStatus)
    #expect(graph.standIn.refusals.first?.isInjected == true && graph.standIn.acceptedCount == 0)
    #expect(try await graph.send(GraphClient.text("x")).code == nil)
    await graph.standIn.stop()
  }

  @Test("faults hit the kind of request that they are for, one after the other")
  func faults() async throws {
    let graph = try await GraphClient.start()
    let id = graph.standIn.customerSends(.text("hola"), from: GraphClient.customer)
    graph.standIn.inject(.status(502), .hangsUp, .delay(.milliseconds(1)))
    graph.standIn.inject(.error(131000), on: .upload)
    #expect(
      try await graph.post(["messaging_product": "whatsapp", "status": "read", "message_id": .string(id)]).code == nil)
    #expect(try await graph.upload(OggFile.opus()).code == 131000)
    let first = try await graph.send(GraphClient.text("x"))
    #expect(first.status == 502 && first.json == .null)
    await #expect(throws: (any Error).self) { try await graph.send(GraphClient.text("x")) }
    #expect(graph.standIn.acceptedCount == 0)
    #expect(try await graph.send(GraphClient.text("x")).code == nil)
    graph.standIn.inject(.losesResponse, on: .download)
    let media = try await graph.uploaded(OggFile.opus())
    let url = try #require(try await graph.request(.GET, "/v25.0/\(media)").json["url"]?.string)
    await #expect(throws: (any Error).self) { try await graph.request(.GET, url) }
    await graph.standIn.stop()
  }
}
