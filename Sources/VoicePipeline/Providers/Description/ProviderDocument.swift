/// A document with a structure of its own that is a provider's option, as whoever reads the configuration holds it.
package protocol ProviderDocument {
  /// Where a document is. Gives nil, and tells why, when it can't be read.
  typealias Source = () -> (any ProviderDocument)?

  /// The document as a value. Gives nil, and tells that it is not `noun` and why, when it is of another form.
  func decode<Value: Decodable>(_ type: Value.Type, as noun: String) -> Value?
  /// Tells of a mistake at `path`, e.g. `states.main.expect[0].say`.
  func mistake(at path: String, _ message: String)
  /// Names each key that `shape` does not have.
  func check(_ shape: DocumentShape)
}

/// Which keys a document may have; their values are checked by whoever uses them.
package indirect enum DocumentShape: Sendable {
  /// Whatever.
  case anything
  /// These keys. A value that has no keys is passed over.
  case section([(key: String, shape: DocumentShape)])
  /// Keys that are names.
  case named(DocumentShape)
  /// A list.
  case list(DocumentShape)

  /// A section of plain values, and of others behind them.
  package static func section(
    plain: [String], _ others: [(key: String, shape: DocumentShape)] = []
  ) -> DocumentShape {
    .section(plain.map { ($0, .anything) } + others)
  }
}
