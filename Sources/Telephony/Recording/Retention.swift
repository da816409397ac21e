package import Logging
package import Settings
package import Store

/// Forgets once a day what has been kept long enough.
package struct Retention: Sendable {
  /// What the store has to forget.
  package typealias Books = EventBook & WebhookBook & RetentionBook & SessionBook & AuditBook
  /// Recordings that are deleted in one go.
  private static let portion = 100

  /// The newest events stay whatever their age, so that whoever comes back finds its place.
  private static let newestEvents = 1000

  package let configuration: RetentionConfiguration
  package let store: any Books
  package let clock: any TimestampClock
  package let logger: Logger

  /// Forgets in `store` what is older than `configuration` says.
  package init(configuration: RetentionConfiguration, store: any Books, clock: any TimestampClock, logger: Logger) {
    self.configuration = configuration
    self.store = store
    self.clock = clock
    self.logger = logger
  }

  /// Forgets now and then each day, until the task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      await forget()
      guard (try? await clock.sleep(until: clock.now.advanced(by: .seconds(86_400)))) != nil else { return }
    }
  }

  /// Forgets what is too old now. One part that fails does not keep the others.
  package func forget() async {
    await part("sessions") { now throws(StoreError) in try await store.forgetSessions(before: now) }
    await part("events", configuration.events) { time throws(StoreError) in
      try await store.forgetEvents(before: time, keeping: Self.newestEvents)
      try await store.forgetWebhooks(before: time)
    }
    await part("media", configuration.media) { time throws(StoreError) in try await store.forgetMedia(before: time) }
    await part("messages", configuration.messages) { time throws(StoreError) in
      try await store.forgetMessages(before: time)
      try await store.forgetEscalations(before: time)
    }
    let recordings = [configuration.recordings, configuration.calls].compactMap { $0 }.min()
    await part("recordings", recordings) { time throws(StoreError) in try await forgetRecordings(before: time) }
    await part("calls", configuration.calls) { time throws(StoreError) in try await store.forgetCalls(before: time) }
    await part("audit", configuration.audit) { time throws(StoreError) in try await store.forgetAudits(before: time) }
  }

  /// Deletes the files of calls that ended before `time`. One that can't be deleted stays on its call and is tried again
  /// the next day; those behind it go all the same.
  private func forgetRecordings(before time: Timestamp) async throws(StoreError) {
    var stuck: Set<String> = []
    while true {
      let old = try await store.recordings(before: time, limit: Self.portion + stuck.count)
        .filter { !stuck.contains($0.id) }
      guard !old.isEmpty else { return }
      for call in old {
        guard let path = call.recording else { continue }
        if let problem = await Recordings.delete(path) {
          stuck.insert(call.id)
          logger.error("a recording can't be deleted", metadata: ["file": "\(path)", "reason": "\(problem)"])
        } else {
          try await store.forgetRecording(of: call.id)
        }
      }
    }
  }

  private func part(
    _ name: String, _ age: Duration? = .zero, _ forget: (Timestamp) async throws(StoreError) -> Void
  ) async {
    guard let age else { return }
    do throws(StoreError) {
      try await forget(clock.now.advanced(by: .zero - age))
    } catch {
      logger.error("what is too old can't be forgotten", metadata: ["what": "\(name)", "reason": "\(error)"])
    }
  }
}
