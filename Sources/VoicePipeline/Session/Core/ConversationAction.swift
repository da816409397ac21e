import Audio

/// What the owner of a `ConversationCore` has to do, in order.
enum ConversationAction: Sendable {
  /// Tell those who watch.
  case emit(ConversationEvent.Kind)
  /// A line for the log, which tells nothing of the caller.
  case log(String)
  /// Have the dialogue answer `context`, and speak what it says as the speech.
  case ask(SpeechID, DialogueContext)
  /// Speak a text that is known as the speech.
  case speak(SpeechID, String)
  /// Stop making the speech.
  case cancel(SpeechID)
  /// Play a sound that bridges a silence, and tell when it is queued.
  case play(Bridge)
  /// Nothing follows in playout for now.
  case finishPlayout
  /// Throw away whatever is queued.
  case dropPlayout
  /// Let playout go on that stands still.
  case resumePlayout
  /// Set what counts as an interruption.
  case arm(InterruptionPolicy)
  /// Ask the recognition for a text.
  case finishUtterance
  /// Have the carrier hand the caller to a person.
  case transfer(to: String)
  /// End the connection.
  case hangUp
  /// Send a message on the other channel, and tell what came of it.
  case send(String)
  /// Have a language model judge what was said up to `turn`, if there is one, and tell its verdict.
  case consult([EvidenceItem], turn: Int)
  /// Have ready what the person gets.
  case prepareHandover(EscalationFinding, [EvidenceItem])
}

/// What a dialogue knows of the caller.
struct DialogueKnowledge: Sendable {
  /// How many facts.
  var facts: Int
  /// Whether the caller's next words should bring another.
  var wantsMore: Bool
}
