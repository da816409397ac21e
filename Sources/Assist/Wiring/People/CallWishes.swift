import Assistants
import Coordination
import Desk
import Store
import VoicePipeline

/// Sees in the events of one call that a person is wanted, and has that put into the queue; all other events go out as
/// they are.
final class CallWishes: Sendable {
  private let server: Server
  private let finding = Locked<EscalationFinding?>(nil)
  /// One after the other: what a person is given may only be completed after it is there.
  private let last = Locked<Task<Void, Never>?>(nil)

  private let stored = Locked<EscalationRecord?>(nil)

  init(_ server: Server) { self.server = server }

  /// By what a person to whom the caller is sent by REFER finds the wish: its name, and where it is seen.
  var fields: [(name: String, value: String)] {
    guard let wish = stored.withLock({ $0 }) else { return [] }
    return server.fields(of: wish)
  }

  func note(_ event: ConversationEvent, on call: CallRecord) {
    switch event.kind {
    case .escalationRequested(_, let finding):
      // The package comes right behind.
      self.finding.withLock { $0 = finding }
      return
    case .handoverPackage(let package, _):
      let new = finding.withLock { finding in
        defer { finding = nil }
        return finding
      }
      after { [stored] server in
        // The first is what is known, and goes into the queue; what comes behind it completes it.
        guard let new else { return await server.completed(package, on: call) }
        let record = await server.wish(new, package: package, on: call)
        stored.withLock { $0 = record }
      }
      return
    case .transferFinished(let succeeded, _):
      after { await $0.handOverEnded(succeeded: succeeded, on: call) }
    case .transcriptFinal(let text, _):
      if !text.revealed.isEmpty, let conversation = call.conversation {
        after { await $0.desk.customerWrote(in: conversation) }
      }
    case .providerFailed(let role, let error): server.providerHealth.failed(role, error, at: server.clock.now)
    default: break
    }
    server.events.note(event, on: call)
  }

  private func after(_ body: @escaping @Sendable (Server) async -> Void) {
    last.withLock { last in
      let earlier = last
      last = Task { [server] in
        await earlier?.value
        await body(server)
      }
    }
  }
}
