/// What a conversation itself holds: whose it is and what is kept with it, but for its customer and its threads, which a
/// `ConversationRecord` has, too.
public struct ConversationState: Sendable, Equatable {
  /// E.g. `conv_…`.
  public var id: String
  /// With whom, by the customer's name in the store.
  public var customer: String
  /// Who answers.
  public var owner: ConversationOwner
  /// Which person, while one does.
  public var person: String?
  /// Grows whenever the owner changes.
  public var epoch: Int64
  /// What the dialogue keeps, in its own form.
  public var memory: String?
  /// What is kept to know when a person is wanted, in a form of its own (JSON).
  public var watch: String?
  /// Words that people have put on it.
  public var tags: [String]
  /// The conversation that it became a part of, when two customers turned out to be one.
  public var mergedInto: String?
  /// When it began.
  public var createdAt: Timestamp
  /// When something last happened.
  public var updatedAt: Timestamp

  /// A conversation with `customer` that begins now, with the assistant.
  public init(id: String, customer: String, at now: Timestamp) {
    self.init(id: id, customer: customer, owner: .assistant, epoch: 0, tags: [], createdAt: now, updatedAt: now)
  }

  /// A conversation as it stands.
  public init(
    id: String, customer: String, owner: ConversationOwner, person: String? = nil, epoch: Int64, memory: String? = nil,
    watch: String? = nil, tags: [String], mergedInto: String? = nil, createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.customer = customer
    self.owner = owner
    self.person = person
    self.epoch = epoch
    self.memory = memory
    self.watch = watch
    self.tags = tags
    self.mergedInto = mergedInto
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  /// Something happened at `now`, or a clock that was set back says so.
  mutating func touch(at now: Timestamp) { updatedAt = max(updatedAt, now) }
}
