// Values of optional members and of lists, as they are written and read by hand.
extension JSONValue {
  /// An object of those members that are there.
  package static func members(_ members: [String: JSONValue?]) -> JSONValue {
    .object(members.compactMapValues(\.self))
  }

  /// A list of texts.
  package static func strings(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map { .string($0) }) }

  /// The texts of a list; what is none is left out.
  package var strings: [String] { array.compactMap(\.string) }

  /// The texts of a list; nil for a list in which something else is, and for what is no list.
  package var textsAlone: [String]? {
    guard case .array(let values) = self else { return nil }
    let texts = values.compactMap(\.string)
    return texts.count == values.count ? texts : nil
  }

  /// A whole number that fits.
  package var int: Int? { integer.flatMap { Int(exactly: $0) } }

  /// Whether it is a list.
  package var isList: Bool { if case .array = self { true } else { false } }

  /// The members of an object.
  package var members: [String: JSONValue] { if case .object(let values) = self { values } else { [:] } }

  /// Reads `text`; nil if it is not JSON.
  package init?(json text: String) { self.init(text.utf8) }
}
