/// What a channel delivered to a webhook, as it came, kept before the channel is told that it arrived.
public struct Delivery: Sendable, Equatable {
  /// Its place among all deliveries; grows.
  public var id: Int64
  /// E.g. `whatsapp`.
  public var channel: String
  /// Which of our accounts may be meant, by the key that signed it.
  public var source: String
  /// The bytes that were signed.
  public var body: [UInt8]
  /// When it came.
  public var receivedAt: Timestamp
}

/// What one delivery turned out to say.
public struct DeliveryContent: Sendable {
  /// Which delivery.
  public var delivery: Int64
  /// What it says, in its order.
  public var updates: [ChannelUpdate]
  /// Why it, or a part of it, could not be understood; it is kept then.
  public var problem: String?

  /// The content of `delivery`.
  public init(delivery: Int64, updates: [ChannelUpdate], problem: String? = nil) {
    self.delivery = delivery
    self.updates = updates
    self.problem = problem
  }
}

/// One thing that a channel tells. Each may come more than once and in any order.
public enum ChannelUpdate: Sendable, Equatable {
  /// A customer wrote.
  case message(IncomingMessage)
  /// A message of ours has come so far.
  case status(StatusReport)
  /// A customer is known under another name from now on.
  case identityChanged(channel: String, from: CustomerIdentity, to: [CustomerIdentity], at: Timestamp)
  /// A customer changed what they had written.
  case edited(channel: String, message: String, text: String)
  /// A customer took back what they had written.
  case revoked(channel: String, message: String)
}

/// What a customer wrote.
public struct IncomingMessage: Sendable, Equatable {
  /// E.g. `whatsapp`.
  public var channel: String
  /// The account of ours that was written to.
  public var account: String
  /// The channel's id of it, by which it is known when it comes again.
  public var channelID: String
  /// The customer's names, the one to go by first.
  public var identities: [CustomerIdentity]
  /// The customer's name as the channel shows it.
  public var name: String?
  /// When it was sent, by the channel's clock.
  public var sentAt: Timestamp
  /// In the channel's word: `text`, `audio`, …
  public var kind: String
  /// Its words, if it has any.
  public var text: String
  /// What else there is to it, as JSON.
  public var detail: String?
  /// The channel's id of the message that it answers.
  public var replyTo: String?
  /// Whether something has to be said to it.
  public var wantsAnswer: Bool

  /// A message.
  public init(
    channel: String, account: String, channelID: String, identities: [CustomerIdentity], name: String? = nil,
    sentAt: Timestamp, kind: String, text: String = "", detail: String? = nil, replyTo: String? = nil,
    wantsAnswer: Bool = true
  ) {
    self.channel = channel
    self.account = account
    self.channelID = channelID
    self.identities = identities
    self.name = name
    self.sentAt = sentAt
    self.kind = kind
    self.text = text
    self.detail = detail
    self.replyTo = replyTo
    self.wantsAnswer = wantsAnswer
  }
}

/// How far a message of ours has come, as the channel reports it.
public struct StatusReport: Sendable, Equatable {
  /// E.g. `whatsapp`.
  public var channel: String
  /// The channel's id of the message.
  public var channelID: String
  /// Our own key, where the channel gives it back.
  public var key: String?
  /// How far.
  public var state: MessageState
  /// When, by the channel's clock.
  public var at: Timestamp
  /// The channel's number for what went wrong, if it failed.
  public var code: Int?
  /// What went wrong, in one line.
  public var failure: String?

  /// A report.
  public init(
    channel: String, channelID: String, key: String?, state: MessageState, at: Timestamp, code: Int? = nil,
    failure: String? = nil
  ) {
    self.channel = channel
    self.channelID = channelID
    self.key = key
    self.state = state
    self.at = at
    self.code = code
    self.failure = failure
  }
}

/// What an update turned out to be news of.
public enum UpdateOutcome: Sendable, Equatable {
  /// A new message of a customer; `wantsAnswer` says whether somebody has to answer it.
  case received(message: String, conversation: String, wantsAnswer: Bool)
  /// A message of ours has come further; `code` is the channel's number for a failure.
  case status(message: String, conversation: String, MessageState, code: Int?)
  /// A customer's message that is not answered yet says something else now.
  case changed(message: String, conversation: String)
  /// Two conversations turned out to be one customer's.
  case merged(conversation: String, into: String)
  /// Nothing new.
  case known
}
