/// Something that happened and is to be told.
public struct NewEvent: Sendable, Equatable {
  /// E.g. `evt_…`; by it whoever is told twice knows.
  public var id: String
  /// What, e.g. `call.answered`.
  public var type: String
  /// When.
  public var at: Timestamp
  /// In which conversation.
  public var conversation: String?
  /// In which call.
  public var call: String?
  /// What there is to say about it, as JSON.
  public var data: String

  /// An event; a name is made for it unless it has one.
  public init(
    id: String? = nil, type: String, at: Timestamp, conversation: String? = nil, call: String? = nil,
    data: String = "{}"
  ) {
    self.id = id ?? RecordID.make("evt", at: at)
    self.type = type
    self.at = at
    self.conversation = conversation
    self.call = call
    self.data = data
  }
}

/// An event that is stored.
public struct EventRecord: Sendable, Equatable {
  /// Its place among all events; grows, and is never given twice.
  public var sequence: Int64
  /// E.g. `evt_…`.
  public var id: String
  /// What.
  public var type: String
  /// When.
  public var at: Timestamp
  /// In which conversation.
  public var conversation: String?
  /// In which call.
  public var call: String?
  /// What there is to say about it, as JSON.
  public var data: String

  /// A stored event.
  public init(
    sequence: Int64, id: String, type: String, at: Timestamp, conversation: String? = nil, call: String? = nil,
    data: String
  ) {
    self.sequence = sequence
    self.id = id
    self.type = type
    self.at = at
    self.conversation = conversation
    self.call = call
    self.data = data
  }
}
