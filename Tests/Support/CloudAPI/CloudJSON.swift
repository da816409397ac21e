/// A JSON value that keeps its members in order, as the stand-in for the Cloud API reads and writes it.
public enum CloudJSON: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction and exponent.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([CloudJSON])
  /// An object; names are unique in what was parsed.
  case object([Member])

  /// One member of an object.
  public struct Member: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: CloudJSON

    /// A member.
    public init(_ name: String, _ value: CloudJSON) {
      self.name = name
      self.value = value
    }
  }

  /// An object's member; nil if there is none or this is no object.
  public subscript(name: String) -> CloudJSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// An array's element; nil past the end or if this is no array.
  public subscript(index: Int) -> CloudJSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The text, if this is one.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The whole number, if this is one.
  public var integer: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The number, if this is one.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The truth value, if this is one.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The elements, if this is an array.
  public var array: [CloudJSON]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members, if this is an object.
  public var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// An object with this member after the others; any other value stays as it is.
  func adding(_ name: String, _ value: CloudJSON?) -> CloudJSON {
    guard case .object(let members) = self, let value else { return self }
    return .object(members + [Member(name, value)])
  }
}

extension CloudJSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
}

extension CloudJSON: ExpressibleByIntegerLiteral {
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
}

extension CloudJSON: ExpressibleByFloatLiteral {
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
}

extension CloudJSON: ExpressibleByBooleanLiteral {
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension CloudJSON: ExpressibleByArrayLiteral {
  /// A list.
  public init(arrayLiteral elements: CloudJSON...) { self = .array(elements) }
}

extension CloudJSON: ExpressibleByDictionaryLiteral {
  /// An object, in the order given.
  public init(dictionaryLiteral elements: (String, CloudJSON)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}
