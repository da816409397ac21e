public import VoicePipeline

/// Where a chat takes place and with whom.
public struct ChatAddress: Sendable, Hashable {
  /// The channel's name, e.g. `whatsapp`.
  public var channel: String
  /// The account of ours that the customer wrote to (WhatsApp's phone number id).
  public var account: Private<String>
  /// The customer, as the channel names them (WhatsApp's `wa_id`).
  public var customer: Private<String>

  /// An address.
  public init(channel: String, account: String, customer: String) {
    self.channel = channel
    self.account = Private(account)
    self.customer = Private(customer)
  }
}

/// What a customer sent.
public struct InboundMessage: Sendable, Equatable {
  /// What it holds.
  public enum Content: Sendable, Equatable {
    /// Words.
    case text(Private<String>)
    /// A recording; `media` names it to `ChatChannel.fetch`.
    case voiceNote(media: String)
    /// A tap on one of the buttons that were offered; `title` is what the customer saw.
    case choice(id: String, title: Private<String>)
    /// A picture, a document, a place: `kind` is the channel's word, `caption` what was written beside it.
    case attachment(kind: String, media: String?, caption: Private<String>?)
    /// Something that this version does not know; `kind` is the channel's word.
    case unsupported(kind: String)
  }

  /// The channel's id. Channels deliver more than once, so it also tells what has been seen.
  public var id: String
  /// From whom, and to which account.
  public var address: ChatAddress
  /// When it was sent, in seconds since 1970, by the channel's clock.
  public var sentAt: Int64
  /// The id of the message that it answers, if it quotes one.
  public var replyTo: String?
  /// What it holds.
  public var content: Content

  /// A message.
  public init(id: String, address: ChatAddress, sentAt: Int64, replyTo: String? = nil, content: Content) {
    self.id = id
    self.address = address
    self.sentAt = sentAt
    self.replyTo = replyTo
    self.content = content
  }
}

/// What is sent to a customer.
public struct OutboundMessage: Sendable, Equatable {
  /// What it holds.
  public enum Content: Sendable, Equatable {
    /// Words.
    case text(Private<String>)
    /// A recording: Ogg Opus, mono.
    case voiceNote([UInt8])
    /// Words with buttons under them, at most as many as the channel takes.
    case choices(Private<String>, [Choice])
    /// A text that the channel's operator has approved beforehand, the only thing that may be sent once the customer
    /// service window has closed.
    case template(name: String, language: String, values: [Private<String>])
  }

  /// A button.
  public struct Choice: Sendable, Equatable {
    /// Comes back in `InboundMessage.Content.choice`.
    public var id: String
    /// What the customer sees.
    public var title: String

    /// A button.
    public init(id: String, title: String) {
      self.id = id
      self.title = title
    }
  }

  /// Ours, the same on every attempt: who sends it again after a failure sends it once.
  public var key: String
  /// To whom, and from which account.
  public var address: ChatAddress
  /// The id of the message that it answers.
  public var replyTo: String?
  /// What it holds.
  public var content: Content

  /// A message.
  public init(key: String, address: ChatAddress, replyTo: String? = nil, content: Content) {
    self.key = key
    self.address = address
    self.replyTo = replyTo
    self.content = content
  }

  /// Whether it may be sent although the customer service window has closed.
  public var mayOpenConversation: Bool {
    if case .template = content { true } else { false }
  }
}

/// How far a sent message has come. It only ever goes forward: a channel may report out of order.
public enum DeliveryStatus: Int, Sendable, Comparable {
  /// The channel has it.
  case accepted
  /// It is on its way.
  case sent
  /// The customer's device has it.
  case delivered
  /// The customer has seen it.
  case read
  /// The customer has listened to it.
  case played
  /// It will not arrive.
  case failed

  /// By progress; a failure ends it.
  public static func < (first: DeliveryStatus, second: DeliveryStatus) -> Bool { first.rawValue < second.rawValue }

  /// Takes in what a channel reports. Returns whether it changed anything.
  public mutating func advance(to next: DeliveryStatus) -> Bool {
    // What a device has can't fail any more.
    if next == .failed, self >= .delivered { return false }
    guard next > self else { return false }
    self = next
    return true
  }
}
