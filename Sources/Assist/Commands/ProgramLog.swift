import ArgumentParser
import Logging

/// The program's log: lines on standard error, so that standard output holds only what was asked for.
enum ProgramLog {
  /// Sets up the log for the whole process, once, and returns the program's own logger.
  static func start(level: Logger.Level) -> Logger {
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = level
      return handler
    }
    return Logger(label: "assist")
  }
}

/// How much the log tells.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case trace, debug, info, notice, warning, error, critical

  /// The same in the log's terms.
  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
