/// What a person who is rung hears before they have the caller, in one language.
public struct PersonPhrases: Sendable, Equatable {
  /// Who calls, when that is not known.
  public var unknownCaller: String
  /// Before the reason and the summary; `{caller}` stands for who calls.
  public var offer: String
  /// Before the reason.
  public var reason: String
  /// What the digits do.
  public var choice: String
  /// Someone else was faster.
  public var taken: String
  /// The caller hung up before the person had them.
  public var callerGone: String
  /// The caller can't be connected.
  public var failed: String

  /// The phrases of `language` (BCP 47; its first part decides), or the English ones.
  public init(language: String) {
    switch language.prefix(while: { $0 != "-" && $0 != "_" }).lowercased() {
    case "es":
      unknownCaller = "un número desconocido"
      offer = "Llamada de {caller}."
      reason = "Motivo:"
      choice = "Pulse 1 para atenderla, 2 para rechazarla."
      taken = "Otra persona ya atiende la llamada. Gracias."
      callerGone = "Quien llamaba ha colgado. Gracias."
      failed = "Lo siento, no se puede pasar la llamada."
    case "pt":
      unknownCaller = "um número desconhecido"
      offer = "Chamada de {caller}."
      reason = "Motivo:"
      choice = "Marque 1 para atender, 2 para recusar."
      taken = "Outra pessoa já atendeu a chamada. Obrigado."
      callerGone = "Quem ligava desligou. Obrigado."
      failed = "Lamento, não é possível passar a chamada."
    default:
      unknownCaller = "an unknown number"
      offer = "Call from {caller}."
      reason = "Reason:"
      choice = "Press 1 to take it, 2 to decline."
      taken = "Somebody else has taken the call. Thank you."
      callerGone = "The caller has hung up. Thank you."
      failed = "I'm sorry, the call can't be put through."
    }
  }

  /// What is said to whoever answers. Each part ends as a sentence; what is empty is left out.
  public func announcement(caller: String, reason why: String, summary: [String]) -> String {
    let name = caller.contains { !$0.isWhitespace } ? caller : unknownCaller
    var sentences = [offer.replacing("{caller}", with: name)]
    if why.contains(where: { !$0.isWhitespace }) { sentences.append("\(self.reason) \(Self.sentence(why))") }
    sentences += summary.filter { $0.contains { !$0.isWhitespace } }.map(Self.sentence)
    sentences.append(choice)
    return sentences.joined(separator: " ")
  }

  private static func sentence(_ text: String) -> String {
    let trimmed = text.prefix(400).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return trimmed.last.map { ".!?…".contains($0) } ?? true ? trimmed : trimmed + "."
  }
}
