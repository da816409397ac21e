/// Whose turn it is to answer a customer.
public enum ConversationOwner: String, Sendable, Codable {
  /// The assistant.
  case assistant
  /// A person is wanted and none has come yet.
  case queue
  /// A person.
  case person
}

/// All that was ever said with one customer, on every channel.
public struct ConversationRecord: Sendable, Equatable {
  /// E.g. `conv_…`.
  public var id: String
  /// With whom.
  public var customer: Customer
  /// Who answers.
  public var owner: ConversationOwner
  /// Which person, while one does.
  public var person: String?
  /// Grows whenever the owner changes: what was worked out under an older one is thrown away.
  public var epoch: Int64
  /// What the dialogue keeps, in its own form.
  public var memory: String?
  /// What is kept to know when a person is wanted, in a form of its own (JSON).
  public var watch: String?
  /// Words that people have put on it.
  public var tags: [String] = []
  /// When it began.
  public var createdAt: Timestamp
  /// When something last happened.
  public var updatedAt: Timestamp
  /// Where the customer can be written to.
  public var threads: [ChatThread]
}

/// Which conversations are meant; what is nil says nothing.
public struct ConversationFilter: Sendable, Equatable {
  /// Whose turn it is.
  public var owner: ConversationOwner?
  /// Which person has it.
  public var person: String?
  /// Where the customer was ever met: `phone`, or a messaging channel's name.
  public var channel: String?
  /// A word that is on it.
  public var tag: String?
  /// Those named, or what they became a part of.
  public var ids: Set<String>?
  /// All but those named, or what they became a part of.
  public var excluding: Set<String>?

  /// All conversations of which everything given holds.
  public init(
    owner: ConversationOwner? = nil, person: String? = nil, channel: String? = nil, tag: String? = nil,
    ids: Set<String>? = nil, excluding: Set<String>? = nil
  ) {
    self.owner = owner
    self.person = person
    self.channel = channel
    self.tag = tag
    self.ids = ids
    self.excluding = excluding
  }
}

/// A conversation's place on one account of a messaging channel.
public struct ChatThread: Sendable, Equatable {
  /// E.g. `whatsapp`.
  public var channel: String
  /// The account of ours, as the channel names it (WhatsApp's phone number id).
  public var account: String
  /// The customer's number on the channel in digits, if it is known.
  public var phone: String?
  /// The customer's user id on the channel, if it is known.
  public var user: String?
  /// When the customer last wrote or called there.
  public var lastCustomerAt: Timestamp?

  /// A place.
  public init(channel: String, account: String, phone: String?, user: String?, lastCustomerAt: Timestamp? = nil) {
    self.channel = channel
    self.account = account
    self.phone = phone
    self.user = user
    self.lastCustomerAt = lastCustomerAt
  }
}
