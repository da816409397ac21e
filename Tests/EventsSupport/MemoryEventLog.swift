import Coordination
package import Events
package import Store

/// A log in memory that can be made to fail, and that lets others in between its steps as a real one does.
package final class MemoryEventLog: EventLog {

  package init() {
  }
  private struct State {
    package var events: [AssistEvent] = []
    package var deliveries: [(event: String, endpoint: String)] = []
    package var fails = false
    package var steps = 0
    package var observe: EventObserver?
  }
  private let state = Locked(State())

  package var events: [AssistEvent] { state.withLock { $0.events } }
  package var deliveries: [(event: String, endpoint: String)] { state.withLock { $0.deliveries } }
  package var steps: Int { state.withLock { $0.steps } }
  /// Has `body` hear of what is stored, as a store has.
  package func observe(_ body: @escaping EventObserver) { state.withLock { $0.observe = body } }
  package func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

  package func append(_ events: [LoggedEvent], at now: Timestamp) async throws(StoreError) {
    await Task.yield()
    let (records, observe) = try state.withLock { state throws(StoreError) in
      state.steps += 1
      if state.fails { throw .failed("the disk is full") }
      var records: [EventRecord] = []
      for logged in events where !state.events.contains(where: { $0.id == logged.event.id }) {
        state.events.append(logged.event)
        state.deliveries += logged.endpoints.map { (logged.event.id, $0) }
        let event = logged.stored
        records.append(
          EventRecord(
            sequence: Int64(state.events.count), id: event.id, type: event.type, at: event.at,
            conversation: event.conversation, call: event.call, data: event.data))
      }
      return (records, state.observe)
    }
    if !records.isEmpty { observe?(records) }
    await Task.yield()
  }

  package func page(after id: String?, _ filter: EventFilter, limit: Int) async throws(StoreError) -> EventPage {
    await Task.yield()
    let page = state.withLock { state in
      // A full disk can still be read.
      let start = id.flatMap { id in state.events.firstIndex { $0.id == id } }.map { $0 + 1 } ?? 0
      let stretch = state.events[start...].prefix(limit)
      return EventPage(
        events: stretch.filter(filter.admits), last: stretch.last?.id,
        isEnd: start + stretch.count == state.events.count)
    }
    await Task.yield()
    return page
  }
}
