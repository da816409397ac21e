import JSON
import Settings
package import Store

/// The log in the store.
package struct StoredEventLog: EventLog {
  /// How many events are looked at for one page, however few of them are wanted.
  private static let furthest = 5000

  package let book: any EventBook

  /// The log in `book`.
  package init(book: any EventBook) {
    self.book = book
  }

  package func append(_ events: [LoggedEvent], at now: Timestamp) async throws(StoreError) {
    try await book.append(
      events.map(\.stored), webhooks: events.flatMap(\.webhooks), calls: events.compactMap(\.call), at: now)
  }

  package func page(after id: String?, _ filter: EventFilter, limit: Int) async throws(StoreError) -> EventPage {
    let types = filter.types.map { Set($0.map(\.rawValue)) }
    let stretch = max(1, limit)
    var page = EventPage(events: [], last: nil, isEnd: false)
    var position: Int64?
    var looked = 0
    while page.events.count < stretch, looked < Self.furthest, !page.isEnd {
      let records =
        if let position {
          try await book.events(after: position, limit: stretch, types: types)
        } else {
          try await book.events(after: id, limit: stretch, types: types)
        }
      position = records.last?.sequence ?? position
      page.last = records.last?.id ?? page.last
      page.isEnd = records.count < stretch
      page.events += records.compactMap { AssistEvent($0) }.filter(filter.admits)
      looked += records.count
    }
    return page
  }
}

extension LoggedEvent {
  /// The event as it is stored.
  package var stored: NewEvent {
    NewEvent(
      id: event.id, type: event.type.rawValue, at: event.at, conversation: event.conversation, call: event.call,
      data: event.data.text)
  }

  /// What is to be posted of it.
  package var webhooks: [NewWebhook] {
    guard !endpoints.isEmpty else { return [] }
    let body = event.json.text
    return endpoints.map { NewWebhook(endpoint: $0, event: event.id, body: body) }
  }
}

extension AssistEvent {
  /// An event as it is stored; nil for one of another version of this program.
  package init?(_ record: EventRecord) {
    guard let type = AssistEventType(rawValue: record.type), let data = JSONValue(Array(record.data.utf8)) else {
      return nil
    }
    self.init(
      id: record.id, type: type, at: record.at, conversation: record.conversation, call: record.call, data: data)
  }
}
