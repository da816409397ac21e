package import JSON

/// Checks values against the part of JSON Schema that the event descriptions use. Written against the JSON of a schema,
/// as a stranger reads it, not against the type that makes it.
package enum SchemaValidator {
  /// What is wrong, each with its place; empty if nothing is.
  package static func problems(_ value: JSONValue, _ schema: JSONValue, at path: String = "$") -> [String] {
    var problems: [String] = []
    if let options = schema["anyOf"]?.array {
      let tried = options.map { Self.problems(value, $0, at: path) }
      if !tried.contains(where: \.isEmpty) { problems.append("\(path): fits none of \(options.map(\.text))") }
    }
    if let words = schema["enum"]?.array, !words.contains(value) { problems.append("\(path): is not one of the words") }
    if let constant = schema["const"], constant != value { problems.append("\(path): is not \(constant.text)") }
    switch schema["type"] {
    case .string(let type)?: if !fits(value, type) { problems.append("\(path): is no \(type): \(value.text)") }
    case .array(let types)?:
      if !types.contains(where: { fits(value, $0.string ?? "") }) { problems.append("\(path): is of no allowed type") }
    case nil: break
    default: problems.append("\(path): the schema has no usable type")
    }
    if schema["format"] == "date-time", let text = value.string, !isTime(text) {
      problems.append("\(path): is no time: \(text)")
    }
    if case .array(let items) = value, let schema = schema["items"] {
      for (index, item) in items.enumerated() { problems += Self.problems(item, schema, at: "\(path)[\(index)]") }
    }
    guard case .object(let fields) = value else { return problems }
    for name in schema["required"]?.array ?? [] where fields[name.string ?? ""] == nil {
      problems.append("\(path): lacks \(name.string ?? "?")")
    }
    var known: [String: JSONValue] = [:]
    if case .object(let properties)? = schema["properties"] { known = properties }
    for (name, field) in fields {
      if let property = known[name] {
        problems += Self.problems(field, property, at: "\(path).\(name)")
      } else if schema["additionalProperties"] == false {
        problems.append("\(path): has \(name), which is not described")
      } else if let other = schema["additionalProperties"] {
        problems += Self.problems(field, other, at: "\(path).\(name)")
      }
    }
    return problems
  }

  private static func fits(_ value: JSONValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
      ("integer", .integer), ("number", .integer), ("number", .number):
      true
    case ("integer", .number(let number)): number == number.rounded()
    default: false
    }
  }

  /// `2026-11-28T03:36:14.250Z`
  private static func isTime(_ text: String) -> Bool {
    text.wholeMatch(of: /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/) != nil
  }
}
