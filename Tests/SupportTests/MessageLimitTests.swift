import Testing

@testable import TestSupport

@Suite("What the stand-in for the Cloud API refuses to send")
struct MessageLimitTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var message: CloudJSON
    var code: Int?

    init(_ description: String, _ message: CloudJSON, _ code: Int?) {
      testDescription = description
      self.message = message
      self.code = code
    }
  }

  static func long(_ count: Int) -> CloudJSON { .string(String(repeating: "x", count: count)) }

  static func buttons(_ buttons: [(id: CloudJSON, title: CloudJSON)], body: CloudJSON = "b") -> CloudJSON {
    [
      "type": "interactive",
      "interactive": [
        "type": "button", "body": ["text": body],
        "action": ["buttons": .array(buttons.map { ["type": "reply", "reply": ["id": $0.id, "title": $0.title]] })],
      ],
    ]
  }

  static func list(
    sections: [[CloudJSON]], title: CloudJSON = "t", button: CloudJSON = "Choose", header: CloudJSON = "h",
    footer: CloudJSON = "f", body: CloudJSON = "b"
  ) -> CloudJSON {
    [
      "type": "interactive",
      "interactive": [
        "type": "list", "header": ["type": "text", "text": header], "body": ["text": body],
        "footer": ["text": footer],
        "action": [
          "button": button, "sections": .array(sections.map { ["title": title, "rows": .array($0)] }),
        ],
      ],
    ]
  }

  static func row(_ id: CloudJSON, title: CloudJSON = "t", description: CloudJSON = "d") -> CloudJSON {
    ["id": id, "title": title, "description": description]
  }

  static func rows(_ count: Int, from first: Int = 0) -> [CloudJSON] {
    (first..<(first + count)).map { row("r\($0)") }
  }

  static func template(
    _ name: CloudJSON = "reopen_case", language: CloudJSON = ["code": "es"], parameters: [CloudJSON]
  ) -> CloudJSON {
    [
      "type": "template",
      "template": [
        "name": name, "language": language,
        "components": [["type": "body", "parameters": .array(parameters)]],
      ],
    ]
  }

  static let envelope = [
    Case("a plain text", GraphClient.text("hola"), nil),
    Case("no product", ["messaging_product": .null, "text": ["body": "x"]], 131008),
    Case("another product", ["messaging_product": "telegram", "text": ["body": "x"]], 100),
    Case("an unknown field", ["type": "text", "text": ["body": "x"], "priority": 1], 100),
    Case("an unknown field of the text", ["type": "text", "text": ["body": "x", "font": "y"]], 100),
    Case("another type's member", ["type": "text", "text": ["body": "x"], "audio": ["id": "1"]], 100),
    Case("an unknown type", ["type": "poll", "poll": ["body": "x"]], 100),
    Case("no recipient", ["to": .null, "text": ["body": "x"]], 100),
    Case("two recipients", ["recipient": "US.123", "text": ["body": "x"]], 100),
    Case("a recipient that is no number", ["to": "ana", "text": ["body": "x"]], 100),
    Case("a user id that is none", ["to": .null, "recipient": "USA-1", "text": ["body": "x"]], 100),
    Case("an unknown user id", ["to": .null, "recipient": "US.1", "text": ["body": "x"]], 131026),
    Case("itself", ["to": "15550001111", "text": ["body": "x"]], 131021),
    Case("a group", ["recipient_type": "group", "text": ["body": "x"]], 100),
    Case("a number with a plus", ["to": "+15557770000", "text": ["body": "x"]], nil),
    Case("callback data of 512", ["text": ["body": "x"], "biz_opaque_callback_data": long(512)], nil),
    Case("callback data of 513", ["text": ["body": "x"], "biz_opaque_callback_data": long(513)], 100),
    Case("an unknown context", ["text": ["body": "x"], "context": ["message_id": "wamid.none"]], 100),
  ]

  static let texts = [
    Case("a text of 4096", ["text": ["body": long(4096)]], nil),
    Case("a text of 4097", ["text": ["body": long(4097)]], 100),
    Case("a text of 2049 emoji", ["text": ["body": .string(String(repeating: "👍", count: 2049))]], 100),
    Case("an empty text", ["text": ["body": ""]], 100),
    Case("a blank text", ["text": ["body": " \n"]], 100),
    Case("a text without body", ["text": ["preview_url": false]], 131008),
    Case("a body that is no string", ["text": ["body": 1]], 100),
    Case("preview as a string", ["text": ["body": "x", "preview_url": "no"]], 100),
  ]

  static let interactives = [
    Case("three buttons", buttons([("1", "a"), ("2", "b"), ("3", "c")]), nil),
    Case("four buttons", buttons([("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")]), 131009),
    Case("no button", buttons([]), 131009),
    Case("a button's title of 20", buttons([("1", long(20))]), nil),
    Case("a button's title of 21", buttons([("1", long(21))]), 131009),
    Case("an empty title", buttons([("1", "")]), 131009),
    Case("a title twice", buttons([("1", "a"), ("2", "a")]), 131009),
    Case("an id twice", buttons([("1", "a"), ("1", "b")]), 131009),
    Case("an id of 256", buttons([(long(256), "a")]), nil),
    Case("an id of 257", buttons([(long(257), "a")]), 131009),
    Case("a button message's body of 1024", buttons([("1", "a")], body: long(1024)), nil),
    Case("a button message's body of 1025", buttons([("1", "a")], body: long(1025)), 131009),
    Case("ten rows", list(sections: [rows(10)]), nil),
    Case("eleven rows", list(sections: [rows(11)]), 131009),
    Case("eleven rows in two sections", list(sections: [rows(6), rows(5, from: 6)]), 131009),
    Case("ten sections", list(sections: (0..<10).map { rows(1, from: $0) }), nil),
    Case("eleven sections", list(sections: (0..<11).map { rows(1, from: $0) }), 131009),
    Case("a section without rows", list(sections: [[]]), 131009),
    Case("a row twice", list(sections: [[row("1"), row("1")]]), 131009),
    Case("a row's id of 200", list(sections: [[row(long(200))]]), nil),
    Case("a row's id of 201", list(sections: [[row(long(201))]]), 131009),
    Case("a row's title of 24", list(sections: [[row("1", title: long(24))]]), nil),
    Case("a row's title of 25", list(sections: [[row("1", title: long(25))]]), 131009),
    Case("a description of 72", list(sections: [[row("1", description: long(72))]]), nil),
    Case("a description of 73", list(sections: [[row("1", description: long(73))]]), 131009),
    Case("a section's title of 25", list(sections: [rows(1)], title: long(25)), 131009),
    Case("a list's button of 21", list(sections: [rows(1)], button: long(21)), 131009),
    Case("a header of 61", list(sections: [rows(1)], header: long(61)), 131009),
    Case("a footer of 61", list(sections: [rows(1)], footer: long(61)), 131009),
    Case("a list's body of 4096", list(sections: [rows(1)], body: long(4096)), nil),
    Case("a list's body of 4097", list(sections: [rows(1)], body: long(4097)), 131009),
    Case(
      "a question for call permission",
      [
        "type": "interactive",
        "interactive": [
          "type": "call_permission_request", "action": ["name": "call_permission_request"], "body": ["text": "May we?"],
        ],
      ], nil),
    Case(
      "a call button",
      [
        "type": "interactive",
        "interactive": [
          "type": "voice_call", "body": ["text": "Call us"],
          "action": [
            "name": "voice_call", "parameters": ["display_text": "Call now", "ttl_minutes": 100, "payload": "a=1"],
          ],
        ],
      ], nil),
    Case(
      "an unknown kind of interactive message",
      ["type": "interactive", "interactive": ["type": "carousel", "body": ["text": "x"], "action": [:]]], 131009),
  ]

  static let templates = [
    Case("a template", template(parameters: [["type": "text", "text": "Ana"]]), nil),
    Case("an unknown template", template("other", parameters: []), 132001),
    Case("another language", template(language: ["code": "de"], parameters: []), 132001),
    Case("no language", template(language: [:], parameters: []), 131008),
    Case("too few parameters", template(parameters: []), 132000),
    Case("a line break in a parameter", template(parameters: [["type": "text", "text": "a\nb"]]), 132012),
    Case(
      "an unknown component",
      [
        "type": "template",
        "template": ["name": "hello_world", "language": ["code": "en_US"], "components": [["type": "tail"]]],
      ], 100),
  ]

  static let others = [
    Case("a place", ["type": "location", "location": ["latitude": 4.6, "longitude": -74.1, "name": "Café"]], nil),
    Case("no place on Earth", ["type": "location", "location": ["latitude": 91, "longitude": 0]], 100),
    Case("a reaction to nothing", ["type": "reaction", "reaction": ["message_id": "wamid.x", "emoji": "👍"]], 131009),
    Case("a picture from a URL", ["type": "image", "image": ["link": "https://example.com/a.png"]], nil),
    Case(
      "a caption of 1025", ["type": "image", "image": ["link": "https://x.example/a", "caption": long(1025)]], 100),
    Case("a medium with id and URL", ["type": "image", "image": ["link": "https://x.example/a", "id": "1"]], 100),
    Case("an unknown medium", ["type": "audio", "audio": ["id": "1"]], 100),
    Case("a caption to audio", ["type": "audio", "audio": ["id": "1", "caption": "x"]], 100),
    Case(
      "a contact",
      [
        "type": "contacts",
        "contacts": [["name": ["formatted_name": "Luis P", "first_name": "Luis"], "phones": [["phone": "+57 300"]]]],
      ], nil),
    Case("a contact without name", ["type": "contacts", "contacts": [["phones": []]]], 131008),
  ]

  @Test(
    "each limit holds, with its code",
    arguments: [envelope, texts, interactives, templates, others].flatMap { $0 })
  func limits(_ example: Case) async throws {
    let graph = try await GraphClient.start()
    let answer = try await graph.send(example.message)
    #expect(answer.code == example.code, "\(answer.json.text)")
    #expect(answer.status == (example.code == nil ? 200 : CloudError(example.code ?? 0).httpStatus))
    #expect(graph.standIn.acceptedCount == (example.code == nil ? 1 : 0))
    #expect(graph.standIn.refusals.map(\.error.code) == (example.code.map { [$0] } ?? []))
    await graph.standIn.stop()
  }

  @Test("an accepted message is answered and remembered as it was sent")
  func accepted() async throws {
    let graph = try await GraphClient.start()
    var message = Self.buttons([("yes", "Sí"), ("no", "No")], body: "¿Seguro?")
    message = message.adding("to", "+15557770000").adding("biz_opaque_callback_data", "msg_1")
    let answer = try await graph.send(message)
    #expect(answer.json["messaging_product"]?.string == "whatsapp")
    #expect(answer.json["contacts"]?[0] == ["input": "+15557770000", "wa_id": "15557770000"])
    let accepted = try #require(graph.standIn.accepted.first)
    #expect(accepted.id == answer.messageID && accepted.id.hasPrefix("wamid."))
    #expect(accepted.recipient == "15557770000" && accepted.text == "¿Seguro?" && accepted.callbackData == "msg_1")
    #expect(accepted.buttons.map(\.id) == ["yes", "no"] && accepted.buttons.map(\.title) == ["Sí", "No"])
    await graph.standIn.stop()
  }

  @Test("an error has the form of Meta's")
  func errorForm() async throws {
    let graph = try await GraphClient.start(customerWrote: false)
    let answer = try await graph.send(GraphClient.text("x"))
    let error = try #require(answer.json["error"])
    #expect(answer.status == 400)
    #expect(error["message"]?.string == "(#131047) Re-engagement message" && error["type"]?.string == "OAuthException")
    #expect(error["error_data"]?["messaging_product"]?.string == "whatsapp")
    #expect(error["error_data"]?["details"]?.string?.contains("24 hours") == true)
    #expect(error["fbtrace_id"]?.string?.isEmpty == false)
    await graph.standIn.stop()
  }
}
