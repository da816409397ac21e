import Coordination
import Foundation
import Logging
import Store

@testable import Desk

/// A clock that a test sets. Who sleeps wakes when it is set on.
final class StandInDeskClock: TimestampClock {
  private struct State {
    var now: Timestamp
    var sleepers: [Int: (until: Timestamp, wake: CheckedContinuation<Void, Never>)] = [:]
    var cancelled: Set<Int> = []
    var count = 0
  }
  private let state: Locked<State>

  init(_ now: Timestamp) { state = Locked(State(now: now)) }

  var now: Timestamp { state.withLock { $0.now } }

  /// How many sleep.
  var sleeping: Int { state.withLock { $0.sleepers.count } }

  /// It is `time` now.
  func set(_ time: Timestamp) {
    let woken = state.withLock { state in
      state.now = max(state.now, time)
      let due = state.sleepers.filter { $0.value.until <= state.now }
      for key in due.keys { state.sleepers[key] = nil }
      return due.values.map(\.wake)
    }
    for wake in woken { wake.resume() }
  }

  func sleep(until time: Timestamp) async throws {
    let key = state.withLock { state in
      state.count += 1
      return state.count
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if state.cancelled.remove(key) != nil || state.now >= time { return true }
          state.sleepers[key] = (time, continuation)
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      let wake = state.withLock { state in
        if let sleeper = state.sleepers.removeValue(forKey: key) { return sleeper.wake as Optional }
        state.cancelled.insert(key)
        return nil
      }
      wake?.resume()
    }
    try Task.checkCancellation()
  }
}

/// Events in the form in which a test compares them.
extension DeskEvent {
  var line: String {
    switch self {
    case .offered(let record): "offered \(record.reason) to \(record.offeredTo ?? "nobody")"
    case .offerExpired(let record, let person, let end): "\(end.rawValue) \(record.reason) by \(person)"
    case .claimed(let record, let from):
      "claimed \(record.reason) by \(record.person ?? "nobody")" + (from.map { " from \($0)" } ?? "")
    case .released(let record, let person, let target, let reason):
      "\(reason.rawValue) \(record.reason) by \(person) to \(target.rawValue)"
    case .resolved(let record): "resolved \(record.reason)"
    case .overdue(let record, let target): "overdue \(record.reason) \(target.rawValue)"
    case .callbackScheduled(let record): "callback \(record.reason)"
    case .callbackDue(let record): "due \(record.reason)"
    case .reminded(let record, let person, _): "reminded \(person) of \(record.reason)"
    case .presenceChanged(let people):
      "people " + people.map { "\($0.person.username):\($0.status.rawValue):\($0.load)" }.joined(separator: " ")
    case .queueChanged(let places): "queue \(places.count)"
    case .ownerChanged(let conversation):
      "owner \(conversation.owner.rawValue)" + (conversation.person.map { " \($0)" } ?? "")
    }
  }
}

/// Counts what is asked of a layer.
final class CountingLayer: RowLayer {
  private let inner: SQLiteLayer
  private let counts = Locked((reads: 0, steps: 0))

  init(inner: SQLiteLayer) { self.inner = inner }

  /// How often was read and written since this was last asked.
  func asked() -> (reads: Int, steps: Int) {
    counts.withLock { counts in
      defer { counts = (0, 0) }
      return counts
    }
  }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any Rows) throws -> Value
  ) async throws(StoreError) -> Value {
    counts.withLock { $0.reads += 1 }
    return try await inner.read(body)
  }

  func transaction<Value: Sendable>(
    _ body: @escaping @Sendable (any WritableRows) throws -> Value, whenDurable: @escaping @Sendable (Value) -> Void
  ) async throws(StoreError) -> Value {
    counts.withLock { $0.steps += 1 }
    return try await inner.transaction(body, whenDurable: whenDurable)
  }

  func close() async throws(StoreError) { try await inner.close() }
}

