/// The header fields of a message in order; unknown ones are kept as they came.
public struct Headers: Sendable, Equatable, Sequence {
  /// One field: its name and its value on one line, without space at the ends.
  public struct Field: Sendable, Equatable {
    /// The name.
    public var name: HeaderName
    /// The value; folded lines are joined by a space.
    public var value: String

    /// A field.
    public init(name: HeaderName, value: String) {
      self.name = name
      self.value = value
    }
  }

  private var fields: [Field] = []

  /// No fields.
  public init() {}

  /// The fields given, in order.
  public init(_ fields: [(HeaderName, String)]) {
    self.fields = fields.map { Field(name: $0.0, value: $0.1) }
  }

  /// The fields in order.
  public func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }

  /// How many fields there are.
  public var count: Int { fields.count }

  /// The value of the first field of that name.
  public func first(_ name: HeaderName) -> String? { fields.first { $0.name == name }?.value }

  /// The values of all fields of that name, one for each field line.
  public func all(_ name: HeaderName) -> [String] { fields.filter { $0.name == name }.map(\.value) }

  /// Whether there is a field of that name.
  public func contains(_ name: HeaderName) -> Bool { fields.contains { $0.name == name } }

  /// The comma-separated elements of all fields of that name, empty ones left out.
  ///
  /// Commas inside quotes and angle brackets do not separate. A line whose quote does not end counts as one element.
  public func elements(_ name: HeaderName) -> [String] {
    all(name).flatMap { splitList($0) ?? [$0] }.filter { !$0.isEmpty }
  }

  /// Whether the list of that name has this token (option tags, methods), without regard to case.
  public func hasToken(_ token: String, in name: HeaderName) -> Bool {
    elements(name).contains { $0.equalsIgnoringCase(token) }
  }

  /// Adds a field at the end.
  public mutating func append(_ name: HeaderName, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Adds a field before all others.
  public mutating func prepend(_ name: HeaderName, _ value: String) {
    fields.insert(Field(name: name, value: value), at: 0)
  }

  /// Replaces all fields of that name by one, at the place of the first, or at the end.
  public mutating func set(_ name: HeaderName, _ value: String) {
    guard let index = fields.firstIndex(where: { $0.name == name }) else {
      append(name, value)
      return
    }
    fields[index].value = value
    var seen = false
    fields.removeAll { field in
      guard field.name == name else { return false }
      defer { seen = true }
      return seen
    }
  }

  /// Removes all fields of that name.
  public mutating func remove(_ name: HeaderName) { fields.removeAll { $0.name == name } }

  /// Replaces all fields of that name by one for each value, at the place of the first; Via at the top when new.
  mutating func replace(_ name: HeaderName, _ values: [String]) {
    let place = fields.firstIndex { $0.name == name } ?? (name == .via ? 0 : fields.count)
    fields.removeAll { $0.name == name }
    fields.insert(contentsOf: values.map { Field(name: name, value: $0) }, at: Swift.min(place, fields.count))
  }

  /// Replaces the value of the first field of that name.
  mutating func replaceFirst(_ name: HeaderName, _ value: String) {
    guard let index = fields.firstIndex(where: { $0.name == name }) else { return }
    fields[index].value = value
  }
}
