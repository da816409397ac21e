import JSON

/// The form of an answer that a model has to keep to: JSON Schema as far as strict structured output takes it.
indirect enum ChatSchema {
  case text(String)
  case choice(of: [String], String)
  case list(of: ChatSchema, String)
  /// All properties are required, as strict mode wants it.
  case object([String: ChatSchema])

  var json: JSONValue {
    switch self {
    case .text(let description): ["type": "string", "description": .string(description)]
    case .choice(let values, let description):
      ["type": "string", "enum": .strings(values), "description": .string(description)]
    case .list(let items, let description):
      ["type": "array", "items": items.json, "description": .string(description)]
    case .object(let properties):
      [
        "type": "object", "properties": .object(properties.mapValues(\.json)),
        "required": .strings(properties.keys.sorted()), "additionalProperties": false,
      ]
    }
  }
}

/// `response_format` of a chat completion.
struct ChatResponseFormat {
  private let name: String
  private let schema: ChatSchema

  /// An answer of the form `schema`, which is called `name`.
  init(_ name: String, _ schema: ChatSchema) {
    self.name = name
    self.schema = schema
  }

  var json: JSONValue {
    ["type": "json_schema", "json_schema": ["name": .string(name), "schema": schema.json, "strict": true]]
  }
}
