import Coordination
package import Desk
import Events
import Settings
package import Store

/// Tells the outside what happens at the desk, but for what changes in the store: that is told with the change.
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
    case .overdue(let record, let target):
      // That the first reply is late is noted in the store.
      if target != .firstReply { publish(record, person: record.person, change: "overdue") }
    case .reminded(let record, let person, _): publish(record, person: person, change: "reminded")
    case .presenceChanged(let views):
      if !views.isEmpty { isStaffed.withLock { $0 = true } }
      for view in views {
        events.hub.publish(
          .person(
            view.person.username, name: view.person.name, status: view.status.rawValue, load: view.load,
            at: clock.now))
      }
      presence.withLock { $0 }(views)
    case .ownerChanged, .offered, .offerExpired, .claimed, .released, .resolved,
      .callbackScheduled, .callbackDue, .queueChanged:
      break
    }
  }

  private func publish(_ record: EscalationRecord, person: String?, change: String) {
    let data = EscalationData(record, person: person, change: change)
    events.hub.publish(
      .escalation(.escalationUpdated, data, conversation: record.conversation, call: record.call, at: clock.now))
  }
}
