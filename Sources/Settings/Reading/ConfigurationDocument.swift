import VoicePipeline
import Yams

/// A document that is a part of the configuration, or a file beside it.
struct ConfigurationDocument: ProviderDocument {
  private let value: ConfigurationValue

  init(_ value: ConfigurationValue) { self.value = value }

  /// The document in the file that `file` names; `opened` is told of the reader that holds its mistakes.
  static func inFile(_ file: ConfigurationValue, opened: (ConfigurationReader) -> Void) -> ConfigurationDocument? {
    guard let path = file.string("a path").map({ file.reader.path($0) }) else { return nil }
    guard let text = file.reader.contents(path) else {
      file.mistake("the file \(path) can't be read")
      return nil
    }
    // What is wrong in there is wanted with that file's name and lines.
    let inner = ConfigurationReader(file: path, environment: [:], contents: { _ in nil })
    opened(inner)
    do {
      guard let node = try Yams.compose(yaml: text) else {
        file.mistake("the file \(path) is empty")
        return nil
      }
      return ConfigurationDocument(ConfigurationValue(reader: inner, key: "", node: node))
    } catch {
      let (line, message) = (error as? YamlError)?.place ?? (0, "is not YAML: \(error)")
      inner.mistake("", line: line, message)
      return nil
    }
  }

  func decode<Value: Decodable>(_ type: Value.Type, as noun: String) -> Value? {
    do {
      return try YAMLDecoder().decode(type, from: value.node)
    } catch {
      let (path, message) = Self.explain(error)
      value.reader.mistake(value.key, value.node.nearest(to: path), "is not \(noun): \(message)")
      return nil
    }
  }

  func mistake(at path: String, _ message: String) {
    value.reader.mistake(
      value.key.isEmpty ? path : "\(value.key).\(path)", value.node.nearest(to: path), message)
  }

  func check(_ shape: DocumentShape) { Self.check(value, shape) }

  private static func check(_ value: ConfigurationValue, _ shape: DocumentShape) {
    switch shape {
    case .anything: break
    case .list(let element):
      if value.isList { for item in value.list("a list") { check(item, element) } }
    case .named(let inner):
      guard value.isSection, let section = value.section() else { return }
      for name in section.keys { section.value(name).map { check($0, inner) } }
    case .section(let keys):
      guard value.isSection, let section = value.section() else { return }
      for (key, inner) in keys { section.value(key).map { check($0, inner) } }
      section.close()
    }
  }

  /// Where decoding failed, and why.
  private static func explain(_ error: any Error) -> (path: String, message: String) {
    func path(_ context: DecodingError.Context) -> String {
      let keys = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
      return keys.hasPrefix(".") ? String(keys.dropFirst()) : keys
    }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context):
      let place = path(context)
      return (place, "\(place.isEmpty ? "" : "\(place): ")`\(key.stringValue)` is missing")
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return (path(context), "\(path(context)): \(context.debugDescription)")
    default: return ("", "\(error)")
    }
  }
}

extension Node {
  /// The value at a path like `states.main.expect[0].say`, or the last one on the way there. A key on the way may
  /// hold dots itself.
  func nearest(to path: some StringProtocol) -> Node {
    if path.first == "[" {
      guard let end = path.firstIndex(of: "]"), let items = sequence,
        let index = Int(path.dropFirst().prefix(upTo: end)),
        items.indices.contains(index)
      else { return self }
      return items[index].nearest(to: path[path.index(after: end)...])
    }
    let rest = path.first == "." ? path.dropFirst() : path[...]
    for (name, value) in mapping ?? [:] {
      guard let key = name.scalar?.string, !key.isEmpty, rest.hasPrefix(key) else { continue }
      let behind = rest.dropFirst(key.count)
      if behind.isEmpty || behind.first == "." || behind.first == "[" { return value.nearest(to: behind) }
    }
    return self
  }
}
