import Coordination
import Logging

/// The metadata of those lines of a log that say one thing.
final class LogLines: LogHandler, Sendable {
  private let message: Logger.Message
  private let lines = Locked<[Logger.Metadata]>([])

  init(_ message: Logger.Message) { self.message = message }

  var all: [Logger.Metadata] { lines.withLock { $0 } }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .info }
    set {}
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    guard event.message == message else { return }
    lines.withLock { $0.append(event.metadata ?? [:]) }
  }
}
