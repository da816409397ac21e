import Assistants
import ChatBridge
import Desk
import Events
import JSON
import Logging
import Settings
import Store
import VoicePipeline

/// How a call comes to the telephone of whoever takes it.
enum RingMode: String, Sendable {
  /// We ring them and pass the sound between both.
  case bridge
  /// REFER: the caller's side rings them, and we are out of it.
  case refer
}

// Conversations come to people and go back. Who has one is decided in the store, in one step; calls follow.
extension Server {
  /// Gives a conversation to a person, if it is still in `epoch`.
  func takeOver(
    _ record: ConversationRecord, by person: String, epoch: Int64, ring: RingMode?
  ) async throws -> JSONValue {
    let wish = try await store.openEscalation(of: record.id)
    guard try await store.assign(record.id, to: .person, person: person, ifEpoch: epoch, at: clock.now) != nil else {
      guard let now = try await store.conversation(record.id) else { throw APIError.missing("conversation") }
      if now.owner == .person, now.person != person { throw ConversationOperations.claimed(by: now.person) }
      throw APIError.conflict("the conversation is in epoch \(now.epoch) by now")
    }
    if let wish { events.claimed(wish, by: person) }
    await desk.wake()
    return await view(try await given(record.id, to: person, ring: ring))
  }

  /// Gives a wish for a person, and its conversation, to `person`.
  func claim(_ id: String, by person: String, force: Bool, ring: RingMode?) async throws -> JSONValue {
    let (record, epoch) = try await claimed(id, by: person, force: force)
    // A telephone that can't be rung undoes the claim, and is told.
    try await given(record.conversation, to: person, ring: ring)
    guard case .object(var view) = await view(record) else { return .null }
    view["epoch"] = .integer(epoch)
    return .object(view)
  }

  private func claimed(_ id: String, by person: String, force: Bool) async throws(APIError) -> (
    EscalationRecord, epoch: Int64
  ) {
    do throws(DeskError) {
      switch try await desk.claim(id, by: person, force: force) {
      case .claimed(let record, let epoch): return (record, epoch)
      case .taken(let holder): throw DeskError.notTheirs(person: holder)
      case .gone: throw DeskError.unknown
      }
    } catch {
      throw error.apiError
    }
  }

  /// A person has a conversation: its call falls silent, and comes to them if they wish.
  @discardableResult
  private func given(_ id: String, to person: String, ring: RingMode?) async throws -> ConversationRecord {
    guard let record = try await store.conversation(id) else { throw APIError.missing("conversation") }
    events.ownerChanged(record)
    if let call = liveCall(of: id) {
      live[call]?.recorder.taken(by: person)
      if let ring, let address = await desk.person(person)?.sip {
        try await self.ring(person, at: address, call: call, conversation: id, ring)
      } else {
        try? await suspendAssistant(call)
      }
    }
    return record
  }

  private func ring(
    _ person: String, at address: String, call: String, conversation: String, _ mode: RingMode
  ) async throws {
    let wish = try await store.openEscalation(of: conversation)
    let package = wish?.package.flatMap { JSONValue(Array($0.utf8)) }
    var order = PersonOrder(to: address, mode: mode == .refer ? .blind : .bridge)
    order.reason = wish?.reason ?? ""
    order.summary = package?["summary"]?.array.compactMap(\.string) ?? []
    if let wish { order.headers = fields(of: wish) }
    order.release = { [weak self] in
      await self?.cameBack(conversation, from: person)
    }
    order.missed = { [weak self] in
      await self?.missed(conversation, by: person)
    }
    do {
      try await transfer(call, order)
    } catch {
      await missed(conversation, by: person)
      throw error.apiError
    }
  }

  /// A person's telephone did not bring them the call: what was wished for waits for whoever can take it.
  private func missed(_ conversation: String, by person: String) async {
    do {
      guard let wish = try await store.openEscalation(of: conversation), wish.state == .claimed, wish.person == person
      else { return await cameBack(conversation, from: person) }
      _ = try await desk.release(wish.id, by: person, to: .queue)
      if let record = try await store.conversation(conversation) { events.ownerChanged(record) }
    } catch {
      logger.error("a call can't be put back into the queue", metadata: ["reason": "\(error)"])
    }
  }

  /// What goes with a call to a person, so that their telephone or its server can show who it is about.
  nonisolated func fields(of wish: EscalationRecord) -> [(name: String, value: String)] {
    [("X-Assist-Escalation", wish.id), ("X-Assist-Link", "\(publicURL)/#/conversation/\(wish.conversation)")]
  }

  /// A person who had a call, or was to have it, does not: the assistant has it.
  private func cameBack(_ conversation: String, from person: String) async {
    do {
      guard let record = try await store.conversation(conversation), record.owner == .person, record.person == person
      else { return }
      try await release(record, by: person, epoch: record.epoch, note: nil, resumesCall: false)
    } catch {
      logger.error("a conversation can't be given back", metadata: ["reason": "\(error)"])
    }
  }

  /// Gives a conversation back to the assistant. Returns it as it is then.
  @discardableResult
  func release(
    _ record: ConversationRecord, by person: String, epoch: Int64?, note: String?, resumesCall: Bool = true
  ) async throws -> ConversationRecord {
    let wish = try await store.openEscalation(of: record.id)
    guard
      try await store.assign(
        record.id, to: .assistant, person: nil, ifEpoch: epoch ?? record.epoch, at: clock.now) != nil,
      let now = try await store.conversation(record.id)
    else { throw APIError.conflict("the conversation has changed hands meanwhile") }
    if let wish { resolved(wish, note: note) }
    try await handedBack(now, note: note, by: person, resumesCall: resumesCall)
    return now
  }

