import ArgumentParser
import Settings

/// `assist config check`
struct ConfigCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Names every mistake of a configuration with file, line and key.",
    discussion: "Exits with 1 if there is any. Warnings are settings that this build does not act on.")

  @Option(help: "The YAML file. Without it the built-in configuration is checked.") var config: String?

  func run() async throws {
    do {
      let configuration = try Configuration.load(path: config)
      for warning in configuration.warnings { StandardError.line("warning: \(warning)") }
      let count = configuration.assistants.count
      print(
        "\(config ?? "built-in configuration"): no mistakes; \(count) assistant\(count == 1 ? "" : "s"), "
          + "\(configuration.routes.routes.count) routes, sip on "
          + configuration.sip.listen.map { $0.description }.joined(separator: " ")
          + ", http on \(configuration.http.listen)")
    } catch {
      for mistake in error.mistakes { StandardError.line("\(mistake)") }
      throw ExitCode(1)
    }
  }
}

extension Configuration {
  /// The configuration for a command that needs it, with its mistakes as the one failure that the command ends with.
  static func loadForCommand(_ path: String?) throws -> Configuration {
    do {
      return try load(path: path)
    } catch {
      let more = error.mistakes.count - 1
      let rest = more > 0 ? " (and \(more) more; see `assist config check`)" : ""
      throw CommandFailure((error.mistakes.first.map { "\($0)" } ?? "the configuration is not usable") + rest)
    }
  }

  /// The assistant that a command means: the one named, or that of the last route, or the only one.
  func assistant(named name: String?) throws -> AssistantConfiguration {
    if let name {
      if let assistant = assistants[name] { return assistant }
      let hint = Nearest.to(name, among: Array(assistants.keys)).map { "; did you mean \($0)?" } ?? ""
      throw CommandFailure("there is no assistant \"\(name)\"\(hint)")
    }
    for route in routes.routes.reversed() {
      if case .assistant(let name) = route.destination, let assistant = assistants[name] { return assistant }
    }
    if let first = assistants.values.min(by: { $0.name < $1.name }) { return first }
    throw CommandFailure("the configuration has no assistant")
  }
}