/// A desk with three people (`ana` and `ben`, and `sue`, a supervisor who is offered nothing), its store, and a clock that
/// stands still.
final class DeskBench: Sendable {
  let store: RowStore
  /// What is asked of the rows.
  let layer: CountingLayer
  let clock: StandInDeskClock
  private let settings: DeskSettings
  private let folder: URL
  private let numbers = Locked<[String: String]>([:])
  private let events = Locked<[DeskEvent]>([])
  /// Who got conversations; apart, since each of these goes with an event that says why.
  private let owners = Locked<[DeskEvent]>([])
  private let current: Locked<Desk>

  var desk: Desk { current.withLock { $0 } }

  init(_ settings: DeskSettings = DeskSettings(), at start: Timestamp = Timestamp(seconds: 1_800_000_000)) throws {
    self.settings = settings
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("desk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    layer = CountingLayer(inner: try SQLiteLayer(path: folder.appendingPathComponent("store.sqlite").path))
    store = RowStore(layer)
    clock = StandInDeskClock(start)
    current = Locked(Self.desk(store, settings, clock, events, owners))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private static func desk(
    _ store: RowStore, _ settings: DeskSettings, _ clock: StandInDeskClock, _ events: Locked<[DeskEvent]>,
    _ owners: Locked<[DeskEvent]>
  ) -> Desk {
    Desk(
      book: store,
      people: [
        Person(username: "ana"), Person(username: "ben"), Person(username: "sue", role: .supervisor, capacity: 0),
      ], settings: settings, clock: clock, log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
      observe: { event in
        if case .ownerChanged = event { return owners.withLock { $0.append(event) } }
        events.withLock { $0.append(event) }
      })
  }

  /// The process ends and another begins.
  func restart() {
    let new = Self.desk(store, settings, clock, events, owners)
    current.withLock { $0 = new }
  }

  /// People come to work; what is told of it is not kept.
  func arrive(_ names: String...) async {
    for name in names { await desk.connected(name, connection: name) }
    await desk.look()
    events.withLock { events in
      events.removeAll { if case .presenceChanged = $0 { true } else { false } }
    }
  }

  /// A customer wants a person. Returns the escalation, whose reason is `name`.
  @discardableResult
  func want(_ name: String, priority: Int? = nil, looks: Bool = true) async throws -> String {
    let conversation = try await conversation(name)
    let wish = NewEscalation(reason: name, channel: "whatsapp", priority: priority ?? 3)
    guard let record = try await store.escalate(conversation.id, wish, at: clock.now) else { throw DeskError.unknown }
    if looks { await desk.look() }
    return record.id
  }

  /// A person writes to the customer who wanted them as `name`.
  func reply(_ name: String, by person: String) async throws {
    try await desk.personReplied(in: try await conversation(name).id, by: person)
  }

  /// Who has the conversation of `name`, and which person.
  func owner(_ name: String) async throws -> String {
    let record = try await conversation(name)
    return record.owner.rawValue + (record.person.map { " \($0)" } ?? "")
  }

  /// The conversation of `name`, made if there is none.
  func conversation(_ name: String) async throws -> ConversationRecord {
    let number = numbers.withLock { numbers in
      let number = numbers[name] ?? "3460000\(1000 + numbers.count)"
      numbers[name] = number
      return number
    }
    return try await store.conversation(with: [CustomerIdentity(.phone, number)], name: name, at: clock.now)
  }

  /// Seconds go by.
  func pass(_ seconds: Int64) { clock.set(clock.now.advanced(by: .seconds(seconds))) }

  /// What was told since this was last asked.
  func news() async -> [String] {
    events.withLock { events in
      defer { events = [] }
      return events.map(\.line)
    }
  }

  /// Who got conversations since this was last asked.
  func newOwners() -> [String] {
    owners.withLock { owners in
      defer { owners = [] }
      return owners.map(\.line)
    }
  }

  /// Waits for something to be told, after what this was last called for.
  func until(_ line: String) async {
    while true {
      let isTold = events.withLock { events in
        guard let index = events.firstIndex(where: { $0.line == line }) else { return false }
        events.removeFirst(index + 1)
        return true
      }
      if isTold { return }
      guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return }
    }
  }
}
