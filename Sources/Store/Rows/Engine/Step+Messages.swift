// What is said and what channels tell, within a step.
extension Step {
  /// Stores a message that is to be sent, and puts it into the outbox.
  mutating func queue(
    _ message: OutgoingMessage, in conversation: String, answer: String?, at now: Timestamp
  ) throws {
    let queued = Sending.queue(message, in: conversation, at: now)
    if let media = message.media { try rows.insert(media, at: now) }
    try insert(queued.message, answer: answer, at: now)
    try rows.insert(queued.item, answer: answer)
    if message.author == .person { try noteReply(in: conversation, at: now) }
  }

  /// Takes in what a channel tells. What is known already changes nothing.
  mutating func apply(_ update: ChannelUpdate, at now: Timestamp) throws -> [UpdateOutcome] {
    switch update {
    case .message(let message): return try receive(message, at: now)
    case .status(let report): return [try note(report)]
    case .identityChanged(let channel, let old, let new, let time):
      return try rename(old, to: new, on: channel, at: time, now: now)
        .map { .merged(conversation: $0.from, into: $0.into) }
    case .edited(let channel, let id, let text):
      guard let message = try change(channel, id, .edited(text), at: now), message.state == .pending else {
        return [.known]
      }
      return [.changed(message: message.id, conversation: message.conversation)]
    case .revoked(let channel, let id):
      _ = try change(channel, id, .revoked, at: now)
      return [.known]
    }
  }

  private mutating func receive(_ message: IncomingMessage, at now: Timestamp) throws -> [UpdateOutcome] {
    let arrival = try rows.arrival(channel: message.channel, channelID: message.channelID)
    guard !arrival.isKnown, !message.identities.isEmpty else { return [.known] }
    let (known, joined) = try resolve(message.identities, name: message.name, at: message.sentAt, now: now)
    let before = try conversation(of: known.customer, at: now)
    let record = Intake.receive(message, as: RecordID.make("msg", at: now), in: before, arrival.early)
    try insert(record, at: now)
    if arrival.early != nil { try rows.removeEarlyChange(channel: message.channel, channelID: message.channelID) }
    var conversation = before
    conversation.touch(at: now)
    try update(before, to: conversation)
    try openWindow(message, of: known.current, in: before.id, at: now)
    return joined.map { .merged(conversation: $0.from, into: $0.into) }
      + [.received(message: record.id, conversation: before.id, wantsAnswer: record.state == .pending)]
  }

  /// A customer's message opens the customer service window: what was held back may go.
  private func openWindow(
    _ message: IncomingMessage, of names: [CustomerIdentity], in conversation: String, at now: Timestamp
  ) throws {
    let known = try rows.threads(of: [conversation])[conversation]?
      .first { $0.channel == message.channel && $0.account == message.account }
    let thread = Intake.thread(known, message, of: names, at: now)
    if thread != known { try rows.put(thread, of: conversation) }
    try rows.releaseHeld(in: conversation, channel: message.channel, account: message.account, at: now)
  }

  /// Does to a message what its customer did, or keeps it until the message comes. Returns the message as it is.
  private mutating func change(
    _ channel: String, _ id: String, _ change: EarlyChange, at now: Timestamp
  ) throws -> MessageRecord? {
    guard let message = try rows.message(channel: channel, channelID: id) else {
      let before = try rows.arrival(channel: channel, channelID: id).early
      let kept = before?.then(change) ?? change
      if kept != before { try rows.keep(kept, channel: channel, channelID: id, at: now) }
      return nil
    }
    let changed =
      switch change {
      case .edited(let text): Intake.edit(message, text)
      case .revoked: Intake.revoke(message)
      }
    if let media = message.media, changed.media == nil { try rows.removeMedia(media) }
    try update(message, to: changed)
    return changed
  }

  private mutating func note(_ report: StatusReport) throws -> UpdateOutcome {
    guard report.state.isReported, let message = try message(of: report) else { return .known }
    let isFirst = message.channelID == nil
    guard
      let reporting = Reporting(
        report, of: message, marks: isFirst ? try rows.marks(of: message.id) : [],
        idIsFree: isFirst ? try isFree(report.channelID, on: report.channel, for: message.id) : true)
    else { return .known }
    try update(message, to: reporting.message)
    if reporting.endsSending { try rows.removeItem(message.id) }
    try rows.note(reporting.mark)
    guard reporting.isNews else { return .known }
    return .status(message: message.id, conversation: message.conversation, report.state, code: report.code)
  }

  /// Which message of ours a report is about.
  private func message(of report: StatusReport) throws -> MessageRecord? {
    let message =
      if let key = report.key {
        try rows.message(key)
      } else {
        try rows.message(channel: report.channel, channelID: report.channelID)
      }
    guard let message, message.channel == report.channel, message.author != .customer else { return nil }
    return message
  }

  /// Whether no other message has a channel's id.
  func isFree(_ channelID: String, on channel: String, for message: String) throws -> Bool {
    try rows.message(channel: channel, channelID: channelID).map { $0.id == message } ?? true
  }
}
