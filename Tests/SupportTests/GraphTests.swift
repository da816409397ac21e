import NIOHTTP1
import Testing

@testable import TestSupport

@Suite("The stand-in for the Cloud API, as a program meets it")
struct GraphTests {
  @Test("a wrong token is refused with 190")
  func token() async throws {
    var graph = try await GraphClient.start()
    graph.token = "other"
    let answer = try await graph.send(GraphClient.text("x"))
    #expect(answer.code == 190 && answer.status == 401)
    await graph.standIn.stop()
  }

  @Test(
    "paths that Meta does not have are refused",
    arguments: [
      ("/v25.0/1/messages", 100), ("/messages", 2500), ("/v20.0/106540000000001/messages", 2635),
      ("/v25.0/106540000000001/message", 100), ("/v25.0/106540000000001/messages/x", 2500), ("/", 2500),
    ])
  func paths(path: String, code: Int) async throws {
    let graph = try await GraphClient.start()
    let answer = try await graph.post(GraphClient.message(GraphClient.text("x")), path: path)
    #expect(answer.code == code)
    if path == "/v25.0/1/messages" { #expect(answer.json["error"]?["error_subcode"]?.integer == 33) }
    await graph.standIn.stop()
  }

  @Test("360dialog's paths have neither version nor number, and its header another name")
  func dialog() async throws {
    let graph = try await GraphClient.start { settings in
      settings.phoneNumberIDInPath = false
      settings.authorization = .key360dialog
    }
    let body = GraphClient.message(GraphClient.text("x")).bytes
    let type = ("Content-Type", "application/json")
    let right = try await graph.request(.POST, "/messages", headers: [("D360-API-KEY", "EAAtest"), type], body: body)
    #expect(right.messageID != nil)
    let wrong = try await graph.request(
      .POST, "/messages", headers: [("Authorization", "Bearer EAAtest"), type], body: body)
    #expect(wrong.code == 190)
    await graph.standIn.stop()
  }

  @Test("a body that is no JSON, or of another type, is refused with 100")
  func noJSON() async throws {
    let graph = try await GraphClient.start()
    let token = ("Authorization", "Bearer EAAtest")
    let path = graph.numberPath + "/messages"
    let broken = try await graph.request(
      .POST, path, headers: [token, ("Content-Type", "application/json")], body: Array("{\"to\":".utf8))
    #expect(broken.code == 100)
    let form = try await graph.request(
      .POST, path, headers: [token, ("Content-Type", "application/x-www-form-urlencoded")], body: Array("to=1".utf8))
    #expect(form.code == 100)
    await graph.standIn.stop()
  }

  @Test("a customer's message can be marked as read, with typing, for 30 days")
  func read() async throws {
    let graph = try await GraphClient.start()
    let id = graph.standIn.customerSends(.text("hola"), from: GraphClient.customer)
    let read: CloudJSON = [
      "messaging_product": "whatsapp", "status": "read", "message_id": .string(id),
      "typing_indicator": ["type": "text"],
    ]
    let answer = try await graph.post(read)
    #expect(answer.status == 200 && answer.json == ["success": true])
    #expect(graph.standIn.reads.map(\.messageID) == [id] && graph.standIn.reads.first?.isTyping == true)
    #expect(graph.standIn.acceptedCount == 0)
    let own = try await graph.send(GraphClient.text("x")).messageID ?? ""
    for unknown in [own, "wamid.none"] {
      let answer = try await graph.post([
        "messaging_product": "whatsapp", "status": "read", "message_id": .string(unknown),
      ])
      #expect(answer.code == 100)
    }
    #expect(try await graph.post(read.adding("to", "1")).code == 100)
    graph.clock.advance(by: .seconds(30 * 86400 + 1))
    #expect(try await graph.post(read).code == 100)
    await graph.standIn.stop()
  }

  @Test("a message may answer and react to those that are known")
  func context() async throws {
    let graph = try await GraphClient.start()
    let id = graph.standIn.customerSends(.text("hola"), from: GraphClient.customer)
    let reply = try await graph.send(GraphClient.text("x").adding("context", ["message_id": .string(id)]))
    #expect(reply.code == nil && graph.standIn.accepted.first?.contextID == id)
    let reaction = try await graph.send([
      "type": "reaction", "reaction": ["message_id": .string(id), "emoji": "👍"],
    ])
    #expect(reaction.code == nil)
    await graph.standIn.stop()
  }
}
