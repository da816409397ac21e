import Coordination
import Logging
import Store

/// The conversations that are at work.
actor ChatSessions {
  private static let sweep = Duration.seconds(30)

  private let environment: ChatEnvironment
  private let log: Logger
  private var sessions: [String: ChatSession] = [:]
  private var isStopped = false
  private nonisolated let stopping = Gate()

  init(environment: ChatEnvironment, log: Logger) {
    self.environment = environment
    self.log = log
  }

  var count: Int { sessions.count }

  func messageArrived(
    in conversation: String, burst: Duration, note: (message: MessageRecord, account: ChatAccount)? = nil
  ) async {
    guard !isStopped else { return }
    let session: ChatSession
    if let known = sessions[conversation] {
      session = known
    } else {
      var log = log
      log[metadataKey: "conversation"] = "\(conversation)"
      session = ChatSession(conversation: conversation, environment: environment, log: log)
      sessions[conversation] = session
    }
    await session.messageArrived(burst: burst, note: note)
  }

  /// A message that waits for its answer says something else now: an answer that is being worked out is begun anew.
  func messageChanged(_ message: String, in conversation: String) async {
    await sessions[conversation]?.messageChanged(message)
  }

  /// The conversation has become another's part.
  func end(_ conversation: String) async {
    await sessions.removeValue(forKey: conversation)?.stop()
  }

  /// Lets go of those that have nothing to do, until `stop`.
  nonisolated func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while (try? await Task.sleep(for: Self.sweep)) != nil { await self.letGoOfIdle() }
      }
      await stopping.wait()
      group.cancelAll()
    }
  }

  private func letGoOfIdle() async {
    for (conversation, session) in sessions where await session.isIdle {
      // A message may come in just now; two sessions of one conversation do no harm, since the store commits one answer.
      sessions[conversation] = nil
    }
  }

  func stop() async {
    isStopped = true
    stopping.open()
    for session in sessions.values { await session.stop() }
    sessions = [:]
  }
}
