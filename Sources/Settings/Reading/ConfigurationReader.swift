import Yams

/// What a configuration is read with: the file's name, the environment, and the mistakes found so far.
final class ConfigurationReader {
  let file: String
  let environment: [String: String]
  /// Reads a file that the configuration names; `nil` when it can't be read.
  let contents: (String) -> String?
  private(set) var mistakes: [ConfigurationMistake] = []
  /// What is accepted and yet does nothing, or less than it says.
  private(set) var warnings: [ConfigurationMistake] = []

  init(file: String, environment: [String: String], contents: @escaping (String) -> String?) {
    self.file = file
    self.environment = environment
    self.contents = contents
  }

  func mistake(_ key: String, _ node: Node?, _ message: String) {
    mistakes.append(ConfigurationMistake(file: file, line: node?.mark?.line ?? 0, key: key, message: message))
  }

  func warning(_ key: String, _ node: Node?, _ message: String) {
    warnings.append(ConfigurationMistake(file: file, line: node?.mark?.line ?? 0, key: key, message: message))
  }

  func mistake(_ key: String, line: Int, _ message: String) {
    mistakes.append(ConfigurationMistake(file: file, line: line, key: key, message: message))
  }

  /// Takes over what another file's reader found.
  func adopt(_ other: ConfigurationReader) {
    mistakes += other.mistakes
    warnings += other.warnings
  }

  /// A path as the configuration means it: relative to the file that names it.
  func path(_ path: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }
}

/// A value with the place where it stands.
struct ConfigurationValue {
  let reader: ConfigurationReader
  let key: String
  let node: Node

  func mistake(_ message: String) { reader.mistake(key, node, message) }
  func warning(_ message: String) { reader.warning(key, node, message) }

  /// Whether it is a list.
  var isList: Bool { node.sequence != nil }

  /// Whether it has keys below it.
  var isSection: Bool { node.mapping != nil }

  /// The text of a plain value, with `${NAME}` replaced from the environment.
  func string(_ expected: String) -> String? {
    guard let raw = node.scalar?.string, !(raw.isEmpty && node.scalar?.style == .plain) else {
      mistake(node.scalar == nil ? "is not a plain value; expected \(expected)" : "is empty; expected \(expected)")
      return nil
    }
    return expand(raw)
  }

  private func expand(_ raw: String) -> String? {
    var result = ""
    var rest = raw[...]
    while let start = rest.firstRange(of: "${") {
      result += rest[..<start.lowerBound]
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        mistake("has a `${` without its `}`")
        return nil
      }
      let name = String(rest[start.upperBound..<end])
      guard let value = reader.environment[name] else {
        mistake("the environment has no variable \(name.isEmpty ? "of an empty name" : name)")
        return nil
      }
      result += value
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  /// A secret: `${NAME}`, `file:/path`, or the text itself. Messages never show it.
  func secret() -> Secret? {
    guard let text = string("a secret, as ${NAME} or file:/path") else { return nil }
    if text.hasPrefix("file:") {
      let path = reader.path(String(text.dropFirst(5)))
      guard let contents = reader.contents(path) else {
        mistake("the file \(path) can't be read")
        return nil
      }
      let lines = contents.split(whereSeparator: { $0.isNewline })
      guard let first = lines.first, !first.isEmpty else {
        mistake("the file \(path) is empty")
        return nil
      }
      return Secret(String(first))
    }
    if text.isEmpty {
      mistake("is empty; expected a secret, as ${NAME} or file:/path")
      return nil
    }
    return Secret(text)
  }

  func bool() -> Bool? {
    guard let text = string("true or false") else { return nil }
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default:
      mistake("\"\(text)\" is not true or false")
      return nil
    }
  }

  func integer(_ range: ClosedRange<Int>) -> Int? {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let text = string(expected) else { return nil }
    guard let value = Int(text), range.contains(value) else {
      mistake("\"\(text)\" is not \(expected)")
      return nil
    }
    return value
  }

