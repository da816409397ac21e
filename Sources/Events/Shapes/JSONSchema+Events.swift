package import JSON

// Short words for the table of events.

extension JSONSchema {
  package static func text(_ what: String) -> JSONSchema { .described(what, .string()) }
  package static func time(_ what: String) -> JSONSchema { .described(what, .string(format: "date-time")) }
  package static func whole(_ what: String) -> JSONSchema { .described(what, .integer()) }
  package static func real(_ what: String) -> JSONSchema { .described(what, .number) }
  package static func flag(_ what: String) -> JSONSchema { .described(what, .boolean) }
  package static func words(_ words: [String], _ what: String) -> JSONSchema { .described(what, .oneOf(words)) }
}

extension JSONSchema.Field {
  /// One that is always there.
  package static func always(_ name: String, _ schema: JSONSchema) -> Self { .required(name, schema) }

  /// One that may be missing.
  package static func maybe(_ name: String, _ schema: JSONSchema) -> Self { .optional(name, schema) }

  /// One that is always there and may be null.
  package static func nullable(_ name: String, _ schema: JSONSchema) -> Self { .required(name, .nullable(schema)) }
}
