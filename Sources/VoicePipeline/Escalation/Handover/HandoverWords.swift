/// The fixed words of a hand-over package in the person's language.
struct HandoverWords: Sendable {
  private let labels: [String]
  let unknown: String
  let nothing: String
  let none: String
  let upset: String
  let calm: String
  private let steps: Steps

  private struct Steps: Sendable {
    var ask: (next: String, suggestion: String)
    var sensitive: (next: String, suggestion: String)
    var failure: (next: String, suggestion: String)
    var circles: (next: String, suggestion: String)
    var upset: (next: String, suggestion: String)
    var able: (next: String, suggestion: String)
    var wait: (next: String, suggestion: String)
  }

  /// Those of `language` (BCP 47; its first part decides), or the English ones.
  init(language: String) {
    switch Lexicon.code(language) {
    case "es":
      labels = ["Quiere", "Intentado", "Datos", "Ánimo", "Siguiente"]
      unknown = "no lo ha dicho"
      nothing = "nada todavía"
      none = "ninguno"
      upset = "molesto"
      calm = "sin señales de enfado"
      steps = Steps(
        ask: ("preguntar en qué se le puede ayudar", "Hola, soy una persona del equipo. ¿En qué puedo ayudarle?"),
        sensitive: ("tratar el asunto en persona", "Hola, he leído lo que nos cuenta y me ocupo yo ahora."),
        failure: (
          "disculparse y retomar donde falló", "Perdone, hemos tenido un fallo técnico. Sigo yo con su consulta."
        ),
        circles: (
          "resolver lo que se ha preguntado más de una vez",
          "Perdone las vueltas. Voy a resolver su pregunta directamente."
        ),
        upset: (
          "escuchar, disculparse y proponer una solución", "Siento mucho lo ocurrido. Cuénteme y lo vemos ahora."
        ),
        able: ("hacer lo que el asistente no puede", "Hola, me encargo yo de lo que ha pedido."),
        wait: ("contestar cuanto antes", "Gracias por su paciencia. Ya estoy con usted."))
    case "pt":
      labels = ["Quer", "Tentado", "Dados", "Humor", "A seguir"]
      unknown = "não disse"
      nothing = "nada ainda"
      none = "nenhum"
      upset = "aborrecido"
      calm = "sem sinais de irritação"
      steps = Steps(
        ask: ("perguntar em que pode ajudar", "Olá, sou uma pessoa da equipa. Em que posso ajudar?"),
        sensitive: ("tratar do assunto pessoalmente", "Olá, li o que nos contou e vou tratar disso agora."),
        failure: ("pedir desculpa e retomar onde falhou", "Desculpe, tivemos uma falha técnica. Continuo eu consigo."),
        circles: (
          "resolver o que foi perguntado mais de uma vez",
          "Desculpe as voltas. Vou responder à sua pergunta diretamente."
        ),
        upset: (
          "ouvir, pedir desculpa e propor uma solução", "Lamento muito o sucedido. Conte-me e tratamos disso agora."
        ),
        able: ("fazer o que o assistente não pode", "Olá, trato eu do que pediu."),
        wait: ("responder quanto antes", "Obrigado pela paciência. Já estou consigo."))
    default:
      labels = ["Wants", "Tried", "Facts", "Mood", "Next"]
      unknown = "not said"
      nothing = "nothing yet"
      none = "none"
      upset = "upset"
      calm = "no sign of anger"
      steps = Steps(
        ask: ("ask what they need", "Hello, I am a person from the team. How can I help you?"),
        sensitive: ("deal with it in person", "Hello, I have read what you told us and I am looking after it now."),
        failure: ("apologise and go on where it failed", "Sorry, we had a technical problem. I will go on with you."),
        circles: (
          "settle what was asked more than once", "Sorry for going round in circles. Let me answer you directly."
        ),
        upset: ("listen, apologise, offer a solution", "I am sorry about this. Tell me, and we will look at it now."),
        able: ("do what the assistant can't", "Hello, I will take care of what you asked for."),
        wait: ("answer as soon as possible", "Thank you for your patience. I am with you now."))
    }
  }

  /// `values` behind their labels.
  func lines(_ values: [String]) -> [String] { zip(labels, values).map { "\($0): \($1)" } }

  /// What the person should do.
  func next(_ kind: EscalationKind) -> String { step(kind).next }

  /// How the person may begin.
  func suggestion(_ kind: EscalationKind) -> String { step(kind).suggestion }

  private func step(_ kind: EscalationKind) -> (next: String, suggestion: String) {
    switch kind {
    case .explicitRequest, .offerAccepted, .supervisor, .vip: steps.ask
    case .sensitive: steps.sensitive
    case .providerFailure: steps.failure
    case .stagnation, .lowConfidence: steps.circles
    case .frustration: steps.upset
    case .falsePromise, .complexity: steps.able
    case .waiting: steps.wait
    }
  }
}
