/// All that a dialogue is told about the conversation.
public struct DialogueContext: Sendable, Equatable {
  /// Who the assistant is and how it shall answer.
  public var instructions: String
  /// BCP 47, e.g. `es-ES`.
  public var language: String
  /// What was said so far, oldest first; of the assistant only what was heard.
  public var messages: [DialogueMessage]
  /// Where the last turn takes place; earlier ones may have been elsewhere.
  public var medium: DialogueMedium
  /// What can be done besides speaking. A dialogue uses nothing that is not in here.
  public var abilities: Set<DialogueAbility>

  /// A context of `messages`.
  public init(
    instructions: String, language: String, messages: [DialogueMessage], medium: DialogueMedium = .phone,
    abilities: Set<DialogueAbility> = [.transferToHuman, .endConversation]
  ) {
    self.instructions = instructions
    self.language = language
    self.messages = messages
    self.medium = medium
    self.abilities = abilities
  }

  /// The same for an answer that goes on behind `said`, by `instruction` of the system.
  func goingOn(behind said: String, _ instruction: String) -> DialogueContext {
    var context = self
    if !said.isEmpty { context.messages.append(DialogueMessage(.assistant, said)) }
    context.messages.append(
      DialogueMessage(.system, said.isEmpty ? instruction : instruction + " Go on behind your words above."))
    return context
  }
}

/// How assistant and customer talk.
public enum DialogueMedium: String, Sendable, Codable {
  /// In a call: what is answered is spoken.
  case phone
  /// In writing, on a messaging service.
  case chat
}

/// Something that a dialogue may have done besides speaking.
public enum DialogueAbility: String, Sendable, CaseIterable {
  /// `ReplyEvent.transferToHuman`.
  case transferToHuman
  /// `ReplyEvent.hangUp`.
  case endConversation
  /// `ReplyEvent.sendMessage`: there is another channel to the caller.
  case sendMessage
  /// `ReplyEvent.choices`: there are buttons.
  case offerChoices
  /// `ReplyEvent.callCustomer`: there is a line to ring.
  case callCustomer
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
  /// What came with the words, in its order.
  public var attachments: [DialogueAttachment]

  /// A message of `role`.
  public init(_ role: Role, _ text: String, wasInterrupted: Bool = false, attachments: [DialogueAttachment] = []) {
    self.role = role
    self.text = text
    self.wasInterrupted = wasInterrupted
    self.attachments = attachments
  }
}

/// A file that a customer sent.
public struct DialogueAttachment: Sendable, Equatable {
  /// What it is.
  public enum Kind: String, Sendable {
    /// A picture.
    case image
    /// A document, e.g. a PDF.
    case document
  }

  /// What it is.
  public var kind: Kind
  /// E.g. `image/jpeg`, as the channel gave it.
  public var mimeType: String
  /// The file's name, if it has one. The customer's words: not for a log.
  public var name: String?
  /// The file.
  public var bytes: [UInt8]

  /// A file of `bytes`.
  public init(_ kind: Kind, mimeType: String, name: String? = nil, bytes: [UInt8]) {
    self.kind = kind
    self.mimeType = mimeType
    self.name = name
    self.bytes = bytes
  }
}
