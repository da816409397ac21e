/// The few words that chats need beside an assistant's phrases, in its language.
struct ChatWords {
  /// On the button that opens a list. At most 20 characters.
  let open: String
  /// Over buttons that come without a text.
  let choose: String

  /// Those of `language` (BCP 47; its first part decides), or those of English.
  init(language: String) {
    switch language.prefix(while: { $0 != "-" && $0 != "_" }).lowercased() {
    case "es": (open, choose) = ("Ver opciones", "¿Qué desea?")
    case "pt": (open, choose) = ("Ver opções", "O que deseja?")
    default: (open, choose) = ("See options", "What would you like?")
    }
  }
}
