import FoundationEssentials
import Store
public import VoicePipeline

/// What a message to a customer is. Kept in the outbox as JSON.
public enum OutgoingContent: Sendable, Equatable, Codable {
  /// Words.
  case text(String)
  /// Words with buttons under them, or a list behind a button named `open`.
  case choices(String, [ReplyChoice], open: String)
  /// Words that end with a numbered list of the choices, where there are no buttons: a number chooses.
  case numbered(String, [ReplyChoice])
  /// A recording, which lies beside; `transcript` is what is said in it, sent instead when the recording can't be.
  case voiceNote(transcript: String)
  /// A text that the service has approved beforehand, the only thing that may be sent when the customer service window
  /// is closed.
  case template(name: String, language: String, values: [String])

  /// In one word, as messages are called on the channel.
  public var kind: String {
    switch self {
    case .text, .numbered: "text"
    case .choices: "interactive"
    case .voiceNote: "audio"
    case .template: "template"
    }
  }

  /// The words in it.
  public var text: String {
    switch self {
    case .text(let text), .choices(let text, _, open: _), .numbered(let text, _), .voiceNote(let text): text
    case .template(_, _, let values): values.joined(separator: " ")
    }
  }

  /// Whether it may be sent although the customer service window is closed.
  public var opensConversation: Bool {
    if case .template = self { true } else { false }
  }

  /// As it is kept.
  public var payload: String {
    // Strings and arrays of them can't fail to encode.
    (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// From how it was kept; nil if another version wrote it.
  public init?(payload: String) {
    guard let content = try? JSONDecoder().decode(OutgoingContent.self, from: Data(payload.utf8)) else { return nil }
    self = content
  }
}

extension OutgoingMessage {
  /// What is kept of `content`, under a key of its own.
  init(
    _ content: OutgoingContent, to thread: ChatThread, as author: MessageAuthor, at now: Timestamp,
    media: StoredMedia? = nil
  ) {
    self.init(
      key: RecordID.make("msg", at: now), thread: thread, author: author, kind: content.kind, text: content.text,
      payload: content.payload, media: media)
  }
}
