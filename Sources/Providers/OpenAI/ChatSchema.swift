import VoicePipeline

/// The form of an answer that a model has to keep to: JSON Schema as far as strict structured output takes it.
indirect enum ChatSchema: Encodable {
  case text(String)
  case choice(of: [String], String)
  case list(of: ChatSchema, String)
  /// All properties are required, as strict mode wants it.
  case object([String: ChatSchema])

  private enum CodingKeys: String, CodingKey {
    case type, description, properties, required, additionalProperties, items
    case values = "enum"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .text(let description):
      try container.encode("string", forKey: .type)
      try container.encode(description, forKey: .description)
    case .choice(let values, let description):
      try container.encode("string", forKey: .type)
      try container.encode(values, forKey: .values)
      try container.encode(description, forKey: .description)
    case .list(let items, let description):
      try container.encode("array", forKey: .type)
      try container.encode(items, forKey: .items)
      try container.encode(description, forKey: .description)
    case .object(let properties):
      try container.encode("object", forKey: .type)
      try container.encode(properties, forKey: .properties)
      try container.encode(properties.keys.sorted(), forKey: .required)
      try container.encode(false, forKey: .additionalProperties)
    }
  }
}

/// `response_format` of a chat completion.
struct ChatResponseFormat: Encodable {
  private struct Format: Encodable {
    var name: String
    var schema: ChatSchema
    let strict = true
  }

  private enum CodingKeys: String, CodingKey {
    case type
    case format = "json_schema"
  }

  private let type = "json_schema"
  private let format: Format

  /// An answer of the form `schema`, which is called `name`.
  init(_ name: String, _ schema: ChatSchema) { format = Format(name: name, schema: schema) }
}
