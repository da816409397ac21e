/// What was said in a conversation, as the dialogue is told of it; of the assistant only what was heard.
struct Transcript: Sendable {
  private let history: [DialogueMessage]
  /// What was said so far in this conversation.
  private(set) var messages: [DialogueMessage] = []
  /// The caller's text that is being answered and not in `messages` yet, since the turn may still go on.
  private(set) var unsaid: (turn: Int, text: String)?
  /// Facts that came up while `unsaid` was being answered.
  private var unsettledFacts: [DialogueMessage] = []
  /// What was sent on another channel in one turn.
  private var sentAside: (turn: Int, texts: Set<String>)?

  /// A conversation that goes on from `history`.
  init(history: [DialogueMessage]) { self.history = history }

  /// The caller's turn is being answered, as far as `text`.
  mutating func answering(_ text: String, turn: Int) { unsaid = (turn, text) }

  /// All that was said, with `text` as the caller's last word.
  func messages(answering text: String) -> [DialogueMessage] {
    // What came of an answer that was thrown away goes behind the caller's words, which are not settled yet.
    history + messages + [DialogueMessage(.caller, text)] + unsettledFacts
  }

  /// Puts the caller's answered text among what was said, and returns it; from now on the turn can't grow any more.
  mutating func commit() -> (turn: Int, text: String)? {
    guard let (turn, text) = unsaid else { return nil }
    unsaid = nil
    messages.append(DialogueMessage(.caller, text))
    messages += unsettledFacts
    unsettledFacts.removeAll()
    return (turn, text)
  }

  /// Something was said, or is known, that is settled. Nothing is noted of an empty text.
  mutating func add(_ role: DialogueMessage.Role, _ text: String, wasInterrupted: Bool = false) {
    if !text.isEmpty { messages.append(DialogueMessage(role, text, wasInterrupted: wasInterrupted)) }
  }

  /// Notes a fact, behind the caller's words if they are being answered.
  mutating func tell(_ fact: String) {
    let message = DialogueMessage(.system, fact)
    if unsaid == nil { messages.append(message) } else { unsettledFacts.append(message) }
  }

  /// Whether `text` is to be sent on another channel. An answer that is given again, because the caller went on talking,
  /// does not send it again.
  mutating func sends(_ text: String, turn: Int?) -> Bool {
    guard let turn else { return true }
    if sentAside?.turn != turn { sentAside = (turn, []) }
    return sentAside?.texts.insert(text).inserted ?? true
  }
}
