import ArgumentParser
import Glibc

/// The program.
struct Assist: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assist",
    abstract: "Answers the telephone: SIP and RTP, speech, and a hand-over to a person.",
    subcommands: [
      ServeCommand.self, CallCommand.self, ConfigCommand.self, SayCommand.self, TranscribeCommand.self,
      DemoCommand.self,
    ])
}

/// `assist config …`
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Works on configuration files.", subcommands: [ConfigCheckCommand.self])
}

/// A failure that is told in one line, with exit status 1.
struct CommandFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// A command that may be started as root and gives that up.
protocol RootCommand: Sendable {
  /// Does what needs the program's first thread to be its only one, and returns the rest.
  func begin() throws -> @Sendable () async throws -> Void
}

@main enum Program {
  /// Exit status 0, 1 for a failure, 2 for wrong use.
  static func main() async {
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try Assist.parseAsRoot()
      if let rest = try (command as? any RootCommand)?.begin() {
        try await rest()
      } else if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let code as ExitCode {
      exit(code.rawValue)
    } catch {
      let code = Assist.exitCode(for: error)
      if code == .success {
        print(Assist.fullMessage(for: error))
        exit(0)
      }
      let isWrongUse = code == .validationFailure
      StandardError.line(isWrongUse ? Assist.fullMessage(for: error) : "assist: \(error)")
      exit(isWrongUse ? 2 : 1)
    }
  }
}
