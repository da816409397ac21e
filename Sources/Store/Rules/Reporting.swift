/// What a channel reports of a message of ours. Reports come in any order and more than once.
struct Reporting: Sendable, Equatable {
  /// The message, with what the report tells of it.
  private(set) var message: MessageRecord
  /// Whether the channel has it although its answer never reached us: it must not be sent again, even if it is about to
  /// be.
  private(set) var endsSending = false
  /// What is noted of the report.
  private(set) var mark: MessageMark
  /// Whether the message came further by it.
  private(set) var isNews = false

  /// What `report` says of `message`, of which `marks` were noted; nil if it says nothing of it. `idIsFree` says whether no
  /// other message has the channel's id: one that another has already can't be this one's; the rest of the report counts.
  init?(_ report: StatusReport, of message: MessageRecord, marks: [MessageMark], idIsFree: Bool) {
    // A report about an earlier attempt, whose message was sent anew since, says nothing of this one; nor does the failure
    // that had it sent anew, when it comes again.
    if let current = message.channelID {
      guard current == report.channelID else { return nil }
    } else {
      guard !marks.contains(where: { $0.kind == .resent && $0.channelID == report.channelID }) else { return nil }
      endsSending = true
    }
    self.message = message
    if endsSending, idIsFree { self.message.channelID = report.channelID }
    mark = MessageMark(message.id, .state(report.state), at: report.at, code: report.code)
    guard message.state.advances(to: report.state) else { return }
    self.message.state = report.state
    self.message.failure = report.failure
    isNews = true
  }
}

extension MessageState {
  /// Whether a channel can report it.
  var isReported: Bool { self == .failed || (progress ?? 0) > 0 }
}
