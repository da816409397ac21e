/// What the assistant says by itself, in one language, in calls and in chats. Every text may be replaced in the configuration; an empty one is
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
  /// A person has given the caller back.
  public var backWithAssistant: String
  /// A person was told and will join the call.
  public var personWillJoin: String
  /// In a chat: a person was told and will write.
  public var personWillWrite: String
  /// In a chat: what came can't be taken; says what can.
  public var cannotTake: String
  /// In a chat: no word of a voice note was understood.
  public var voiceNoteNotUnderstood: String
  /// In a chat: a voice note could not be opened.
  public var voiceNoteUnreadable: String
  /// In a chat: a voice note is longer than is listened to.
  public var voiceNoteTooLong: String
  /// In a chat: something failed, and a person will look at it.
  public var chatFailed: String
  /// In a chat: the customer, who asked for it, is being rung.
  public var calling: String
  /// In a chat: the customer was rung and it did not work.
  public var callFailed: String

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
      backWithAssistant = "Vuelvo a estar con usted. ¿En qué más puedo ayudarle?"
      personWillJoin = "He avisado a una persona; se unirá a la llamada. Mientras tanto le sigo atendiendo."
      personWillWrite = "He avisado a un compañero; le responderá por aquí."
      cannotTake = "Lo siento, aquí solo puedo atender mensajes de texto y notas de voz."
      voiceNoteNotUnderstood = "Lo siento, no he entendido la nota de voz. ¿Puede repetirla o escribirme?"
      voiceNoteUnreadable = "Lo siento, no he podido abrir la nota de voz. Por favor, envíela otra vez o escríbame."
      voiceNoteTooLong =
        "Lo siento, la nota de voz es demasiado larga. Por favor, envíe una más corta o escríbame."
      chatFailed = "Lo siento, algo ha fallado por nuestra parte. Un compañero lo revisará."
      calling = "Le llamo ahora."
      callFailed = "Lo siento, no he podido llamarle. ¿Seguimos por aquí?"
    } else if code == "pt" {
      self.greeting = "Olá, em que posso ajudar?"
      filler = "Um momento, por favor."
      reprompt = "Ainda está aí? Diga-me em que posso ajudar."
      notUnderstood = "Desculpe, não entendi. Pode repetir?"
      apology = "Lamento, algo falhou do nosso lado."
      goodbye = "Lamento, neste momento não posso ajudar. Por favor, ligue mais tarde. Adeus."
      transferring = "Vou passar a chamada a uma pessoa. Um momento, por favor."
      stillConnecting = "Continuamos a ligar, obrigado por esperar."
      transferFailed = "Lamento, neste momento ninguém pode atender. Posso ajudar em mais alguma coisa?"
      noPerson = "Lamento, neste momento não há ninguém que possa atender. Posso ajudar em mais alguma coisa?"
      backWithAssistant = "Estou de volta consigo. Em que mais posso ajudar?"
      personWillJoin = "Avisei uma pessoa; vai entrar na chamada. Entretanto continuo consigo."
      personWillWrite = "Avisei um colega; vai responder por aqui."
      cannotTake = "Lamento, aqui só posso receber mensagens de texto e mensagens de voz."
      voiceNoteNotUnderstood = "Desculpe, não entendi a mensagem de voz. Pode repetir ou escrever?"
      voiceNoteUnreadable = "Lamento, não consegui abrir a mensagem de voz. Por favor, envie outra vez ou escreva."
      voiceNoteTooLong =
        "Lamento, a mensagem de voz é demasiado longa. Por favor, envie uma mais curta ou escreva."
      chatFailed = "Lamento, algo falhou do nosso lado. Um colega vai ver o que se passou."
      calling = "Estou a ligar agora."
      callFailed = "Lamento, não consegui ligar. Continuamos por aqui?"
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
      backWithAssistant = "I'm back with you. What else can I help you with?"
      personWillJoin = "I've asked a person to join us on this call. Until then I'm still here for you."
      personWillWrite = "I've asked a colleague; they will answer you here."
      cannotTake = "I'm sorry, here I can only take text messages and voice notes."
      voiceNoteNotUnderstood = "Sorry, I couldn't make out your voice note. Could you say it again, or write to me?"
      voiceNoteUnreadable = "Sorry, I couldn't open your voice note. Please send it again, or write to me."
      voiceNoteTooLong = "Sorry, your voice note is too long for me. Please send a shorter one, or write to me."
      chatFailed = "I'm sorry, something went wrong on our side. A colleague will look at it."
      calling = "I'm calling you now."
      callFailed = "I'm sorry, I couldn't reach you by phone. Shall we go on here?"
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
    case .personWillJoin: personWillJoin
    case .custom(let text): text
    }
  }
}
