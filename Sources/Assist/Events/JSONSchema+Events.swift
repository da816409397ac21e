import JSON

// Short words for the table of events.

extension JSONSchema {
  static func text(_ what: String) -> JSONSchema { .described(what, .string()) }
  static func time(_ what: String) -> JSONSchema { .described(what, .string(format: "date-time")) }
  static func whole(_ what: String) -> JSONSchema { .described(what, .integer()) }
  static func real(_ what: String) -> JSONSchema { .described(what, .number) }
  static func flag(_ what: String) -> JSONSchema { .described(what, .boolean) }
  static func words(_ words: [String], _ what: String) -> JSONSchema { .described(what, .oneOf(words)) }
}

extension JSONSchema.Field {
  /// One that is always there.
  static func always(_ name: String, _ schema: JSONSchema) -> Self { .required(name, schema) }

  /// One that may be missing.
  static func maybe(_ name: String, _ schema: JSONSchema) -> Self { .optional(name, schema) }

  /// One that is always there and may be null.
  static func nullable(_ name: String, _ schema: JSONSchema) -> Self { .required(name, .nullable(schema)) }
}
