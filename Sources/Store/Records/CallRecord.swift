/// A telephone call.
public struct CallRecord: Sendable, Equatable {
  /// Who began it.
  public enum Direction: String, Sendable, Codable {
    /// The customer.
    case inbound
    /// We.
    case outbound
  }

  /// E.g. `call_…`.
  public var id: String
  /// Of which conversation; nil for calls that no assistant took.
  public var conversation: String?
  /// SIP's Call-ID.
  public var sipCallID: String
  /// Who began it.
  public var direction: Direction
  /// The calling user or number.
  public var from: String
  /// The called user or number.
  public var to: String
  /// The assistant's name.
  public var assistant: String?
  /// What the one who placed it through the API wanted kept with it, as JSON.
  public var metadata: String?
  /// When it came in or was placed.
  public var startedAt: Timestamp
  /// When it was answered.
  public var answeredAt: Timestamp?
  /// When it ended.
  public var endedAt: Timestamp?
  /// Why it ended, in one line.
  public var reason: String?
  /// What was measured of its media, as JSON.
  public var media: String?
  /// Where its sound is kept: the path of a WAV file.
  public var recording: String?
  /// How long that is, in seconds.
  public var recordingSeconds: Double?

  /// A call that has begun.
  public init(
    id: String, conversation: String? = nil, sipCallID: String, direction: Direction, from: String, to: String,
    assistant: String? = nil, metadata: String? = nil, startedAt: Timestamp, answeredAt: Timestamp? = nil,
    endedAt: Timestamp? = nil, reason: String? = nil, media: String? = nil, recording: String? = nil,
    recordingSeconds: Double? = nil
  ) {
    self.id = id
    self.conversation = conversation
    self.sipCallID = sipCallID
    self.direction = direction
    self.from = from
    self.to = to
    self.assistant = assistant
    self.metadata = metadata
    self.startedAt = startedAt
    self.answeredAt = answeredAt
    self.endedAt = endedAt
    self.reason = reason
    self.media = media
    self.recording = recording
    self.recordingSeconds = recordingSeconds
  }
}

/// Something said in a call.
public struct SpokenMessage: Sendable, Equatable {
  /// Of which conversation.
  public var conversation: String
  /// In which call.
  public var call: String
  /// Who said it.
  public var author: MessageAuthor
  /// Which person, if one did.
  public var person: String?
  /// The words; of the assistant only what was heard.
  public var text: String
  /// When.
  public var at: Timestamp

  /// Something said.
  public init(
    conversation: String, call: String, author: MessageAuthor, person: String? = nil, text: String, at: Timestamp
  ) {
    self.conversation = conversation
    self.call = call
    self.author = author
    self.person = person
    self.text = text
    self.at = at
  }
}
