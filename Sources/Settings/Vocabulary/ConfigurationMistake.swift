/// One thing wrong with a configuration: where, what, and what was expected.
package struct ConfigurationMistake: Error, Sendable, Equatable, CustomStringConvertible {
  var file: String
  /// From 1; 0 when the file as a whole is meant.
  var line: Int
  /// The key with all keys above it, e.g. `sip.trunks[0].proxy`; empty for the file as a whole.
  var key: String
  /// What is wrong and what is expected.
  var message: String

  package var description: String {
    (line > 0 ? "\(file):\(line): " : "\(file): ") + (key.isEmpty ? message : "\(key): \(message)")
  }
}

extension [ConfigurationMistake] {
  /// By line, those of the configuration's own `file` before those of files that it names.
  func inFileOrder(_ file: String) -> [ConfigurationMistake] {
    let others = filter { $0.file != file }
    let own = filter { $0.file == file }
    return own.sorted { $0.line < $1.line } + others.sorted { ($0.file, $0.line) < ($1.file, $1.line) }
  }
}

/// All that is wrong with a configuration.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  package var mistakes: [ConfigurationMistake]

  package var description: String { mistakes.map { $0.description }.joined(separator: "\n") }
}
