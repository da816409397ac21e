import VoicePipeline

/// What a customer's message turned out to be.
enum Understanding: Sendable, Equatable {
  /// Words: as written, or as said in a voice note.
  case words(String, isVoice: Bool)
  /// A picture or a document that the language model can see, and what was written beside it.
  case attachment(DialogueAttachment, caption: String)
  /// Something that the customer has to be told about.
  case trouble(Trouble)
  /// Nothing that could be answered.
  case nothing

  /// What a customer has to be told about what they sent.
  enum Trouble: Sendable, Equatable {
    /// It is of a kind that the assistant can't take.
    case cannotTake
    /// No word could be made out.
    case notUnderstood
    /// It can't be opened.
    case unreadable
    /// It is longer than is listened to.
    case tooLong

    /// What is said about it.
    func phrase(_ phrases: AssistantPhrases) -> String {
      switch self {
      case .cannotTake: phrases.cannotTake
      case .notUnderstood: phrases.voiceNoteNotUnderstood
      case .unreadable: phrases.voiceNoteUnreadable
      case .tooLong: phrases.voiceNoteTooLong
      }
    }
  }
}
