import Audio
import Events
package import Logging
package import Reporting
package import Store

/// Calls that an earlier process had when it died: nobody hung up on them, and nobody would ever tell how they ended.
package struct LostCalls: Sendable {
  /// Why they ended, as everybody is told.
  package static let reason = "the server ended while the call went on"

  package let store: any CallBook
  package let events: ServerEvents
  package let clock: any TimestampClock
  package let logger: Logger

  package init(store: any CallBook, events: ServerEvents, clock: any TimestampClock, logger: Logger) {
    self.store = store
    self.events = events
    self.clock = clock
    self.logger = logger
  }

  /// Closes them, tells of each, and measures what was recorded. To be called before the first call of this process.
  package func end() async throws(StoreError) {
    let (events, clock) = (events, clock)
    let store = store.announcing { transition in
      let told = transition.calls.map { events.logged(.lost($0.after, at: clock.now)) }
      return Announcement(told.map(\.stored), webhooks: told.flatMap(\.webhooks), at: clock.now)
    }
    let ended = try await store.endLostCalls(reason: Self.reason, at: clock.now) { call in
      call.recordingSeconds = call.recording.flatMap { WAVWriter.duration(of: $0) }.map { $0 / .seconds(1) }
      // A file that was announced and is not there, or holds nothing that could be played, is none.
      if call.recordingSeconds == nil { call.recording = nil }
    }
    for call in ended {
      logger.notice(
        "a call was cut off by the end of the server",
        metadata: ["call": "\(call.sipCallID)", "id": "\(call.id)", "recorded": "\(call.recording != nil)"])
    }
  }
}
