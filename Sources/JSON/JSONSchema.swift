/// The shape of a JSON value: the part of JSON Schema 2020-12 that our interfaces need. One declaration describes a value to
/// others (`json`) and checks it (`problem(in:)`), so that the two can't differ.
package indirect enum JSONSchema: Sendable, Equatable {
  /// Anything.
  case any
  case boolean
  /// A text of so many characters; `format` is for the reader alone.
  case string(ClosedRange<Int> = 0...100_000, format: String? = nil)
  /// One of these texts.
  case oneOf([String])
  case integer(ClosedRange<Int64> = .min ... .max)
  case number
  case array(JSONSchema, ClosedRange<Int> = 0...10_000)
  /// An object; what is not among `fields` is refused unless it is `open`.
  case object([Field], isOpen: Bool = false)
  /// A value, or null.
  case nullable(JSONSchema)
  /// A schema that is described elsewhere under this name.
  case named(String, JSONSchema)
  /// A schema with words about it.
  case described(String, JSONSchema)

  /// One member of an object.
  package struct Field: Sendable, Equatable {
    package var name: String
    package var isRequired: Bool
    package var schema: JSONSchema

    package init(_ name: String, _ schema: JSONSchema, isRequired: Bool) {
      self.name = name
      self.schema = schema
      self.isRequired = isRequired
    }

    /// A member that has to be there.
    package static func required(_ name: String, _ schema: JSONSchema) -> Field {
      Field(name, schema, isRequired: true)
    }

    /// A member that may be left out.
    package static func optional(_ name: String, _ schema: JSONSchema) -> Field {
      Field(name, schema, isRequired: false)
    }
  }

  /// What is wrong with a value: where, as a path such as `buttons[0].title` (empty for the value itself), and what was
  /// expected there.
  package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    package var path: String
    package var expected: String

    package var description: String { path.isEmpty ? expected : "\(path): \(expected)" }
  }
}

extension JSONSchema {
  /// What is wrong with `value`; nil if it has this shape. The first thing found is told.
  package func problem(in value: JSONValue, at path: String = "") -> Problem? {
    func bad(_ expected: String) -> Problem { Problem(path: path, expected: expected) }
    switch (self, value) {
    case (.any, _), (.boolean, .bool), (.number, .integer), (.number, .number): return nil
    case (.named(_, let schema), _), (.described(_, let schema), _): return schema.problem(in: value, at: path)
    case (.nullable, .null): return nil
    case (.nullable(let schema), _): return schema.problem(in: value, at: path)
    case (.string(let length, _), .string(let text)):
      return length.contains(text.unicodeScalars.count)
        ? nil : bad("expected \(length.lowerBound) to \(length.upperBound) characters")
    case (.oneOf(let words), .string(let text)):
      return words.contains(text) ? nil : bad("expected \(words.joined(separator: ", "))")
    case (.integer(let range), .integer(let number)):
      return range.contains(number) ? nil : bad("expected \(range.lowerBound) to \(range.upperBound)")
    case (.array(let element, let count), .array(let values)):
      guard count.contains(values.count) else {
        return bad("expected \(count.lowerBound) to \(count.upperBound) items")
      }
      for (index, value) in values.enumerated() {
        if let problem = element.problem(in: value, at: "\(path)[\(index)]") { return problem }
      }
      return nil
    case (.object(let fields, let isOpen), .object(let values)):
      func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
      for field in fields {
        if let value = values[field.name] {
          if let problem = field.schema.problem(in: value, at: place(field.name)) { return problem }
        } else if field.isRequired {
          return Problem(path: place(field.name), expected: "is missing")
        }
      }
      guard !isOpen else { return nil }
      let unknown = values.keys.filter { key in !fields.contains { $0.name == key } }.min()
      return unknown.map { Problem(path: place(String($0.prefix(100))), expected: "is not known here") }
    case (.boolean, _): return bad("expected true or false")
    case (.string, _), (.oneOf, _): return bad("expected a text")
    case (.integer, _): return bad("expected a whole number")
    case (.number, _): return bad("expected a number")
    case (.array, _): return bad("expected a list")
    case (.object, _): return bad("expected an object")
    }
  }

  /// As JSON Schema has it; named schemas are pointed to under `#/components/schemas/`.
  package var json: JSONValue {
    switch self {
    case .any: return [:]
    case .boolean: return ["type": "boolean"]
    case .string(let length, let format):
      var result: [String: JSONValue] = ["type": "string", "maxLength": .integer(Int64(length.upperBound))]
      if length.lowerBound > 0 { result["minLength"] = .integer(Int64(length.lowerBound)) }
      if let format { result["format"] = .string(format) }
      return .object(result)
    case .oneOf(let words): return ["type": "string", "enum": .array(words.map { .string($0) })]
    case .integer(let range):
      var result: [String: JSONValue] = ["type": "integer"]
      if range.lowerBound > .min { result["minimum"] = .integer(range.lowerBound) }
      if range.upperBound < .max { result["maximum"] = .integer(range.upperBound) }
      return .object(result)
    case .number: return ["type": "number"]
    case .array(let element, let count):
      return [
        "type": "array", "items": element.json, "minItems": .integer(Int64(count.lowerBound)),
        "maxItems": .integer(Int64(count.upperBound)),
      ]
    case .object(let fields, let isOpen):
      var result: [String: JSONValue] = [
        "type": "object",
        "properties": .object(Dictionary(fields.map { ($0.name, $0.schema.json) }, uniquingKeysWith: { $1 })),
      ]
      let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
      if !required.isEmpty { result["required"] = .array(required) }
      if !isOpen { result["additionalProperties"] = false }
      return .object(result)
    case .nullable(let schema): return ["anyOf": .array([schema.json, ["type": "null"]])]
    case .named(let name, _): return ["$ref": .string("#/components/schemas/\(name)")]
    case .described(let words, let schema):
      guard case .object(var result) = schema.json else { return schema.json }
      result["description"] = .string(words)
      return .object(result)
    }
  }

  /// The named schemas in here, by name.
  package var definitions: [String: JSONSchema] {
    func all(_ schemas: [JSONSchema]) -> [String: JSONSchema] {
      schemas.reduce(into: [:]) { $0.merge($1.definitions, uniquingKeysWith: { first, _ in first }) }
    }
    return switch self {
    case .any, .boolean, .string, .oneOf, .integer, .number: [:]
    case .array(let element, _): element.definitions
    case .nullable(let schema), .described(_, let schema): schema.definitions
    case .object(let fields, _): all(fields.map(\.schema))
    case .named(let name, let schema): schema.definitions.merging([name: schema], uniquingKeysWith: { $1 })
    }
  }
}
