/// Where conversations are kept: what every engine has to do. Each method is one step: it happens wholly or not at all,
/// and what it changed survives the end of the process once it has returned.
///
/// The parts are by who needs them: a webhook needs a `DeliveryInbox` and nothing else. A step that changes conversations,
/// escalations, messages or calls can tell of it, in the same step: see `Announcing`.
public protocol Storage: DeliveryInbox, ConversationDirectory, AnswerBook, Outbox, CallBook, MediaShelf, RequestBook,
  EscalationBook, SessionBook, AuditBook, EventBook, WebhookBook, RetentionBook
{
  /// Ends its work in good order. It can't be used after.
  func close() async
}

/// Takes what channels deliver, and turns it into messages once.
public protocol DeliveryInbox: Announcing {
  /// Keeps a delivery as it came.
  func keep(channel: String, source: String, body: [UInt8], at now: Timestamp) async throws(StoreError) -> Int64
  /// The oldest deliveries that have not been applied, at most `limit`.
  func openDeliveries(limit: Int) async throws(StoreError) -> [Delivery]
  /// Takes in what deliveries say, each update once however often it comes, and closes them. Outcomes are in the order
  /// of the updates.
  func apply(_ contents: [DeliveryContent], at now: Timestamp) async throws(StoreError) -> [UpdateOutcome]
  /// Throws away deliveries that were applied without a problem before `time`.
  func forgetDeliveries(before time: Timestamp) async throws(StoreError)
}

/// Who the customers are and what was said.
public protocol ConversationDirectory: Announcing {
  /// A conversation, or the one that it was merged into.
  func conversation(_ id: String) async throws(StoreError) -> ConversationRecord?
  /// The conversation with whoever has one of `identities` (the first that is known decides), made if there is none.
  func conversation(
    with identities: [CustomerIdentity], name: String?, at now: Timestamp
  ) async throws(StoreError) -> ConversationRecord
  /// Conversations by their last change, the newest first, those changed before `cursor`.
  func conversations(
    _ filter: ConversationFilter, before cursor: (updatedAt: Timestamp, id: String)?, limit: Int
  ) async throws(StoreError) -> [ConversationRecord]
  /// What was said in a conversation, the newest first, before the message at `sequence`.
  func messages(
    of conversation: String, before sequence: Int64?, limit: Int
  ) async throws(StoreError) -> [MessageRecord]
  /// A message by our name for it.
  func message(_ id: String) async throws(StoreError) -> MessageRecord?
  /// The message that a channel knows by this id.
  func message(channel: String, channelID: String) async throws(StoreError) -> MessageRecord?
  /// Notes what a message turned out to say (a transcript), and the media that came with it.
  func understood(
    message: String, text: String?, detail: String?, media: StoredMedia?, at now: Timestamp
  ) async throws(StoreError)
  /// Puts words on a conversation, in place of those that were there.
  func tag(_ conversation: String, _ tags: [String]) async throws(StoreError)
  /// Gives a conversation to another owner, if it is still in `epoch` (any if nil). Returns the new epoch, or nil. The
  /// escalation goes with it: a person has claimed it, the queue waits with it (with a new one if there is none), the
  /// assistant needs none any more, and `note` is what whoever had it says to that.
  func assign(
    _ conversation: String, to owner: ConversationOwner, person: String?, note: String?, ifEpoch epoch: Int64?,
    at now: Timestamp
  ) async throws(StoreError) -> Int64?
}

/// Which messages of customers wait for an answer, and the answers.
public protocol AnswerBook: Announcing {
  /// Conversations in which a customer waits for the assistant.
  func conversationsAwaitingAnswer() async throws(StoreError) -> [String]
  /// The messages that wait in one conversation, the oldest first.
  func pendingMessages(in conversation: String) async throws(StoreError) -> [MessageRecord]
  /// Stores an answer and puts its messages into the outbox, unless the customer has written more or nobody wants it any
  /// more.
  func commit(_ answer: Answer, at now: Timestamp) async throws(StoreError) -> AnswerOutcome
  /// Takes an answer back if no request to send any of it was made yet: its questions wait again.
  func withdraw(_ answer: String, at now: Timestamp) async throws(StoreError) -> Bool
  /// Stores a message that answers nothing in particular and puts it into the outbox.
  func enqueue(
    _ message: OutgoingMessage, in conversation: String, at now: Timestamp
  ) async throws(StoreError)
}

