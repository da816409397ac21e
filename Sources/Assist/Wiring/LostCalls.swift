import Audio
import Events
import Logging
import Store

/// Calls that an earlier process had when it died: nobody hung up on them, and nobody would ever tell how they ended.
struct LostCalls: Sendable {
  /// Why they ended, as everybody is told.
  static let reason = "the server ended while the call went on"

  let store: any CallBook
  let events: ServerEvents
  let clock: any TimestampClock
  let logger: Logger

  /// Closes them, tells of each, and measures what was recorded. To be called before the first call of this process.
  func end() async throws(StoreError) {
    let (events, clock) = (events, clock)
    let ended = try await store.endLostCalls(reason: Self.reason, at: clock.now) { call in
      call.recordingSeconds = call.recording.flatMap { WAVWriter.duration(of: $0) }.map { $0 / .seconds(1) }
      // A file that was announced and is not there, or holds nothing that could be played, is none.
      if call.recordingSeconds == nil { call.recording = nil }
      let told = events.logged(.lost(call, at: clock.now))
      return ([told.stored], told.webhooks)
    }
    for call in ended {
      logger.notice(
        "a call was cut off by the end of the server",
        metadata: ["call": "\(call.sipCallID)", "id": "\(call.id)", "recorded": "\(call.recording != nil)"])
    }
  }
}
