public import VoicePipeline

/// An account of ours on a channel, and who answers there.
public struct ChatAccount: Sendable {
  /// The way to the customers.
  public var channel: any ChatChannel
  /// Who answers.
  public var assistant: ChatAssistant
  /// How.
  public var settings: ChatSettings

  /// An account.
  public init(channel: any ChatChannel, assistant: ChatAssistant, settings: ChatSettings = ChatSettings()) {
    self.channel = channel
    self.assistant = assistant
    self.settings = settings
  }
}

/// An assistant that answers in chats: the same that answers calls.
public struct ChatAssistant: Sendable {
  /// Its name in the configuration.
  public var name: String
  /// Language, instructions, phrases.
  public let settings: ConversationSettings
  /// Its ears, mind and voice.
  public var providers: ConversationProviders
  /// Knows when a person is needed; made once, since it prepares all the ways to say so. Each conversation has its own
  /// state.
  let watch: EscalationWatch

  /// An assistant.
  public init(name: String, settings: ConversationSettings, providers: ConversationProviders) {
    self.name = name
    self.settings = settings
    self.providers = providers
    watch = EscalationWatch(settings: settings.escalation, language: settings.language)
  }
}

/// How an assistant behaves in chats.
public struct ChatSettings: Sendable, Equatable {
  /// In which form customers are answered.
  public enum AnswerForm: String, Sendable, CaseIterable {
    /// A voice note for a voice note, text for text.
    case inKind = "in_kind"
    /// Always text.
    case text
    /// Always a voice note, where it can be one.
    case voice
  }

  /// A text that the channel's operator has approved, by which a conversation is opened again.
  public struct Template: Sendable, Equatable {
    /// Its name there.
    public var name: String
    /// Its language there, e.g. `es`.
    public var language: String
    /// Whether its first value is the customer's name.
    public var greetsByName: Bool

    /// A template.
    public init(name: String, language: String, greetsByName: Bool = false) {
      self.name = name
      self.language = language
      self.greetsByName = greetsByName
    }
  }

  /// How long a customer may pause between messages of one turn. Default 1.5 s: people write in bursts, and an answer to
  /// half a question is worse than one that comes a second later. 0 s to 30 s.
  public var burst: Duration
  /// Default in kind.
  public var answers: AnswerForm
  /// Whether customers see that a message was read and an answer is being written. Default true.
  public var showsTyping: Bool
  /// Messages a second that the account may send. Default 80, WhatsApp's own for a new number; 1 to 1,000.
  public var messagesPerSecond: Int
  /// How long a message whose fate is unknown waits for the channel's report before it is sent again. Default 2 min;
  /// 1 s to 1 h. Shorter risks a message that comes twice, longer one that comes late.
  public var lostWait: Duration
  /// After how long a pause the dialogue begins anew, keeping what it knows. Default 6 h; 1 min to 30 days.
  public var newSessionAfter: Duration
  /// The longest voice note that is listened to. Default 10 min; 10 s to 60 min.
  public var longestVoiceNote: Duration
  /// Opens a conversation again when something has to be said after the customer service window. Default none: a person
  /// is told then.
  public var reopening: Template?

  /// Settings; the defaults are those of the configuration.
  public init(
    burst: Duration = .milliseconds(1500), answers: AnswerForm = .inKind, showsTyping: Bool = true,
    messagesPerSecond: Int = 80, lostWait: Duration = .seconds(120), newSessionAfter: Duration = .seconds(6 * 3600),
    longestVoiceNote: Duration = .seconds(600), reopening: Template? = nil
  ) {
    self.burst = burst
    self.answers = answers
    self.showsTyping = showsTyping
    self.messagesPerSecond = messagesPerSecond
    self.lostWait = lostWait
    self.newSessionAfter = newSessionAfter
    self.longestVoiceNote = longestVoiceNote
    self.reopening = reopening
  }
}
