/// A JSON object under examination. Whatever is not asked for is refused by `only`.
struct CloudFields {
  /// Where it is, for messages: `interactive['body']`.
  let path: String
  /// The code of refusals of values.
  let code: Int
  private let value: CloudJSON

  init(_ value: CloudJSON?, _ path: String, code: Int = 100) throws(CloudError) {
    guard let value else { throw CloudError(131008, "The parameter \(path) is required.") }
    guard value.members != nil else { throw CloudError(100, "Param \(path) must be a JSON object.") }
    self.path = path
    self.code = code
    self.value = value
  }

  func only(_ names: String...) throws(CloudError) {
    try only(names)
  }

  func only(_ names: [String]) throws(CloudError) {
    for member in value.members ?? [] where !names.contains(member.name) {
      throw CloudError(100, "Unexpected key \"\(member.name)\" on param \"\(path)\".")
    }
  }

  func has(_ name: String) -> Bool { value[name] != nil }

  func json(_ name: String) -> CloudJSON? { value[name] }

  func object(_ name: String) throws(CloudError) -> CloudFields {
    try CloudFields(value[name], full(name), code: code)
  }

  func array(_ name: String, _ range: ClosedRange<Int>) throws(CloudError) -> [CloudJSON] {
    guard let json = value[name] else { throw missing(name) }
    guard let elements = json.array else { throw CloudError(100, "Param \(full(name)) must be an array.") }
    guard range.contains(elements.count) else {
      throw invalid(name, "must have \(range.lowerBound) to \(range.upperBound) elements")
    }
    return elements
  }

  func string(_ name: String, max limit: Int) throws(CloudError) -> String {
    guard let json = value[name] else { throw missing(name) }
    guard let text = json.string else { throw CloudError(100, "Param \(full(name)) must be a string.") }
    guard text.contains(where: { !$0.isWhitespace }) else { throw invalid(name, "must not be empty") }
    // How Meta counts is not documented. UTF-16 counts highest, so what passes here passes there.
    guard text.utf16.count <= limit else { throw invalid(name, "must be at most \(limit) characters long.") }
    return text
  }

  func optionalString(_ name: String, max limit: Int) throws(CloudError) -> String? {
    has(name) ? try string(name, max: limit) : nil
  }

  func string(_ name: String, oneOf values: String...) throws(CloudError) -> String {
    let text = try string(name, max: 64)
    guard values.contains(text) else {
      throw invalid(name, "must be one of {\(values.joined(separator: ", "))}")
    }
    return text
  }

  func optionalBool(_ name: String) throws(CloudError) -> Bool? {
    guard let json = value[name] else { return nil }
    guard let bool = json.bool else { throw CloudError(100, "Param \(full(name)) must be a boolean.") }
    return bool
  }

  func number(_ name: String, _ range: ClosedRange<Double>) throws(CloudError) -> Double {
    guard let json = value[name] else { throw missing(name) }
    guard let number = json.double, range.contains(number) else { throw invalid(name, "must be a number in \(range)") }
    return number
  }

  func missing(_ name: String) -> CloudError {
    CloudError(131008, "The parameter \(full(name)) is required.")
  }

  func invalid(_ name: String, _ reason: String) -> CloudError {
    CloudError(code, "Param \(full(name)) \(reason)")
  }

  private func full(_ name: String) -> String { path.isEmpty ? name : "\(path)['\(name)']" }
}
