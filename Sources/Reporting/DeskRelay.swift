import Coordination
package import Desk
import Events
import Settings
package import Store

/// Tells the outside what happens at the desk.
package final class DeskRelay: Sendable {
  private let events: ServerEvents
  private let clock: any TimestampClock
  private let presence = Locked<@Sendable ([PersonView]) -> Void>({ _ in })

  private let isStaffed = Locked(false)

  package init(_ events: ServerEvents, clock: any TimestampClock = WallClock()) {
    self.events = events
    self.clock = clock
  }

  /// Whether anybody works here: those of the configuration, and whoever came by the link.
  package var hasPeople: Bool { isStaffed.withLock { $0 } }

  /// Who else hears when people come, go, or have more or less to do.
  package func onPresence(_ body: @escaping @Sendable ([PersonView]) -> Void) { presence.withLock { $0 = body } }

  package func note(_ event: DeskEvent) {
    switch event {
    case .requested(let record): publish(.escalationRequested, record, person: nil)
    case .completed(let record): publish(.escalationUpdated, record, person: nil, change: "package")
    case .ownerChanged(let conversation): events.ownerChanged(conversation)
    case .offered(let record): publish(.escalationOffered, record, person: record.offeredTo)
    case .offerExpired(let record, let person, _): publish(.escalationUpdated, record, person: person, change: "offer")
    case .claimed(let record, _): publish(.escalationClaimed, record, person: record.person)
    case .released(let record, let person, _, _):
      publish(
        record.state == .resolved ? .escalationResolved : .escalationUpdated, record, person: person, change: "released"
      )
    case .resolved(let record): publish(.escalationResolved, record, person: record.person)
    case .overdue(let record, _): publish(.escalationUpdated, record, person: record.person, change: "overdue")
    case .callbackScheduled(let record): publish(.escalationCallback, record, person: nil)
    case .callbackDue(let record): publish(.escalationUpdated, record, person: nil, change: "callback")
    case .reminded(let record, let person, _): publish(.escalationUpdated, record, person: person, change: "reminded")
    case .presenceChanged(let views):
      if !views.isEmpty { isStaffed.withLock { $0 = true } }
      for view in views {
        events.hub.publish(
          .person(
            view.person.username, name: view.person.name, status: view.status.rawValue, load: view.load,
            at: clock.now))
      }
      presence.withLock { $0 }(views)
    case .queueChanged: break
    }
  }

  private func publish(
    _ type: AssistEventType, _ record: EscalationRecord, person: String?, change: String? = nil
  ) {
    let data = EscalationData(record, person: person, change: change)
    events.hub.publish(
      .escalation(type, data, conversation: record.conversation, call: record.call, at: clock.now))
  }
}
