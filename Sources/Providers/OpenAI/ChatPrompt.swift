import VoicePipeline

extension ChatCompletionRequest {
  /// How many attachments of a conversation are sent again with each question: what came before was talked about.
  private static let attachmentLimit = 3
  /// A larger file is only named; with `attachmentLimit` it keeps a request below what the provider takes.
  private static let largestAttachment = 12 << 20

  /// The conversation as a model sees it that takes in the attachments of `sees`.
  static func messages(for context: DialogueContext, sees: Set<DialogueAttachment.Kind> = []) -> [Message] {
    let who = context.medium == .phone ? "caller" : "customer"
    var messages = [Message(role: "system", content: context.instructions + "\n\n" + style(context))]
    var unsent = context.messages.reduce(0) { $0 + $1.attachments.count { isSendable($0, sees) } } - attachmentLimit
    for message in context.messages {
      switch message.role {
      case .caller:
        var words = message.text
        var parts: [ChatContent.Part] = []
        for attachment in message.attachments {
          if isSendable(attachment, sees) {
            unsent -= 1
            if unsent < 0 {
              parts.append(.attachment(attachment))
              continue
            }
          }
          words += (words.isEmpty ? "" : " ") + mark(attachment)
        }
        if parts.isEmpty {
          messages.append(Message(role: "user", content: words))
        } else {
          if !words.isEmpty { parts.insert(.text(words), at: 0) }
          messages.append(Message(role: "user", content: .parts(parts)))
        }
      case .system:
        messages.append(Message(role: "system", content: message.text))
      case .assistant:
        if !message.text.isEmpty { messages.append(Message(role: "assistant", content: message.text)) }
        if message.wasInterrupted {
          // A mark inside the text would soon be imitated by the model.
          messages.append(
            Message(
              role: "system",
              content: message.text.isEmpty
                ? "The \(who) interrupted before hearing your answer."
                : "The \(who) interrupted; of your last answer they heard only the words above."))
        }
      }
    }
    return messages
  }

  private static func style(_ context: DialogueContext) -> String {
    switch context.medium {
    case .phone:
      """
      You speak with a caller on the phone; your words are read out aloud by a voice. Answer in the language \
      \(context.language). Use short, natural, spoken sentences, and no lists, markup, emoji or web addresses. The \
      caller's words come from speech recognition and may hold mistakes: ask when you are not sure.
      """
    case .chat:
      """
      You write with a customer on WhatsApp. Answer in the language \(context.language), unless the customer writes in \
      another. Write short messages, as people do in a chat. You may use WhatsApp's formatting, *bold* with one asterisk \
      on each side, and links; no markdown headings, tables or other markup. The customer's voice notes come to you \
      transcribed and may hold mistakes: ask when you are not sure. What was said earlier may have been said in a call.
      """
    }
  }

  private static func isSendable(_ attachment: DialogueAttachment, _ sees: Set<DialogueAttachment.Kind>) -> Bool {
    sees.contains(attachment.kind) && !attachment.bytes.isEmpty && attachment.bytes.count <= largestAttachment
  }

  /// A word that stands for an attachment which the model does not get.
  private static func mark(_ attachment: DialogueAttachment) -> String {
    let name = attachment.name.map { ": \($0.prefix(100))" } ?? ""
    return "[\(attachment.kind.rawValue)\(name)]"
  }
}
