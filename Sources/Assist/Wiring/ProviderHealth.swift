import Coordination
import JSON
import Store
import VoicePipeline

/// How the providers do, for those who watch the system.
final class ProviderHealth: Sendable {
  /// One provider in one role.
  struct Entry: Sendable {
    var role: ProviderRole
    var name: String
    var failures = 0
    var lastFailure: (at: Timestamp, error: String)?

    /// What is shown: it is well if it has not failed for five minutes.
    func json(at now: Timestamp) -> JSONValue {
      [
        "role": .string(role.rawValue), "name": .string(name),
        "ok": .bool(lastFailure.map { $0.at.duration(to: now) > .seconds(300) } ?? true),
        "failures": .integer(Int64(failures)), "last_failure_at": JSONValue(lastFailure?.at.text),
        "last_error": JSONValue(lastFailure?.error),
      ]
    }
  }

  private let entries: Locked<[Entry]>

  /// The providers of these assistants.
  init(_ assistants: some Collection<Assistant>) {
    var found: [Entry] = []
    for assistant in assistants.sorted(by: { $0.name < $1.name }) {
      let providers = assistant.providers
      let named: [(ProviderRole, String)] = [
        (.stt, providers.stt.name), (.llm, providers.llm.name), (.tts, providers.tts.name),
      ]
      for (role, name) in named where !found.contains(where: { $0.role == role && $0.name == name }) {
        found.append(Entry(role: role, name: name))
      }
    }
    entries = Locked(found)
  }

  var all: [Entry] { entries.withLock { $0 } }

  /// A provider failed.
  func failed(_ role: ProviderRole, _ error: ProviderError, at now: Timestamp) {
    entries.withLock { entries in
      let index = entries.firstIndex { $0.role == role && $0.name == error.provider }
      let place = index ?? entries.firstIndex { $0.role == role }
      guard let place else { return }
      entries[place].failures += 1
      entries[place].lastFailure = (now, "\(error)")
    }
  }
}
