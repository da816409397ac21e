import Testing

@testable import JSON

@Suite("The shape of JSON")
struct JSONSchemaTests {
  private let message = JSONSchema.object([
    .required("text", .string(1...10)), .optional("epoch", .integer(0...100)),
    .optional("buttons", .array(.object([.required("title", .string(1...5))]), 1...2)),
    .optional("mode", .oneOf(["blind", "bridge"])), .optional("note", .nullable(.string())),
  ])

  @Test(
    "a value that has the shape is taken",
    arguments: [
      ["text": "hola"], ["text": "hola", "epoch": 3, "buttons": [["title": "Sí"]]],
      ["text": "a", "mode": "bridge", "note": .null],
    ] as [JSONValue])
  func taken(_ value: JSONValue) { #expect(message.problem(in: value) == nil) }

  @Test(
    "what is wrong is told with its place",
    arguments: [
      (["epoch": 3], "text: is missing"), (["text": ""], "text: expected 1 to 10 characters"),
      (["text": "a", "epoch": 101], "epoch: expected 0 to 100"),
      (["text": "a", "epoch": .number(1.5)], "epoch: expected a whole number"),
      (["text": "a", "buttons": []], "buttons: expected 1 to 2 items"),
      (["text": "a", "buttons": [["title": 3]]], "buttons[0].title: expected a text"),
      (["text": "a", "buttons": [["title": "a", "x": 3]]], "buttons[0].x: is not known here"),
      (["text": "a", "mode": "loud"], "mode: expected blind, bridge"), ("text", "expected an object"),
    ] as [(JSONValue, String)])
  func refused(_ value: JSONValue, _ problem: String) { #expect(message.problem(in: value)?.description == problem) }

  @Test("a named schema is pointed to and described once")
  func named() {
    let call = JSONSchema.named("Call", .object([.required("id", .string(1...40))]))
    let page = JSONSchema.object([.required("data", .array(call))])
    #expect(page.json["properties"]?["data"]?["items"] == ["$ref": "#/components/schemas/Call"])
    #expect(page.definitions.keys.sorted() == ["Call"])
  }
}
