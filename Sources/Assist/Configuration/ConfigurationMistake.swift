/// One thing wrong with a configuration: where, what, and what was expected.
struct ConfigurationMistake: Error, Sendable, Equatable, CustomStringConvertible {
  var file: String
  /// From 1; 0 when the file as a whole is meant.
  var line: Int
  /// The key with all keys above it, e.g. `sip.trunks[0].proxy`; empty for the file as a whole.
  var key: String
  /// What is wrong and what is expected.
  var message: String

  var description: String {
    (line > 0 ? "\(file):\(line): " : "\(file): ") + (key.isEmpty ? message : "\(key): \(message)")
  }
}

/// All that is wrong with a configuration.
struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  var mistakes: [ConfigurationMistake]

  var description: String { mistakes.map { $0.description }.joined(separator: "\n") }
}
