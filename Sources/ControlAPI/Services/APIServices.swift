package import Assistants
package import Calls
package import ChatBridge
package import Desk
package import Handover
package import Logging
package import Reporting
package import Store

/// The parts of a server that the API works with, each by what it can do.
package struct APIServices: Sendable {
  /// The calls that are going on.
  package var calls: any LiveCalls
  /// Brings conversations to people.
  package var handover: Handover
  /// The queue, and who works at it.
  package var desk: Desk
  /// Writing to customers.
  package var chat: ChatBridge
  /// What happened, and is kept.
  package var store: any Storage
  /// What happens, as it does.
  package var events: ServerEvents
  /// How providers do.
  package var health: ProviderHealth
  /// Wall time.
  package var clock: any TimestampClock
  package var logger: Logger

  package init(
    calls: any LiveCalls, handover: Handover, desk: Desk, chat: ChatBridge, store: any Storage, events: ServerEvents,
    health: ProviderHealth, clock: any TimestampClock, logger: Logger
  ) {
    self.calls = calls
    self.handover = handover
    self.desk = desk
    self.chat = chat
    self.store = store
    self.events = events
    self.health = health
    self.clock = clock
    self.logger = logger
  }
}
