/// What is said to a customer on a messaging channel: stored, and put into the outbox, in one step.
public struct OutgoingMessage: Sendable, Equatable {
  /// Our own name for it, e.g. `msg_…`, the same on every attempt to send it.
  public var key: String
  /// Where.
  public var thread: ChatThread
  /// Who says it.
  public var author: MessageAuthor
  /// Which person, if one does.
  public var person: String?
  /// `text`, `audio`, `interactive`, `template`.
  public var kind: String
  /// Its words.
  public var text: String
  /// What the channel's adapter needs to send it, in a form of its own (JSON).
  public var payload: String
  /// The sound that goes with it; stored with it.
  public var media: StoredMedia?
  /// The channel's id of the message that it answers.
  public var replyTo: String?

  /// A message.
  public init(
    key: String, thread: ChatThread, author: MessageAuthor, person: String? = nil, kind: String, text: String,
    payload: String, media: StoredMedia? = nil, replyTo: String? = nil
  ) {
    self.key = key
    self.thread = thread
    self.author = author
    self.person = person
    self.kind = kind
    self.text = text
    self.payload = payload
    self.media = media
    self.replyTo = replyTo
  }
}

/// The answer to some messages of a customer.
public struct Answer: Sendable {
  /// Names the answer, so that it can be withdrawn.
  public var id: String
  /// In which conversation.
  public var conversation: String
  /// The epoch under which it was worked out.
  public var epoch: Int64
  /// The messages that it answers, by our names.
  public var answered: [String]
  /// What is sent, in order.
  public var messages: [OutgoingMessage]
  /// What the dialogue keeps from now on; nil leaves it.
  public var memory: String?
  /// What is kept to know when a person is wanted; nil leaves it.
  public var watch: String?
  /// Why a person is wanted, if one is.
  public var escalation: NewEscalation?
  /// Whether it stands although the customer has written more: someone who never stops writing is answered, too.
  public var allowsMore: Bool

  /// An answer.
  public init(
    id: String, conversation: String, epoch: Int64, answered: [String], messages: [OutgoingMessage],
    memory: String? = nil, watch: String? = nil, escalation: NewEscalation? = nil, allowsMore: Bool = false
  ) {
    self.id = id
    self.conversation = conversation
    self.epoch = epoch
    self.answered = answered
    self.messages = messages
    self.memory = memory
    self.watch = watch
    self.escalation = escalation
    self.allowsMore = allowsMore
  }
}

/// What became of an answer.
public enum AnswerOutcome: Sendable, Equatable {
  /// It is stored and will be sent.
  case committed
  /// The customer has written more meanwhile: begin anew.
  case superseded
  /// Somebody else answers this customer now, or the answer was given already.
  case obsolete
}
