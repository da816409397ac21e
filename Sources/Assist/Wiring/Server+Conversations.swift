import Assistants
import ChatBridge
import Desk
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
    _ phoneCall: PhoneCall, _ assistant: Assistant, _ live: LiveCall, _ identities: [CustomerIdentity],
    isAnswered: Bool
  ) async {
    let (recorder, watch) = (live.recorder, live.watch)
    var settings = assistant.settings
    if let known = await conversation(of: recorder, identities) {
      settings.history = known.history
      settings.memory = known.record.memory.map { DialogueMemory(text: $0) }
      settings.watch = known.record.watch.flatMap { EscalationWatch.State(json: $0) }
      settings.identities = known.record.customer.identities.map(\.value)
      if known.isReachable { settings.messenger = ChatMessenger(chat: chat, conversation: known.record.id) }
    }
    let figures = figures
    let events = events
    let logger = logger
    settings.escalation.queue = await hasPeople
    let wishes = CallWishes(self)
    if isAnswered { watch.tell(.ringing) }
    let party = AssistantParty(
      id: recorder.call.conversation ?? recorder.call.id, settings: settings, providers: assistant.providers,
      leg: phoneCall.media.leg, isAnswered: isAnswered, onDigit: { watch.tell(.digit($0)) },
      fields: { wishes.fields }
    ) { event in
      logger.debug("event", metadata: ["type": "\(event.type)"])
      figures.note(event)
      recorder.note(event)
      wishes.note(event, on: recorder.call)
    }
    change(recorder.call.id) { $0.conversation = party.conversation }
    var phoneCall = phoneCall
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await events.watchQuality(of: recorder, live.leg) }
      if isAnswered { await phoneCall.answerAndRun(party) } else { await phoneCall.run(party) }
      group.cancelAll()
    }
    recorder.remember(await party.conversation.memory, watch: await party.conversation.watchState.json)
    await desk.ended(call: recorder.call.id)
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
}
