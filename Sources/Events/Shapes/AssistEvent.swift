package import JSON
package import Settings
package import Store

/// Something that happened, as it leaves the program: on `/v1/events`, to webhooks and over Socket.IO. Texts of customers
/// are in it, since it goes to those who may read them; it is never logged.
package struct AssistEvent: Sendable, Equatable {
  /// E.g. `evt_…`; names sort by time.
  package var id: String
  package var type: AssistEventType
  package var at: Timestamp
  /// In which conversation, where it is known.
  package var conversation: String?
  /// On which call.
  package var call: String?
  /// As `AssistEventType.data` has it.
  package var data: JSONValue

  /// A new event.
  package init(
    _ type: AssistEventType, at: Timestamp, conversation: String? = nil, call: String? = nil, data: JSONValue = [:]
  ) {
    self.init(
      id: RecordID.make("evt", at: at), type: type, at: at, conversation: conversation, call: call, data: data)
  }

  /// An event that has a name already.
  package init(
    id: String, type: AssistEventType, at: Timestamp, conversation: String?, call: String?, data: JSONValue
  ) {
    self.id = id
    self.type = type
    self.at = at
    self.conversation = conversation
    self.call = call
    self.data = data
  }

  /// As it goes out. `call` is left out where there is none.
  package var json: JSONValue {
    var fields: [String: JSONValue] = [
      "id": .string(id), "type": .string(type.rawValue), "at": .string(at.text),
      "conversation": JSONValue(conversation), "data": data,
    ]
    if let call { fields["call"] = .string(call) }
    return .object(fields)
  }
}

/// Which events somebody wants.
package struct EventFilter: Sendable, Equatable {
  /// Nil for all.
  package var types: Set<AssistEventType>?
  /// Nil for all.
  package var conversation: String?

  /// All of them.
  package static let all = EventFilter()

  package func admits(_ event: AssistEvent) -> Bool {
    (types?.contains(event.type) ?? true) && (conversation == nil || conversation == event.conversation)
  }
}
