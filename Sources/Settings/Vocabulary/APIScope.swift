/// What a caller of the API may do.
package enum APIScope: String, Sendable, CaseIterable {
  case readCalls = "calls:read"
  case writeCalls = "calls:write"
  case readConversations = "conversations:read"
  /// Write to customers, take over and give back.
  case writeConversations = "conversations:write"
  case readEscalations = "escalations:read"
  case writeEscalations = "escalations:write"
  case readEvents = "events:read"
  case readPeople = "people:read"
  case writePeople = "people:write"
  case readStatistics = "statistics:read"
  /// Listen to live calls, tell assistants what to do, take from others.
  case supervise
  /// Sessions, the audit log, webhooks.
  case administer

  /// What an agent at the console may do: the work itself.
  package static let agent: Set<APIScope> = [
    .readCalls, .writeCalls, .readConversations, .writeConversations, .readEscalations, .writeEscalations, .readEvents,
    .readPeople, .writePeople,
  ]
}
