package import Calls
package import Desk
import JSON
package import Logging
import Settings
package import Store

/// Brings conversations to people, and their calls with them. Back they go by the desk alone.
///
/// Who has one is decided at the desk, in one step. Then, always in this order, the assistant falls silent or speaks again
/// (`CallOwnership`), it is told, and telephones ring, which is done here.
package struct Handover: Sendable {
  /// How a call comes to the telephone of whoever takes it.
  package enum Ring: String, Sendable {
    /// We ring them and pass the sound between both.
    case bridge
    /// REFER: the caller's side rings them, and we are out of it.
    case refer
  }

  private let desk: Desk
  private let store: any EscalationBook & CallBook
  private let calls: any LiveCalls
  private let link: PersonLink
  private let clock: any TimestampClock
  private let logger: Logger

  /// Hand-overs of the conversations at `desk`, whose calls are among `calls`.
  package init(
    desk: Desk, store: any EscalationBook & CallBook, calls: any LiveCalls, link: PersonLink,
    clock: any TimestampClock = WallClock(), logger: Logger
  ) {
    self.desk = desk
    self.store = store
    self.calls = calls
    self.link = link
    self.clock = clock
    self.logger = logger
  }

  // MARK: To people

  /// Gives a conversation to a person, if it is still in `epoch`. Returns it as it is then. Throws a `DeskError` if it
  /// can't be theirs, a `CallControlError` if their telephone can't be rung.
  package func takeOver(
    _ id: String, by person: String, epoch: Int64, ring: Ring?
  ) async throws -> ConversationRecord {
    let telephone = await telephone(of: person, ring)
    let change = try await desk.takeOver(id, by: person, epoch: epoch, movesCall: telephone == nil)
    if let telephone { try await self.ring(person, at: telephone, change.conversation.id, change.escalation) }
    return change.conversation
  }

  /// Gives a wish for a person, and its conversation, to `person`. A telephone that can't be rung undoes that. Throws as
  /// `takeOver` does.
  package func claim(
    _ id: String, by person: String, force: Bool, ring: Ring?
  ) async throws -> (wish: EscalationRecord, epoch: Int64) {
    let telephone = await telephone(of: person, ring)
    switch try await desk.claim(id, by: person, force: force, movesCall: telephone == nil) {
    case .claimed(let wish, let epoch):
      if let telephone { try await self.ring(person, at: telephone, wish.conversation, wish) }
      return (wish, epoch)
    case .taken(let holder): throw DeskError.notTheirs(person: holder)
    case .gone: throw DeskError.unknown
    }
  }

  /// A telephone to which a call is brought.
  private struct Telephone {
    var address: String
    var ring: Ring
  }

  private func telephone(of person: String, _ ring: Ring?) async -> Telephone? {
    guard let ring, let address = await desk.person(person)?.sip else { return nil }
    return Telephone(address: address, ring: ring)
  }

  private func ring(
    _ person: String, at telephone: Telephone, _ conversation: String, _ wish: EscalationRecord?
  ) async throws(CallControlError) {
    guard let call = calls.call(of: conversation) else { return }
    let package = wish?.package.flatMap { JSONValue(Array($0.utf8)) }
    var order = PersonOrder(to: telephone.address, mode: telephone.ring == .refer ? .blind : .bridge)
    order.reason = wish?.reason ?? ""
    order.summary = package?["summary"]?.array.compactMap(\.string) ?? []
    if let wish { order.headers = link.fields(of: wish) }
    order.release = { await cameBack(conversation, from: person) }
    order.missed = { await missed(conversation, by: person) }
    do throws(CallControlError) {
      try await calls.transfer(call.id, order)
    } catch {
      await missed(conversation, by: person)
      throw error
    }
  }

  private func missed(_ conversation: String, by person: String) async {
    do throws(DeskError) {
      try await desk.missed(conversation, by: person)
    } catch {
      logger.error(
        "a call that nobody took can't be put back into the queue",
        metadata: ["conversation": "\(conversation)", "reason": "\(error)"])
    }
  }

  private func cameBack(_ conversation: String, from person: String) async {
    do throws(DeskError) {
      try await desk.cameBack(conversation, from: person)
    } catch {
      logger.error(
        "a conversation can't be given back",
        metadata: ["conversation": "\(conversation)", "reason": "\(error)"])
    }
  }

  // MARK: Beside it

  /// Tells the assistant something that the customer does not hear.
  package func coach(_ record: ConversationRecord, _ text: String, by person: String) async throws {
    try await store.note(
      "Instruction from a colleague, which the customer does not see: \(text)", kind: "coach", by: person,
      in: record.id, at: clock.now)
    guard let call = calls.call(of: record.id) else { return }
    do throws(CallControlError) {
      try await calls.coach(call.id, text)
    } catch .noVoice, .noCall {
      // Nobody of ours speaks on it, or it is just over: the note is read by whoever speaks next.
    }
  }
}
