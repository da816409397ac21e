import Assistants
import Calls
import ChatBridge
import Desk
import Logging
import Reporting
import RTPEngine
import SIPTransport
import Store
import VoicePipeline

/// A call on which an assistant speaks. It belongs to a customer's conversation: the assistant knows what was said to them
/// before, and what is said now is written down.
struct AssistantTalk: Sendable {
  private let switchboard: Switchboard
  private let assistant: Assistant
  private let live: LiveCall
  private let identities: [CustomerIdentity]

  /// A talk of `assistant` on `live` with whoever has `identities`, as far as they can be believed.
  init(_ switchboard: Switchboard, _ assistant: Assistant, _ live: LiveCall, _ identities: [CustomerIdentity]) {
    self.switchboard = switchboard
    self.assistant = assistant
    self.live = live
    self.identities = identities
  }

  /// Sees `phoneCall` to its end: an incoming one that is answered here, or one of ours that is answered there.
  func run(_ phoneCall: PhoneCall, isAnswered: Bool) async {
    let surroundings = switchboard.surroundings
    let (recorder, watch) = (live.recorder, live.watch)
    var phoneCall = phoneCall
    if isAnswered {
      // Who waits hears that it rings before anything is read.
      phoneCall.ring()
      watch.tell(.ringing)
    }
    var settings = assistant.settings
    let known = await customer()
    if let known {
      settings.history = known.history
      settings.memory = known.record.memory.map { DialogueMemory(text: $0) }
      settings.watch = known.record.watch.flatMap { EscalationWatch.State(json: $0) }
      settings.identities = known.record.customer.identities.map(\.value)
      if known.isReachable {
        settings.messenger = ChatMessenger(chat: surroundings.chat, conversation: known.record.id)
      }
    }
    settings.lostSound = surroundings.figures.lostSound
    settings.escalation.queue = await !surroundings.desk.people.isEmpty
    let wishes = CallWishes(surroundings)
    let (figures, logger) = (surroundings.figures, surroundings.logger(for: live))
    let party = AssistantParty(
      id: recorder.call.conversation ?? recorder.call.id, settings: settings, providers: assistant.providers,
      leg: live.leg, isAnswered: isAnswered, onDigit: { watch.tell(.digit($0)) },
      fields: { wishes.fields }
    ) { event in
      logger.debug("event", metadata: ["type": "\(event.type)"])
      figures.note(event)
      recorder.note(event)
      wishes.note(event, on: recorder.call)
    }
    live.isSpoken(by: party.conversation)
    let quality = QualityReports(events: surroundings.events, recorder: recorder, leg: live.leg)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await quality.run() }
      if isAnswered { await phoneCall.answerAndRun(party) } else { await phoneCall.run(party) }
      group.cancelAll()
    }
    await wishes.end()
    let llm = assistant.providers.llm
    recorder.remember(
      await party.conversation.memory, watch: await party.conversation.watchState.json, since: settings.memory
    ) { llm.joined($0, with: $1) }
    await surroundings.desk.ended(call: recorder.call.id)
  }

  /// What is known of who is on the line.
  private struct KnownCustomer {
    var record: ConversationRecord
    var history: [DialogueMessage]
    /// Whether they can be written to.
    var isReachable: Bool
  }

  /// The conversation that the call belongs to. A store that fails costs the memory, not the call.
  private func customer() async -> KnownCustomer? {
    let surroundings = switchboard.surroundings
    let (store, clock) = (surroundings.store, surroundings.clock)
    do {
      var record: ConversationRecord?
      if let id = live.recorder.call.conversation { record = try await store.conversation(id) }
      let known =
        if let record { record } else { try await store.conversation(with: identities, name: nil, at: clock.now) }
      switchboard.live.belongs(live, to: known.id)
      let messages = try await store.messages(of: known.id, before: nil, limit: ConversationHistory.limit)
      return KnownCustomer(
        record: known, history: ConversationHistory.dialogue(messages.reversed(), at: clock.now),
        isReachable: surroundings.chat.canReach(known))
    } catch {
      surroundings.logger(for: live).error(
        "a caller's conversation can't be read", metadata: ["reason": "\(error)"])
      return nil
    }
  }
}

/// Sends a caller a WhatsApp message while the call goes on.
private struct ChatMessenger: SideMessenger {
  let chat: ChatBridge
  let conversation: String

  func send(_ text: String) async throws(SideMessageFailure) {
    do {
      _ = try await chat.say(text, in: conversation, as: .assistant)
    } catch {
      throw SideMessageFailure(reason: "\(error)")
    }
  }
}
