import FoundationEssentials
import TestSupport

/// Writes webhook bodies for a checker that is not written in Swift.
enum SampleFiles {
  /// Writes `NAME.json`, the exact bytes, and `NAME.signature` for each.
  static func write(_ samples: [CloudSample], to directory: String) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for sample in samples {
      try Data(sample.body).write(to: URL(filePath: "\(directory)/\(sample.name).json"))
      try Data(sample.signature.utf8).write(to: URL(filePath: "\(directory)/\(sample.name).signature"))
    }
  }
}