  /// The assistant has a conversation again, and is told what the person has to say.
  private func handedBack(
    _ record: ConversationRecord, note: String?, by person: String, resumesCall: Bool
  ) async throws {
    events.ownerChanged(record)
    if let note, !note.isEmpty {
      try await store.note(
        "A colleague of yours gave the conversation back to you, with this note: \(note)", kind: "handback",
        by: person, in: record.id, at: clock.now)
    }
    if resumesCall, let call = liveCall(of: record.id) { try? await resumeAssistant(call, note: note) }
    await desk.wake()
  }

  /// Ends a wish for a person.
  func resolve(_ id: String, by person: String, note: String?) async throws -> JSONValue {
    guard let wish = try await store.escalation(id) else { throw APIError.missing("escalation") }
    do throws(DeskError) {
      try await desk.resolve(id, by: person, note: note)
    } catch {
      throw error.apiError
    }
    if let record = try await store.conversation(wish.conversation) {
      if record.owner == .person {
        try await release(record, by: person, epoch: record.epoch, note: note)
      } else {
        try await handedBack(record, note: note, by: person, resumesCall: true)
      }
    }
    return await view(try await store.escalation(id) ?? wish)
  }

  private func resolved(_ wish: EscalationRecord, note: String?) {
    events.hub.publish(
      .escalation(
        .escalationResolved,
        EscalationData(
          escalation: wish.id, reason: wish.reason, kind: wish.kind, channel: wish.channel, state: "resolved",
          person: wish.person, note: note), conversation: wish.conversation, at: clock.now))
  }

  /// Tells the assistant something that the customer does not hear.
  func coach(_ record: ConversationRecord, _ text: String, by person: String) async throws {
    try await store.note(
      "Instruction from a colleague, which the customer does not see: \(text)", kind: "coach", by: person,
      in: record.id, at: clock.now)
    if let call = liveCall(of: record.id), let conversation = live[call]?.conversation {
      await conversation.coach(text)
    }
  }

  // MARK: Calls of conversations

  /// The call of a conversation that is going on.
  func liveCall(of conversation: String) -> String? { liveByConversation[conversation] }

  /// Calls that are going on, by their conversations.
  var liveByConversation: [String: String] {
    var result: [String: String] = [:]
    for (id, call) in live {
      if let conversation = call.recorder.call.conversation { result[conversation] = id }
    }
    return result
  }

  // MARK: Whether there is anybody

  /// Whether there is anyone to whom a caller can be handed at the console.
  var hasPeople: Bool { get async { await !desk.people.isEmpty } }

  /// Something happened in a chat that the desk has to know.
  nonisolated func note(_ event: ChatEvent) {
    switch event.kind {
    case .escalationRequested: Task { await desk.wake() }
    case .received: Task { await desk.customerWrote(in: event.conversation) }
    case .providerFailed(let role, let error): providerHealth.failed(role, error, at: event.at)
    default: break
    }
  }

  // MARK: A person is wanted in a call

  /// Puts the wish for a person that came up in a call into the queue.
  func wish(
    _ finding: EscalationFinding, package: HandoverPackage?, on call: CallRecord
  ) async -> EscalationRecord? {
    guard let conversation = call.conversation else { return nil }
    do {
      let new = NewEscalation(
        kind: finding.kind.rawValue, reason: finding.reason, channel: "phone", priority: finding.priority,
        call: call.id, package: package?.json)
      let record = try await store.escalate(conversation, new, at: clock.now)
      requested(finding, record, on: call)
      if record != nil { await desk.wake() }
      return record
    } catch {
      logger.error("a wish for a person can't be stored", metadata: ["reason": "\(error)"])
      requested(finding, nil, on: call)
      return nil
    }
  }

  private func requested(_ finding: EscalationFinding, _ record: EscalationRecord?, on call: CallRecord) {
    let data =
      record.map { EscalationData($0) }
      ?? EscalationData(
        reason: finding.reason, kind: finding.kind.rawValue, channel: "phone", priority: finding.priority)
    events.hub.publish(
      .escalation(.escalationRequested, data, conversation: call.conversation ?? "", call: call.id, at: clock.now))
  }

  /// What a person is given is more by now.
  func completed(_ package: HandoverPackage, on call: CallRecord) async {
    guard let conversation = call.conversation,
      let wish = try? await store.openEscalation(of: conversation)
    else { return }
    try? await store.update(wish.id, package: package.json, reason: nil)
    events.hub.publish(
      .escalation(
        .escalationUpdated,
        EscalationData(
          escalation: wish.id, reason: wish.reason, kind: wish.kind, channel: wish.channel, change: "package"),
        conversation: conversation, call: call.id, at: clock.now))
  }

  /// The telephone has brought the caller to a person, or nobody took the call: the wish is done either way, since
  /// somebody has the caller.
  func handOverEnded(succeeded: Bool, on call: CallRecord) async {
    guard let conversation = call.conversation, let wish = try? await store.openEscalation(of: conversation),
      wish.call == call.id, wish.state != .claimed, let record = try? await store.conversation(conversation)
    else { return }
    _ = try? await release(
      record, by: "telephone", epoch: record.epoch,
      note: nil, resumesCall: false)
    logger.debug("hand-over ended", metadata: ["succeeded": "\(succeeded)"])
  }
}
