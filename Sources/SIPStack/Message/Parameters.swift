/// Parameters after `;` in order: names compare without case, values are optional and may be quoted.
public struct Parameters: Hashable, Sendable, Sequence, ExpressibleByDictionaryLiteral {
  /// One parameter as it stands on the wire.
  public struct Parameter: Hashable, Sendable {
    /// The name as it came.
    public var name: String
    /// The value as it came, quotes included; nil when there is no `=`.
    public var value: String?

    /// A parameter as on the wire.
    public init(name: String, value: String? = nil) {
      self.name = name
      self.value = value
    }

    /// Names without case, values with it.
    public static func == (left: Parameter, right: Parameter) -> Bool {
      left.name.equalsIgnoringCase(right.name) && left.value == right.value
    }

    /// Agrees with `==`.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(name.lowercasedASCII)
      hasher.combine(value)
    }
  }

  private var storage: [Parameter] = []

  /// No parameters.
  public init() {}

  /// In the order given; a nil value is a parameter without `=`.
  public init(dictionaryLiteral elements: (String, String?)...) {
    storage = elements.map { Parameter(name: $0.0, value: $0.1) }
  }

  /// The parameters in order.
  public func makeIterator() -> IndexingIterator<[Parameter]> { storage.makeIterator() }

  /// How many there are.
  public var count: Int { storage.count }

  /// Whether there are none.
  public var isEmpty: Bool { storage.isEmpty }

  /// Whether the name is there, with or without a value.
  public func contains(_ name: String) -> Bool { storage.contains { $0.name.equalsIgnoringCase(name) } }

  /// The first value of that name without quotes. Setting replaces in place or appends; setting nil removes.
  public subscript(name: String) -> String? {
    get { storage.first { $0.name.equalsIgnoringCase(name) }?.value?.unquoted }
    set {
      guard let newValue else {
        remove(name)
        return
      }
      put(name, newValue)
    }
  }

  /// Sets the parameter without a value (`;lr`).
  public mutating func setFlag(_ name: String) { put(name, nil) }

  /// Adds at the end, whatever is there.
  public mutating func append(_ name: String, _ value: String? = nil) {
    storage.append(Parameter(name: name, value: value))
  }

  /// Removes every parameter of that name.
  public mutating func remove(_ name: String) { storage.removeAll { $0.name.equalsIgnoringCase(name) } }

  private mutating func put(_ name: String, _ value: String?) {
    if let index = storage.firstIndex(where: { $0.name.equalsIgnoringCase(name) }) {
      storage[index].value = value
    } else {
      storage.append(Parameter(name: name, value: value))
    }
  }
}

extension Parameters {
  /// `;name=value` for a header field: what is no token or host is quoted.
  var fieldText: String {
    storage.map { parameter in
      guard let value = parameter.value else { return ";\(parameter.name)" }
      return ";\(parameter.name)=\(Self.fieldValue(value))"
    }.joined()
  }

  private static func fieldValue(_ value: String) -> String {
    var cursor = ByteCursor(value)
    if cursor.takeQuoted() != nil, cursor.isAtEnd { return value }
    return value.utf8.allSatisfy(isFieldValueByte) ? value : value.quoted
  }

  /// Wider than the grammar (token / host): what cannot be taken for a delimiter is let through.
  private static func isFieldValueByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"): false
    default: byte.isVisible
    }
  }

  /// `;name=value` for a URI: what is not allowed is escaped.
  var uriText: String {
    storage.map { parameter in
      let name = parameter.name.percentEscaped(\.isURIParameterCharacter)
      guard let value = parameter.value else { return ";\(name)" }
      return ";\(name)=\(value.percentEscaped(\.isURIParameterCharacter))"
    }.joined()
  }

  /// Reads `*( ";" name [ "=" value ] )` up to the end of the value.
  static func parseFieldParameters(_ cursor: inout ByteCursor, in field: String) throws(ParseError) -> Parameters {
    var parameters = Parameters()
    while cursor.skipSeparator(UInt8(ascii: ";")) {
      guard let name = cursor.takeToken() else { throw ParseError(.syntax, in: field) }
      guard cursor.skipSeparator(UInt8(ascii: "=")) else {
        parameters.append(name)
        continue
      }
      if cursor.peek == UInt8(ascii: "\"") {
        guard let value = cursor.takeQuoted() else { throw ParseError(.unterminatedQuote, in: field) }
        parameters.append(name, value)
      } else {
        parameters.append(name, cursor.take(while: isFieldValueByte))
      }
    }
    cursor.skipLinearSpace()
    guard cursor.isAtEnd else { throw ParseError(.syntax, in: field) }
    return parameters
  }
}
