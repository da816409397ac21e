public import Audio

/// Who the assistant of a conversation is and how it behaves.
public struct ConversationSettings: Sendable {
  /// BCP 47, e.g. `es-ES`.
  public var language: String
  /// Who the assistant is and how it shall answer, for the language model.
  public var instructions: String
  /// What it says by itself. An empty greeting leaves the first word to the caller.
  public var phrases: AssistantPhrases
  /// How turns are taken.
  public var turn: TurnSettings
  /// How the caller is handed to a person.
  public var escalation: EscalationSettings
  /// What was said in earlier conversations with this caller, on any channel, oldest first. Default none.
  public var history: [DialogueMessage]
  /// The dialogue's memory of an earlier conversation, of which the facts are kept. Default nil.
  public var memory: DialogueMemory?
  /// What the watch over an earlier part of the conversation remembers, on any channel. Default nil: it begins anew.
  public var watch: EscalationWatch.State?
  /// The names by which the caller is known on the channels (number with country code, id). Default none.
  public var identities: [String]
  /// What the dialogue may do. On a phone there are no `offerChoices` and no `callCustomer`, and `sendMessage` wants a
  /// `messenger`; they don't count without. Default: the other three.
  public var abilities: Set<DialogueAbility>
  /// The other channel to the caller. Default nil.
  public var messenger: (any SideMessenger)?
  /// Where sound of the caller is counted that recognition had no room or no time for. Default: nobody reads it.
  public var lostSound = LostSound()

  /// Settings; what is left out has the defaults of `language`.
  public init(
    language: String, instructions: String = "", phrases: AssistantPhrases? = nil, turn: TurnSettings = TurnSettings(),
    escalation: EscalationSettings = EscalationSettings(), history: [DialogueMessage] = [],
    memory: DialogueMemory? = nil, watch: EscalationWatch.State? = nil, identities: [String] = [],
    abilities: Set<DialogueAbility> = [.transferToHuman, .endConversation, .sendMessage],
    messenger: (any SideMessenger)? = nil
  ) {
    self.language = language
    self.instructions = instructions
    self.phrases = phrases ?? AssistantPhrases(language: language)
    self.turn = turn
    self.escalation = escalation
    self.history = history
    self.memory = memory
    self.watch = watch
    self.identities = identities
    self.abilities = abilities
    self.messenger = messenger
  }
}

extension ConversationSettings {
  /// The abilities that count.
  var usableAbilities: Set<DialogueAbility> {
    // There are no buttons on a phone, and who calls need not be rung.
    var usable = abilities.subtracting([.offerChoices, .callCustomer])
    if messenger == nil { usable.remove(.sendMessage) }
    return usable
  }
}