/// Messages on their way to a channel. In one conversation one is sent after the other.
public protocol Outbox: Announcing {
  /// Items that may be sent on an account, the longest waiting first, of each conversation the first only.
  func due(
    channel: String, account: String, at now: Timestamp, limit: Int
  ) async throws(StoreError) -> [OutboxItem]
  /// When the next item falls due.
  func nextDue(channel: String, account: String) async throws(StoreError) -> Timestamp?
  /// Notes that requests for these are about to be made. To be called before any is. Returns those that may be made: an
  /// item may have been withdrawn, reported or begun by somebody else since it was read.
  func beginSending(_ keys: [String], at now: Timestamp) async throws(StoreError) -> Set<String>
  /// Notes what became of a request.
  func finishSending(_ key: String, _ outcome: SendOutcome, at now: Timestamp) async throws(StoreError)
  /// Puts a message that the channel had taken and then reported as failed into the outbox again, in the form `payload`,
  /// held back if `isHeld`. At most once for each message: returns whether it was done.
  func resend(
    _ key: String, payload: String, isHeld: Bool, notBefore time: Timestamp
  ) async throws(StoreError) -> Bool
  /// After a start: what was being sent when the process ended, or was uncertain then, is so until `time` at least.
  func recover(uncertainUntil time: Timestamp) async throws(StoreError)
}

/// Calls and what was said in them.
public protocol CallBook: Announcing {
  /// Stores a call, or its new state; what is known of it and not said again stays.
  func save(_ call: CallRecord) async throws(StoreError)
  /// A call by its name.
  func call(_ id: String) async throws(StoreError) -> CallRecord?
  /// Calls, the newest first, before the one named.
  func calls(
    _ filter: CallFilter, before id: String?, limit: Int
  ) async throws(StoreError) -> [CallRecord]
  /// Ends the calls that were going on when the process that had them did: for `reason`, as of the last that is known of
  /// each. `complete` adds to each what else is known of it. To be called before there is a call of this process. Returns
  /// them as they are stored.
  func endLostCalls(
    reason: String, at now: Timestamp, complete: @escaping @Sendable (inout CallRecord) -> Void
  ) async throws(StoreError) -> [CallRecord]
  /// Stores what was said.
  func add(_ spoken: SpokenMessage) async throws(StoreError)
  /// Stores a fact that the assistant is told and the customer is not: what a person of ours has to say to it.
  func note(
    _ text: String, kind: String, by person: String?, in conversation: String, at now: Timestamp
  ) async throws(StoreError)
  /// Stores what the dialogue of a conversation keeps (nil forgets it), in place of `base`, which was read before, and what
  /// is kept to know when a person is wanted (nil leaves it). Stores neither if somebody else has written a memory since
  /// then.
  func remember(
    _ memory: String?, watch: String?, in conversation: String, replacing base: String?
  ) async throws(StoreError) -> MemoryOutcome
  /// Stores how long the steps of a turn took, once or anew.
  func add(turn: TurnRecord) async throws(StoreError)
  /// The turns of a call, in order.
  func turns(of call: String) async throws(StoreError) -> [TurnRecord]
  /// How long one step of the turns of all calls took since `time`, in the newest `StepTimes.mostTurns` turns, with a
  /// histogram by `bounds`, in milliseconds, which grow.
  func times(of step: String, since time: Timestamp, bounds: [Double]) async throws(StoreError) -> StepTimes
  /// What happened since `time`, counted.
  func statistics(since time: Timestamp) async throws(StoreError) -> StoreStatistics
}

/// Sounds, pictures and documents.
public protocol MediaShelf: Sendable {
  /// Stores media.
  func save(_ media: StoredMedia, at now: Timestamp) async throws(StoreError)
  /// Media by its name.
  func media(_ id: String) async throws(StoreError) -> StoredMedia?
}

/// Requests of the API that may be made again without being done again.
public protocol RequestBook: Sendable {
  /// Claims the right to do the request `key` (at most a day old), whose contents have `digest`.
  func claim(request key: String, digest: String, at now: Timestamp) async throws(StoreError) -> KeptRequest
  /// Notes the answer to a request that was claimed, or frees it if there was none (`status` nil).
  func settle(request key: String, status: Int?, body: String, at now: Timestamp) async throws(StoreError)
}

extension ConversationDirectory {
  /// Gives a conversation to another owner, without a word.
  public func assign(
    _ conversation: String, to owner: ConversationOwner, person: String?, ifEpoch epoch: Int64?, at now: Timestamp
  ) async throws(StoreError) -> Int64? {
    try await assign(conversation, to: owner, person: person, note: nil, ifEpoch: epoch, at: now)
  }

  /// All conversations by their last change, the newest first, those changed before `cursor`.
  public func conversations(
    before cursor: (updatedAt: Timestamp, id: String)?, limit: Int
  ) async throws(StoreError) -> [ConversationRecord] {
    try await conversations(ConversationFilter(), before: cursor, limit: limit)
  }
}

extension CallBook {
  /// All calls, the newest first, before the one named.
  public func calls(before id: String?, limit: Int) async throws(StoreError) -> [CallRecord] {
    try await calls(CallFilter(), before: id, limit: limit)
  }
}
