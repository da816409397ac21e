import NIOHTTP1
import Testing

@testable import TestSupport

@Suite("Customers of the stand-in for the Cloud API")
struct CustomerTests {
  /// The `value` of the webhook that told of the last thing.
  private func last(_ graph: GraphClient, count: Int) async throws -> CloudJSON {
    try await graph.standIn.waitForAcknowledged(count: count)
    let id = try #require(graph.standIn.acknowledged.last)
    let delivery = try #require(graph.standIn.deliveries.last { $0.updates == [id] })
    return try #require(delivery.json["entry"]?[0]?["changes"]?[0]?["value"])
  }

  private func start() async throws -> (GraphClient, StandInHTTPServer) {
    let receiver = try await StandInHTTPServer.start { _, writer in try await writer.answer(200) }
    return (try await GraphClient.start(webhookURL: receiver.url), receiver)
  }

  @Test("a customer with a username hides the number, and is reached by user id")
  func username() async throws {
    let (graph, receiver) = try await start()
    let userID = graph.standIn.addCustomer(waID: GraphClient.customer, name: "Ana").userID
    graph.standIn.customerAdoptsUsername("ana.m", GraphClient.customer)
    graph.standIn.customerSends(.text("soy yo"), from: userID)
    let value = try await last(graph, count: 1)
    #expect(value["contacts"]?[0] == ["profile": ["name": "Ana", "username": "ana.m"], "user_id": .string(userID)])
    #expect(value["messages"]?[0]?["from"] == nil)
    #expect(value["messages"]?[0]?["from_user_id"]?.string == userID)
    let answer = try await graph.send(GraphClient.text("x").adding("to", .null).adding("recipient", .string(userID)))
    #expect(answer.json["contacts"]?[0] == ["input": .string(userID), "user_id": .string(userID)])
    #expect(graph.standIn.accepted(to: userID).count == 1)
    graph.standIn.sendStatus(.read, of: try #require(answer.messageID))
    let status = try await last(graph, count: 2)["statuses"]?[0]
    #expect(status?["recipient_id"] == nil && status?["recipient_user_id"]?.string == userID)
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test("a customer who changes the number gets another user id, and a webhook tells both")
  func number() async throws {
    let (graph, receiver) = try await start()
    let old = graph.standIn.addCustomer(waID: GraphClient.customer, name: "Ana")
    let new = try #require(graph.standIn.customerChangesNumber(GraphClient.customer, to: "15557770001"))
    #expect(new.userID != old.userID && new.waID == "15557770001")
    let value = try await last(graph, count: 1)
    #expect(value["contacts"] == nil)
    let message = value["messages"]?[0]
    #expect(message?["from"]?.string == old.waID && message?["from_user_id"]?.string == old.userID)
    #expect(message?["system"]?["type"]?.string == "user_changed_number")
    #expect(message?["system"]?["wa_id"]?.string == new.waID)
    #expect(message?["system"]?["user_id"]?.string == new.userID)
    // The window moves with the customer.
    #expect(try await graph.send(GraphClient.text("x").adding("to", .string(new.waID))).code == nil)
    #expect(try await graph.send(GraphClient.text("x")).code == 131047)
    let gone = GraphClient.text("x").adding("to", .null).adding("recipient", .string(old.userID))
    #expect(try await graph.send(gone).code == 131026)
    let renewed = try #require(graph.standIn.customerChangesUserID(new.waID))
    let second = try await last(graph, count: 2)["messages"]?[0]?["system"]
    #expect(second?["type"]?.string == "user_changed_user_id" && second?["user_id"]?.string == renewed.userID)
    await graph.standIn.stop()
    await receiver.stop()
  }

  @Test("a voice note can be fetched by the URL in its webhook and by its id")
  func voice() async throws {
    let (graph, receiver) = try await start()
    let file = OggFile.opus()
    graph.standIn.customerSends(.voice(file), from: GraphClient.customer)
    let audio = try #require(try await last(graph, count: 1)["messages"]?[0]?["audio"])
    #expect(audio["voice"]?.bool == true && audio["mime_type"]?.string == "audio/ogg; codecs=opus")
    #expect(audio["sha256"]?.string == CloudDigest.base64(CloudDigest.sha256(file)))
    #expect(try await graph.request(.GET, try #require(audio["url"]?.string)).bytes == file)
    let id = try #require(audio["id"]?.string)
    #expect(try await graph.request(.GET, "/v25.0/\(id)").json["file_size"]?.string == "\(file.count)")
    await graph.standIn.stop()
    await receiver.stop()
  }
}
