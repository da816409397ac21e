import ChatBridge
import Logging
import RTPEngine
import SIPStack
import SIPTransport
import Store
import VoicePipeline

// Calls on which an assistant speaks: each belongs to a customer's conversation.
extension Server {
  /// Has `assistant` speak on a call: with what was said to this customer before, and writing down what is said now.
  func talk(
    _ phoneCall: PhoneCall, _ assistant: Assistant, _ recorder: CallRecorder, _ identities: [CustomerIdentity],
    isAnswered: Bool
  ) async {
    var settings = assistant.settings
    if let known = await conversation(of: recorder, identities) {
      settings.history = known.history
      settings.memory = known.record.memory.map { DialogueMemory(text: $0) }
      if known.isReachable { settings.messenger = ChatMessenger(chat: chat, conversation: known.record.id) }
    }
    let figures = figures
    let logger = logger
    let party = AssistantParty(
      id: recorder.call.conversation ?? recorder.call.id, settings: settings, providers: assistant.providers,
      leg: phoneCall.media.leg, isAnswered: isAnswered
    ) { event in
      logger.debug("event", metadata: ["type": "\(event.type)"])
      figures.note(event)
      recorder.note(event)
    }
    var phoneCall = phoneCall
    if isAnswered { await phoneCall.answerAndRun(party) } else { await phoneCall.run(party) }
    recorder.remember(await party.conversation.memory)
  }

  private struct KnownCustomer {
    var record: ConversationRecord
    var history: [DialogueMessage]
    /// Whether they can be written to.
    var isReachable: Bool
  }

  /// The conversation that a call belongs to. A store that fails costs the memory, not the call.
  private func conversation(of recorder: CallRecorder, _ identities: [CustomerIdentity]) async -> KnownCustomer? {
    do {
      var record: ConversationRecord?
      if let id = recorder.call.conversation { record = try await store.conversation(id) }
      let known =
        if let record { record } else { try await store.conversation(with: identities, name: nil, at: clock.now) }
      recorder.belongs(to: known.id)
      let messages = try await store.messages(of: known.id, before: nil, limit: ConversationHistory.limit)
      return KnownCustomer(
        record: known, history: ConversationHistory.dialogue(messages.reversed(), at: clock.now),
        isReachable: chat.canReach(known))
    } catch {
      logger.error("a caller's conversation can't be read", metadata: ["reason": "\(error)"])
      return nil
    }
  }

  /// Notes in the store how a call goes.
  static func watch(_ event: SIPCallEvent, _ leg: MediaLeg, _ recorder: CallRecorder) {
    switch event {
    case .answered, .established: recorder.answered()
    case .ended(let ending): recorder.ended(reason: ending.text, media: leg.statistics().json)
    default: break
    }
  }
}
