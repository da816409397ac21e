import Coordination
import Foundation

/// The built program.
enum Program {
  /// Beside the test bundle, or where `ASSIST_PROGRAM` says.
  static func path() throws -> String {
    if let path = ProcessInfo.processInfo.environment["ASSIST_PROGRAM"] { return path }
    var candidates = [
      Bundle.main.bundlePath, URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path,
    ]
    candidates += ["\(SourceTree.root)/.build/debug"]
    for folder in candidates where access("\(folder)/assist", X_OK) == 0 { return "\(folder)/assist" }
    throw Trouble("the program assist is not built: run `swift build`, or set ASSIST_PROGRAM")
  }

  /// The same where `account` may run it: a source tree in root's home is closed to others.
  static func path(for account: Account) throws -> String {
    let path = try path()
    guard account == .unprivileged, Account.isRoot, !isOpen(path) else { return path }
    return try openCopy.get(path)
  }

  /// Whether all folders on the way to `path` let anybody through.
  private static func isOpen(_ path: String) -> Bool {
    var folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent()
    while folder.path != "/" {
      var status = stat()
      guard stat(folder.path, &status) == 0, status.st_mode & S_IXOTH != 0 else { return false }
      folder.deleteLastPathComponent()
    }
    return true
  }

  private static let openCopy = OpenCopy()

  /// One copy of the program for the whole run.
  private final class OpenCopy: Sendable {
    private let scratch = Locked<Scratch?>(nil)

    func get(_ path: String) throws -> String {
      try scratch.withLock { scratch in
        if let scratch { return scratch.file("assist") }
        let made = try Scratch()
        try FileManager.default.copyItem(atPath: path, toPath: made.file("assist"))
        scratch = made
        atexit { try? FileManager.default.removeItem(atPath: Program.openCopy.folder) }
        return made.file("assist")
      }
    }

    var folder: String { scratch.withLock { $0?.path ?? "" } }
  }

  /// Runs a command of it to its end.
  static func run(
    _ arguments: String..., environment: [String: String] = [:], within limit: Duration = .seconds(20), scratch: Scratch
  ) async throws -> (status: Int32, output: String, errors: String) {
    try await ChildProcess.run(
      path(), arguments, environment: environment, directory: scratch.path, within: limit, scratch: scratch)
  }
}
