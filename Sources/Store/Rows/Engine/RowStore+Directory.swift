// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

extension RowStore {
  public func conversation(_ id: String) async throws(StoreError) -> ConversationRecord? {
    try await read { rows in try rows.survivor(of: id).flatMap { try rows.records(of: [$0]).first } }
  }

  public func conversation(
    with identities: [CustomerIdentity], name: String?, at now: Timestamp
  ) async throws(StoreError) -> ConversationRecord {
    // Most are known, and whoever calls does not wait for the disk then.
    let known = try await read { rows in
      try rows.conversation(with: identities, name: name, at: now).flatMap { try rows.records(of: [$0]).first }
    }
    if let known { return known }
    let record = try await write { step in
      let customer = try step.resolve(identities, name: name, at: now, now: now).known.customer
      return try step.rows.records(of: [step.conversation(of: customer, at: now)]).first
    }
    guard let record else { throw .failed("a conversation that was just made is not there") }
    return record
  }

  public func conversations(
    _ filter: ConversationFilter, before cursor: (updatedAt: Timestamp, id: String)?, limit: Int
  ) async throws(StoreError) -> [ConversationRecord] {
    try await read { rows in try rows.records(of: rows.conversations(filter, before: cursor, limit: limit)) }
  }

  public func messages(
    of conversation: String, before sequence: Int64?, limit: Int
  ) async throws(StoreError) -> [MessageRecord] {
    try await read { rows in
      guard let known = try rows.survivor(of: conversation) else { return [] }
      return try rows.messages(of: known.id, before: sequence, limit: limit)
    }
  }

  public func message(_ id: String) async throws(StoreError) -> MessageRecord? {
    try await read { rows in try rows.message(id) }
  }

  public func message(channel: String, channelID: String) async throws(StoreError) -> MessageRecord? {
    try await read { rows in try rows.message(channel: channel, channelID: channelID) }
  }

  public func understood(
    message id: String, text: String?, detail: String?, media: StoredMedia?, at now: Timestamp
  ) async throws(StoreError) {
    try await write { step in
      guard let message = try step.rows.message(id) else { return }
      let understood = Intake.understand(message, text: text, detail: detail, media: media?.id)
      if let media, understood.media == media.id { try step.rows.insert(media, at: now) }
      try step.update(message, to: understood)
    }
  }

  public func tag(_ conversation: String, _ tags: [String]) async throws(StoreError) {
    try await write { step in
      guard let before = try step.rows.survivor(of: conversation) else { return }
      var after = before
      after.tags = tags
      try step.update(before, to: after)
    }
  }
}

extension Rows {
  /// Conversations with all that belongs to them, in the same order.
  fileprivate func records(of conversations: [ConversationState]) throws -> [ConversationRecord] {
    guard !conversations.isEmpty else { return [] }
    let ids = conversations.map(\.customer)
    let (customers, names) = (try customers(ids), try currentNames(of: ids))
    let threads = try threads(of: conversations.map(\.id))
    return conversations.map { state in
      ConversationRecord(
        id: state.id,
        customer: Customer(
          id: state.customer, name: customers[state.customer]?.name, identities: names[state.customer] ?? []),
        owner: state.owner, person: state.person, epoch: state.epoch, memory: state.memory, watch: state.watch,
        tags: state.tags, createdAt: state.createdAt, updatedAt: state.updatedAt, threads: threads[state.id] ?? [])
    }
  }
}