  func number(_ range: ClosedRange<Double>) -> Double? {
    let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
    guard let text = string(expected) else { return nil }
    guard let value = Double(text), range.contains(value) else {
      mistake("\"\(text)\" is not \(expected)")
      return nil
    }
    return value
  }

  func duration(_ range: ClosedRange<Duration>) -> Duration? {
    let bounds = "\(DurationText.print(range.lowerBound)) to \(DurationText.print(range.upperBound))"
    guard let text = string("a duration with its unit, e.g. 500ms") else { return nil }
    guard let value = DurationText.parse(text) else {
      mistake("\"\(text)\" is not a duration; expected a number with its unit (ms, s, m, h or d), e.g. 500ms")
      return nil
    }
    guard range.contains(value) else {
      mistake("\(text) is out of range; expected \(bounds)")
      return nil
    }
    return value
  }

  /// One of some words.
  func choice<Choice: RawRepresentable & CaseIterable>(_: Choice.Type) -> Choice? where Choice.RawValue == String {
    let all = Choice.allCases.map { $0.rawValue }
    let expected = "one of " + all.joined(separator: ", ")
    guard let text = string(expected) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    mistake("\"\(text)\" is not known; expected \(expected)")
    return nil
  }

  /// The values of a list.
  func list(_ expected: String) -> [ConfigurationValue] {
    guard let sequence = node.sequence else {
      mistake("is not a list; expected \(expected)")
      return []
    }
    return sequence.enumerated().map { index, node in
      ConfigurationValue(reader: reader, key: "\(key)[\(index)]", node: node)
    }
  }

  /// The keys below.
  func section() -> ConfigurationSection? {
    guard let mapping = node.mapping else {
      mistake("is not a section; expected keys with values below it")
      return nil
    }
    return ConfigurationSection(reader: reader, path: key, node: node, mapping: mapping)
  }
}

/// Some keys with their values. Remembers which it was asked for, so that the rest can be named.
final class ConfigurationSection {
  let reader: ConfigurationReader
  let path: String
  let node: Node
  private var entries: [(key: String, name: Node, value: Node)] = []
  private var asked: [String] = []

  init(reader: ConfigurationReader, path: String, node: Node, mapping: Node.Mapping) {
    self.reader = reader
    self.path = path
    self.node = node
    for (name, value) in mapping {
      guard let key = name.scalar?.string else {
        reader.mistake(path, name, "a key is not a plain word")
        continue
      }
      entries.append((key, name, value))
    }
  }

  /// The keys in the order in which they were written, for sections whose keys are names.
  var keys: [String] { entries.map { $0.key } }

  func key(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// The value of a key that may be missing.
  func value(_ name: String) -> ConfigurationValue? {
    asked.append(name)
    guard let entry = entries.first(where: { $0.key == name }) else { return nil }
    // An empty value has its mark behind it, on the next line; the key's own is what a reader looks for.
    let isEmpty = entry.value.scalar.map { $0.string.isEmpty } ?? false
    if isEmpty, entry.value.scalar?.style == .plain {
      reader.mistake(key(name), entry.name, "is empty; give it a value or leave it out")
      return nil
    }
    return ConfigurationValue(reader: reader, key: key(name), node: entry.value)
  }

  /// The value of a key that must be there.
  func required(_ name: String, _ expected: String) -> ConfigurationValue? {
    let wasThere = entries.contains { $0.key == name }
    if let value = value(name) { return value }
    if !wasThere { reader.mistake(key(name), node, "is missing; expected \(expected)") }
    return nil
  }

  /// Names every key that nobody asked for.
  func close() {
    for entry in entries where !asked.contains(entry.key) {
      let hint =
        Nearest.to(entry.key, among: asked).map { "did you mean `\($0)`?" }
        ?? "known are " + Array(Set(asked)).sorted().joined(separator: ", ")
      reader.mistake(key(entry.key), entry.name, "is not known; \(hint)")
    }
  }
}
