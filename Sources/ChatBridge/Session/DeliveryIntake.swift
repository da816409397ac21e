import Coordination
import Logging
import Store

/// Reads the deliveries that were kept and applies what they say, in the order in which they came.
final class DeliveryIntake: Sendable {
  /// Deliveries applied in one step.
  private static let batch = 64
  /// How long deliveries are kept after they were applied: as long as a channel may send them again.
  private static let keptFor = Duration.seconds(8 * 24 * 3600)

  private let store: any DeliveryInbox
  private let readers: [String: DeliveryReader]
  private let clock: any TimestampClock
  private let log: Logger
  private let signal = WakeSignal(raised: true)

  init(store: any DeliveryInbox, readers: [String: DeliveryReader], clock: any TimestampClock, log: Logger) {
    self.store = store
    self.readers = readers
    self.clock = clock
    self.log = log
  }

  func wake() { signal.raise() }
  func stop() { signal.finish() }

  /// Applies what has come, until `stop`; `handle` is told the outcomes of each step.
  func run(_ handle: @Sendable ([UpdateOutcome]) async -> Void) async {
    var nextClearing = clock.now
    for await _ in signal.wakes {
      do {
        while try await applyBatch(handle) {}
        if clock.now >= nextClearing {
          nextClearing = clock.now.advanced(by: .seconds(600))
          try await store.forgetDeliveries(before: clock.now.advanced(by: Duration.zero - Self.keptFor))
        }
      } catch {
        log.error("deliveries can't be applied; it is tried again", metadata: ["reason": "\(error)"])
        guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
        wake()
      }
    }
  }

  /// Applies the oldest deliveries; returns whether there may be more.
  private func applyBatch(_ handle: @Sendable ([UpdateOutcome]) async -> Void) async throws -> Bool {
    let deliveries = try await store.openDeliveries(limit: Self.batch)
    guard !deliveries.isEmpty else { return false }
    let contents = deliveries.map { delivery in
      guard let read = readers[delivery.channel] else {
        return DeliveryContent(delivery: delivery.id, updates: [], problem: "its channel is not configured any more")
      }
      let (updates, problem) = read(delivery)
      if let problem {
        log.notice(
          "a delivery holds what is not known", metadata: ["delivery": "\(delivery.id)", "what": "\(problem)"])
      }
      return DeliveryContent(delivery: delivery.id, updates: updates, problem: problem)
    }
    await handle(try await apply(contents))
    return deliveries.count == Self.batch
  }

  /// Applies them together, or one by one if that fails, so that one which can't be applied holds up no other.
  private func apply(_ contents: [DeliveryContent]) async throws -> [UpdateOutcome] {
    do {
      return try await store.apply(contents, at: clock.now)
    } catch {
      log.error("deliveries can't be applied together", metadata: ["reason": "\(error)"])
    }
    var outcomes: [UpdateOutcome] = []
    for content in contents {
      do {
        outcomes += try await store.apply([content], at: clock.now)
      } catch {
        log.error(
          "a delivery can't be applied; it is kept",
          metadata: ["delivery": "\(content.delivery)", "reason": "\(error)"])
        // If not even this can be stored it is the store that fails, and all is tried again.
        let problem = DeliveryContent(delivery: content.delivery, updates: [], problem: "can't be applied: \(error)")
        outcomes += try await store.apply([problem], at: clock.now)
      }
    }
    return outcomes
  }
}
