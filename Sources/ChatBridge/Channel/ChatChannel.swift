public import Store

/// One account of ours on a messaging service. Everything above it speaks in these terms, whichever service it is.
public protocol ChatChannel: Sendable {
  /// The service's name in conversations and events, e.g. `whatsapp`.
  var name: String { get }
  /// The account's name on the service, e.g. WhatsApp's phone number id.
  var account: String { get }
  /// What it can show.
  var limits: ChannelLimits { get }
  /// Sends a message and returns the service's id for it, which says that it was taken and no more. The same `key` may be
  /// given again after a failure.
  func send(_ message: ChannelMessage) async throws(ChatError) -> String
  /// The bytes of what a customer sent, at most `limit` of them (else `tooLarge`).
  func fetch(_ media: MediaReference, limit: Int) async throws(ChatError) -> [UInt8]
  /// What the service's number for a failure that it reports afterwards means.
  func failureKind(_ code: Int?) -> ChatError.Kind
  /// Shows the customer that message `id` was read and an answer is being written. Shown for some 25 seconds.
  func showTyping(for id: String) async throws(ChatError)
}

/// What a channel can show of a message. Characters are UTF-16 units: no service counts more than these.
public struct ChannelLimits: Sendable, Equatable {
  /// Characters of a text.
  public var text: Int
  /// Characters of a text with buttons under it.
  public var textWithButtons: Int
  /// Characters of a text with a list under it.
  public var textWithList: Int
  /// Buttons under a text; 0 where there are none. What does not fit is written as a numbered list.
  public var buttons: Int
  /// Rows of a list; 0 where there are none.
  public var listRows: Int
  /// Characters on a button.
  public var buttonTitle: Int
  /// Characters in the title of a list's row.
  public var rowTitle: Int
  /// Characters in the description of a list's row.
  public var rowDescription: Int
  /// Bytes of a recording that is still shown as a voice note.
  public var voiceNote: Int
  /// How long after a customer's last message anything may be written to them.
  public var window: Duration

  /// WhatsApp's.
  public static let whatsApp = ChannelLimits(
    text: 4096, textWithButtons: 1024, textWithList: 4096, buttons: 3, listRows: 10, buttonTitle: 20, rowTitle: 24,
    rowDescription: 72, voiceNote: 512 << 10, window: .seconds(24 * 3600))
}

/// A message as a channel's adapter sends it.
public struct ChannelMessage: Sendable, Equatable {
  /// Ours: the service gives it back in its reports where it can.
  public var key: String
  /// To whom.
  public var recipient: ChatThread
  /// The service's id of the message that it answers.
  public var replyTo: String?
  /// What it is.
  public var content: OutgoingContent
  /// The sound of a voice note.
  public var sound: StoredMedia?

  /// A message.
  public init(
    key: String, recipient: ChatThread, replyTo: String? = nil, content: OutgoingContent, sound: StoredMedia? = nil
  ) {
    self.key = key
    self.recipient = recipient
    self.replyTo = replyTo
    self.content = content
    self.sound = sound
  }
}

/// Where something that a customer sent lies.
public struct MediaReference: Sendable, Equatable, Codable {
  /// The service's id of it.
  public var id: String
  /// Its address, where the service gives that instead.
  public var url: String?
  /// What the service says it is; the bytes decide.
  public var mimeType: String
  /// A document's name.
  public var name: String?

  /// A place.
  public init(id: String, url: String? = nil, mimeType: String, name: String? = nil) {
    self.id = id
    self.url = url
    self.mimeType = mimeType
    self.name = name
  }
}
