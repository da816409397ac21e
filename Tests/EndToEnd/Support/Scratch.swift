import Audio
import Foundation

/// A folder of its own for each test, gone with it.
final class Scratch: Sendable {
  let path: String

  /// Belongs to the account that programs under test run as.
  init() throws {
    var template = Array("/tmp/assist-e2e-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Trouble("no folder can be made in /tmp") }
    path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if Account.isRoot, chown(path, Account.nobody, Account.nobody) != 0 {
      throw Trouble("\(path) can't be given to another user: \(String(cString: strerror(errno)))")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of something in it.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a text and returns its path.
  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    return file(name)
  }

  /// The names of what is in it.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

  /// A WAV file of it.
  func wav(_ name: String) throws -> WAVFile { try WAVFile(path: file(name)) }
}

/// Where this source tree is.
enum SourceTree {
  /// `Tests/EndToEnd`.
  static let endToEnd = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
  /// The repository.
  static let root = URL(fileURLWithPath: endToEnd).deletingLastPathComponent().deletingLastPathComponent().path

  /// The text of a file in `Fixtures`.
  static func fixture(_ name: String) throws -> String {
    try String(contentsOfFile: "\(endToEnd)/Fixtures/\(name)", encoding: .utf8)
  }
}
