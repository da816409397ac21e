import Audio
import Logging

// Messages on another channel, and the facts that the dialogue is told.
extension Conversation {
  /// All that the dialogue is told when it answers `text`.
  func context(answering text: String) -> DialogueContext {
    // What came of an answer that was thrown away goes behind the caller's words, which are not settled yet.
    DialogueContext(
      instructions: settings.instructions, language: settings.language,
      messages: settings.history + messages + [DialogueMessage(.caller, text)] + unsettledFacts, medium: .phone,
      abilities: abilities)
  }

  private var abilities: Set<DialogueAbility> {
    // There are no buttons on a phone, and who calls need not be rung.
    var abilities = settings.abilities.subtracting([.offerChoices, .callCustomer])
    if settings.messenger == nil { abilities.remove(.sendMessage) }
    return abilities
  }

  /// Sends `text` beside the speech that answers `turn`. An answer that is given again, because the caller went on
  /// talking, does not send it again.
  func sendAside(_ text: String, turn: Int?) {
    guard let messenger = settings.messenger, text.contains(where: { !$0.isWhitespace }) else { return }
    if let turn {
      if sentAside.turn != turn { sentAside = (turn, []) }
      guard sentAside.texts.insert(text).inserted else { return }
    }
    aside { conversation in
      do throws(SideMessageFailure) {
        try await messenger.send(text)
        conversation.emit(.messageSent(Private(text)))
        conversation.log.info("message.sent")
        conversation.tell("This message was sent to the caller's phone: \(text)")
      } catch {
        conversation.emit(.messageFailed(reason: error.reason))
        conversation.log.warning("message.failed", metadata: ["reason": "\(error.reason)"])
        conversation.tell("The message to the caller's phone could not be sent (\(error.reason)). Tell the caller.")
      }
    }
  }

  /// Notes a fact for the dialogue.
  func tell(_ fact: String) {
    let message = DialogueMessage(.system, fact)
    if unsaid == nil { messages.append(message) } else { unsettledFacts.append(message) }
  }

  /// Puts the caller's answered text among what was said; from now on the turn can't grow any more.
  func commitCaller() {
    guard let (turn, text) = unsaid else { return }
    unsaid = nil
    messages.append(DialogueMessage(.caller, text))
    note(.customer, text, id: Self.name(ofTurn: turn))
    confidence = nil
    messages += unsettledFacts
    unsettledFacts.removeAll()
  }
}
