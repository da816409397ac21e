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

  /// Runs a command of it to its end.
  static func run(
    _ arguments: String..., environment: [String: String] = [:], within limit: Duration = .seconds(20), scratch: Scratch
  ) async throws -> (status: Int32, output: String, errors: String) {
    try await ChildProcess.run(
      path(), arguments, environment: environment, directory: scratch.path, within: limit, scratch: scratch)
  }
}
