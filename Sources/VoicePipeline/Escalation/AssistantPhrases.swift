/// What the assistant says by itself, in one language. Every text may be replaced in the configuration; an empty one is
/// not spoken.
public struct AssistantPhrases: Sendable, Equatable {
  /// The first words of a conversation.
  public var greeting: String
  /// Bridges a slow answer.
  public var filler: String
  /// The caller has the floor and says nothing.
  public var reprompt: String
  /// No word was understood.
  public var notUnderstood: String
  /// Something failed, and a person is called.
  public var apology: String
  /// The last words when nothing more can be done.
  public var goodbye: String
  /// A person is being called.
  public var transferring: String
  /// Said again and again while the person is rung.
  public var stillConnecting: String
  /// Nobody took the call.
  public var transferFailed: String
  /// There is nobody to call.
  public var noPerson: String

  /// The phrases of `language` (BCP 47; its first part decides), or the English ones. `greeting`, if given, replaces
  /// theirs.
  public init(language: String, greeting: String? = nil) {
    let code = language.prefix { $0 != "-" && $0 != "_" }.lowercased()
    if code == "es" {
      self.greeting = "Hola, ¿en qué puedo ayudarle?"
      filler = "Un momento, por favor."
      reprompt = "¿Sigue ahí? Dígame en qué puedo ayudarle."
      notUnderstood = "Perdone, no le he entendido. ¿Puede repetirlo?"
      apology = "Lo siento, algo ha fallado por nuestra parte."
      goodbye = "Lo siento, ahora mismo no puedo ayudarle. Por favor, llame más tarde. Adiós."
      transferring = "Le paso con una persona. Un momento, por favor."
      stillConnecting = "Seguimos llamando, gracias por esperar."
      transferFailed = "Lo siento, ahora mismo no contesta nadie. ¿Puedo ayudarle yo en algo?"
      noPerson = "Lo siento, ahora mismo no hay nadie que pueda atenderle. ¿Puedo ayudarle yo en algo?"
    } else {
      self.greeting = "Hello, how can I help you?"
      filler = "One moment, please."
      reprompt = "Are you still there? Tell me how I can help you."
      notUnderstood = "Sorry, I didn't catch that. Could you say it again?"
      apology = "I'm sorry, something went wrong on our side."
      goodbye = "I'm sorry, I can't help you right now. Please call again later. Goodbye."
      transferring = "I'll put you through to a person. One moment, please."
      stillConnecting = "Still connecting you, thank you for waiting."
      transferFailed = "I'm sorry, nobody is able to take your call right now. Can I help you with something else?"
      noPerson = "I'm sorry, there is nobody here to take your call. Can I help you with something else?"
    }
    if let greeting { self.greeting = greeting }
  }

  /// The words for `phrase`.
  public func text(_ phrase: SpokenPhrase) -> String {
    switch phrase {
    case .greeting: greeting
    case .reprompt: reprompt
    case .notUnderstood: notUnderstood
    case .apology: apology
    case .goodbye: goodbye
    case .transferFailed: transferFailed
    case .noPerson: noPerson
    case .custom(let text): text
    }
  }
}
