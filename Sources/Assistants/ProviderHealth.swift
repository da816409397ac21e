import Coordination
package import Store
package import VoicePipeline

/// How the providers do, for those who watch the system.
package final class ProviderHealth: Sendable {
  /// One provider in one role.
  package struct Entry: Sendable {
    package var role: ProviderRole
    package var name: String
    package var failures = 0
    package var lastFailure: (at: Timestamp, error: String)?

    /// Whether it is well at `now`: it has not failed for five minutes.
    package func isWell(at now: Timestamp) -> Bool {
      lastFailure.map { $0.at.duration(to: now) > .seconds(300) } ?? true
    }
  }

  private let entries: Locked<[Entry]>

  /// The providers of these assistants.
  package init(_ assistants: some Collection<Assistant>) {
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

  package var all: [Entry] { entries.withLock { $0 } }

  /// A provider failed.
  package func failed(_ role: ProviderRole, _ error: ProviderError, at now: Timestamp) {
    entries.withLock { entries in
      let index = entries.firstIndex { $0.role == role && $0.name == error.provider }
      let place = index ?? entries.firstIndex { $0.role == role }
      guard let place else { return }
      entries[place].failures += 1
      entries[place].lastFailure = (now, "\(error)")
    }
  }
}
