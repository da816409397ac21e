/// A vendor or engine that decides what to say, shared by all conversations.
public protocol LanguageModel: Sendable {
  /// The name that the configuration uses, e.g. `scripted`.
  var name: String { get }
  /// The mind of one conversation.
  func makeDialogue() -> any Dialogue
}

/// The mind of one conversation: remembers where the conversation stands, if it has a memory of its own (a scripted
/// dialogue's state), and answers one turn at a time.
public protocol Dialogue: Sendable {
  /// Answers the last turn of `context`. Text comes in pieces as it is generated. Cancelling the reading task stops the
  /// generation. Throws `ProviderError`.
  ///
  /// The dialogue does not change its memory before the stream has ended without being cancelled, so that an answer
  /// that was thrown away unheard leaves no trace.
  func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error>
  /// What the caller may say next, if the dialogue knows.
  func hint() async -> RecognitionHint?
}

/// All that a dialogue is told about the conversation.
public struct DialogueContext: Sendable, Equatable {
  /// Who the assistant is and how it shall answer.
  public var instructions: String
  /// BCP 47, e.g. `es-ES`.
  public var language: String
  /// What was said so far, oldest first; of the assistant only what was heard.
  public var messages: [DialogueMessage]

  /// A context of `messages`.
  public init(instructions: String, language: String, messages: [DialogueMessage]) {
    self.instructions = instructions
    self.language = language
    self.messages = messages
  }
}

/// One thing said.
public struct DialogueMessage: Sendable, Equatable {
  /// Whose words they are.
  public enum Role: String, Sendable {
    /// The customer.
    case caller
    /// The assistant.
    case assistant
    /// A fact from the system, e.g. a failed transfer.
    case system
  }

  /// Whose words they are.
  public var role: Role
  /// The words.
  public var text: String
  /// Whether the caller cut it short; `text` then holds what was heard.
  public var wasInterrupted: Bool

  /// A message of `role`.
  public init(_ role: Role, _ text: String, wasInterrupted: Bool = false) {
    self.role = role
    self.text = text
    self.wasInterrupted = wasInterrupted
  }
}

/// A piece of an answer.
public enum ReplyEvent: Sendable, Equatable {
  /// More text to speak, in order; boundaries between pieces mean nothing.
  case text(String)
  /// A person is wanted. Any text before it is spoken first.
  case transferToHuman(reason: String)
  /// The conversation is over once the text before it has been spoken.
  case hangUp
}
