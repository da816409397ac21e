/// A vendor or engine that decides what to say, shared by all conversations.
public protocol LanguageModel: Sendable {
  /// The name that the configuration uses, e.g. `scripted`.
  var name: String { get }
  /// Whether it understands words that nobody wrote down for it beforehand: a place, a list of contacts. Default true.
  var readsFreely: Bool { get }
  /// The attachments whose contents it takes in; of others it is told that they are there.
  var sees: Set<DialogueAttachment.Kind> { get }
  /// Judges whether a person should take over; nil, the default, if the model can't.
  var classifier: (any EscalationClassifier)? { get }
  /// Sums up for a person who takes over; nil, the default, if the model can't.
  var summariser: (any ConversationSummariser)? { get }
  /// The mind of one conversation, which goes on exactly where `memory` was taken. A memory that can't be read, or that
  /// another model made, is ignored.
  func makeDialogue(resuming memory: DialogueMemory?) -> any Dialogue
  /// The mind of one conversation. `asNewSession` keeps the facts of `memory` (what the customer said about themselves)
  /// but begins anew: right for another channel and after a long pause.
  func makeDialogue(resuming memory: DialogueMemory?, asNewSession: Bool) -> any Dialogue
  /// One memory of two that come from the same one: `memory` of a session that ends now, and `other`, which another session
  /// with the same customer (a chat beside a call) has kept meanwhile. What only `memory` knows joins `other`. Default:
  /// `other`.
  func joined(_ memory: DialogueMemory, with other: DialogueMemory) -> DialogueMemory
  /// Ends whatever is under way, and returns when nothing of it runs any more. It can't be used after. Default: there is
  /// nothing to end.
  func shutDown() async
}

extension LanguageModel {
  /// Nothing to end.
  public func shutDown() async {}

  /// What is kept already stays.
  public func joined(_ memory: DialogueMemory, with other: DialogueMemory) -> DialogueMemory { other }

  /// Reads what it is given.
  public var readsFreely: Bool { true }

  /// Sees nothing.
  public var sees: Set<DialogueAttachment.Kind> { [] }

  /// Judges nothing.
  public var classifier: (any EscalationClassifier)? { nil }

  /// Sums up nothing.
  public var summariser: (any ConversationSummariser)? { nil }

  /// For a model whose memory knows no place in the conversation, so that there is nothing to begin anew.
  public func makeDialogue(resuming memory: DialogueMemory?, asNewSession: Bool) -> any Dialogue {
    makeDialogue(resuming: memory)
  }

  /// The mind of a conversation with someone unknown.
  public func makeDialogue() -> any Dialogue { makeDialogue(resuming: nil) }
}

/// The mind of one conversation: remembers where the conversation stands, if it has a memory of its own (a scripted
/// dialogue's state), and answers one turn at a time.
public protocol Dialogue: Sendable {
  /// Answers the last turn of `context`. Text comes in pieces as it is generated. Cancelling the reading task stops the
  /// generation. Throws `ProviderError`.
  ///
  /// The dialogue does not change its memory before the stream has ended without being cancelled, so that an answer
  /// that was thrown away unheard leaves no trace. The same history given again means just that: the answer before was
  /// thrown away.
  func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error>
  /// What the caller may say next, if the dialogue knows.
  func hint() async -> RecognitionHint?
  /// What has to be kept to go on later, after a restart or on another channel; nil when all memory is in the context.
  var memory: DialogueMemory? { get }
  /// What is known of the customer, for a person who takes over; empty, the default, when all is in what was said.
  var facts: [DialogueFact] { get }
  /// Whether the customer's next words should bring a fact, e.g. a number. Default false.
  var wantsFact: Bool { get }
}

extension Dialogue {
  /// All is in what was said.
  public var facts: [DialogueFact] { [] }

  /// Nothing in particular is wanted.
  public var wantsFact: Bool { false }

  /// All memory is in the context.
  public var memory: DialogueMemory? { nil }
}

/// What a dialogue remembers beyond what was said, in a form that can be stored.
public struct DialogueMemory: Sendable, Equatable {
  /// The largest memory that is made or read, in bytes of UTF-8: 64 KiB.
  public static let maximumBytes = 64 << 10

  /// JSON of the model's own making. Holds what the customer said: not for a log.
  public var text: String

  /// A memory that was stored.
  public init(text: String) { self.text = text }
}
