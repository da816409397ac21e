import Assistants
import Calls
import Coordination
import Desk
import Logging
import Reporting
import Store
import VoicePipeline

/// Sees in the events of one call that a person is wanted, and has that put into the queue; all other events go out as
/// they are.
final class CallWishes: Sendable {
  /// What may wait for the store; beyond it a customer's words are not counted for the queue.
  private static let backlog = 256

  private let surroundings: CallSurroundings
  private let finding = Locked<EscalationFinding?>(nil)
  private let stored = Locked<EscalationRecord?>(nil)
  /// One after the other: what a person is given may only be completed after it is there.
  private let errands = ErrandQueue(limit: backlog)

  init(_ surroundings: CallSurroundings) {
    self.surroundings = surroundings
  }

  /// By what a person to whom the caller is sent by REFER finds the wish: its name, and where it is seen.
  var fields: [(name: String, value: String)] { stored.withLock { $0 }.map { surroundings.link.fields(of: $0) } ?? [] }

  /// Takes an event. What has to be stored is, in order, by the time that `end` returns.
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
      later(on: call) { wishes in
        // The first is what is known, and goes into the queue; what comes behind it completes it.
        if let new { await wishes.request(new, package, on: call) } else { await wishes.complete(package, on: call) }
      }
      return
    case .transferFinished: later(on: call) { await $0.handOverEnded(on: call) }
    case .transcriptFinal(let text, _):
      if !text.revealed.isEmpty, let conversation = call.conversation {
        later(on: call) { await $0.surroundings.desk.customerWrote(in: conversation) }
      }
    case .providerFailed(let role, let error): surroundings.health.failed(role, error, at: surroundings.clock.now)
    default: break
    }
    surroundings.events.note(event, on: call)
  }

  /// Returns when all is stored that was to be.
  func end() async { await errands.end() }

  private func later(on call: CallRecord, _ body: @escaping @Sendable (CallWishes) async -> Void) {
    if !errands.add({ await body(self) }) { failed("the store is too slow for what happens", on: call) }
  }

  private func request(_ finding: EscalationFinding, _ package: HandoverPackage, on call: CallRecord) async {
    guard let conversation = call.conversation else { return }
    let new = NewEscalation(
      kind: finding.kind.rawValue, reason: finding.reason, channel: "phone", priority: finding.priority,
      call: call.id, package: package.json)
    // What led to it is told before it.
    await surroundings.events.settled(call)
    do throws(DeskError) {
      let record = try await surroundings.desk.escalate(conversation, new)
      stored.withLock { $0 = record }
      if record != nil { return }
    } catch {
      failed("\(error)", on: call)
    }
    // It is told though it has no place in the queue.
    surroundings.events.requested(finding, on: call)
  }

  private func complete(_ package: HandoverPackage, on call: CallRecord) async {
    guard let conversation = call.conversation else { return }
    do throws(DeskError) {
      try await surroundings.desk.complete(conversation, package: package.json)
    } catch {
      failed("\(error)", on: call)
    }
  }

  private func handOverEnded(on call: CallRecord) async {
    guard let conversation = call.conversation else { return }
    do throws(DeskError) {
      try await surroundings.desk.handOverEnded(call: call.id, in: conversation)
    } catch {
      failed("\(error)", on: call)
    }
  }

  private func failed(_ why: String, on call: CallRecord) {
    surroundings.logger.error(
      "what a call has to say to the desk is lost", metadata: ["call": "\(call.sipCallID)", "reason": "\(why)"])
  }
}
