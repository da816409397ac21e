package import Store

// The one door through which conversations change hands.
extension Desk {
  /// A person takes a conversation in `epoch` from whoever has it.
  ///
  /// - Parameter movesCall: false if its call will be brought to the person's telephone.
  package func takeOver(
    _ id: String, by person: String, epoch: Int64, movesCall: Bool
  ) async throws(DeskError) -> OwnershipChange {
    let now = clock.now
    let (wish, isTheirs) = try await store { () throws(StoreError) in
      let wish = try await book.openEscalation(of: id)
      return (wish, try await book.assign(id, to: .person, person: person, ifEpoch: epoch, at: now) != nil)
    }
    let conversation = try await conversation(id)
    guard isTheirs else {
      if conversation.owner == .person, conversation.person != person { throw .notTheirs(person: conversation.person) }
      throw .otherEpoch(conversation.epoch)
    }
    let escalation = try await reread(wish)
    await ownerChanged(OwnershipChange(conversation: conversation, escalation: escalation, movesCall: movesCall))
    if let wish, let escalation {
      floor.claimed(escalation, by: person, at: now)
      emit(.claimed(escalation, from: wish.state == .claimed ? wish.person : nil))
    }
    wake()
    return OwnershipChange(conversation: conversation, escalation: escalation, movesCall: movesCall)
  }

  /// Gives a conversation in `epoch` back to the assistant, or in whatever epoch if it is nil. `note` is for the assistant.
  @discardableResult
  package func giveBack(
    _ id: String, by person: String, epoch: Int64? = nil, note: String?, movesCall: Bool
  ) async throws(DeskError) -> OwnershipChange {
    let before = try await conversation(id)
    let now = clock.now
    let (wish, isBack) = try await store { () throws(StoreError) in
      let wish = try await book.openEscalation(of: id)
      return (
        wish,
        try await book.assign(
          id, to: .assistant, person: nil, note: note, ifEpoch: epoch ?? before.epoch, at: now) != nil
      )
    }
    guard isBack else { throw .conflict }
    let escalation = try await reread(wish)
    let change = try await handedBack(id, escalation, note: note, by: person, movesCall: movesCall)
    if let escalation { emit(.resolved(escalation)) }
    return change
  }

  /// The assistant has a conversation, and is told what the person has to say.
  func handedBack(
    _ id: String, _ escalation: EscalationRecord?, note: String?, by person: String, movesCall: Bool
  ) async throws(DeskError) -> OwnershipChange {
    if let note, !note.isEmpty {
      let now = clock.now
      try await store { () throws(StoreError) in
        try await book.note(
          "A colleague of yours gave the conversation back to you, with this note: \(note)", kind: "handback",
          by: person, in: id, at: now)
      }
    }
    let change = OwnershipChange(
      conversation: try await conversation(id), escalation: escalation, note: note, movesCall: movesCall)
    await ownerChanged(change)
    wake()
    return change
  }

  // MARK: A person is wanted

  /// Puts the wish for a person that came up in a conversation into the queue; nil if a person has it already.
  package func escalate(
    _ conversation: String, _ new: NewEscalation
  ) async throws(DeskError) -> EscalationRecord? {
    let now = clock.now
    let record = try await store { () throws(StoreError) in try await book.escalate(conversation, new, at: now) }
    if record != nil { wake() }
    return record
  }

  /// What a person is given of a conversation is more by now: `package`, as JSON.
  package func complete(_ conversation: String, package: String) async throws(DeskError) {
    try await store { () throws(StoreError) in
      guard let wish = try await book.openEscalation(of: conversation) else { return }
      try await book.update(wish.id, package: package, reason: nil)
    }
  }

  /// A telephone has brought the caller of `call` to a person, or nobody took the call: the wish is done either way, since
  /// somebody has the caller. One that somebody has claimed is theirs.
  package func handOverEnded(call: String, in conversation: String) async throws(DeskError) {
    let wish = try await store { () throws(StoreError) in try await book.openEscalation(of: conversation) }
    guard let wish, wish.call == call, wish.state != .claimed else { return }
    try await giveBack(conversation, by: "telephone", note: nil, movesCall: false)
  }

  /// A person's telephone did not bring them the call of a conversation: what was wished for waits for whoever can take
  /// it, and what nobody wished for is the assistant's.
  package func missed(_ conversation: String, by person: String) async throws(DeskError) {
    let wish = try await store { () throws(StoreError) in try await book.openEscalation(of: conversation) }
    guard let wish, wish.state == .claimed, wish.person == person else {
      return try await cameBack(conversation, from: person)
    }
    _ = try await release(wish.id, by: person, to: .queue, movesCall: false)
  }

  /// A person who had a call, or was to have it, does not: the assistant has it, if it was theirs still.
  package func cameBack(_ id: String, from person: String) async throws(DeskError) {
    let record = try await conversation(id)
    guard record.owner == .person, record.person == person else { return }
    try await giveBack(id, by: person, epoch: record.epoch, note: nil, movesCall: false)
  }

  // MARK: Reading

  func conversation(_ id: String) async throws(DeskError) -> ConversationRecord {
    let found = try await store { () throws(StoreError) in try await book.conversation(id) }
    guard let found else { throw .noConversation }
    return found
  }

  /// An escalation as it is now.
  private func reread(_ escalation: EscalationRecord?) async throws(DeskError) -> EscalationRecord? {
    guard let escalation else { return nil }
    return try await store { () throws(StoreError) in try await book.escalation(escalation.id) } ?? escalation
  }
}
