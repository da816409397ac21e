/// What is kept of a call as it goes on.
enum CallKeeping {
  /// `call` in place of what is `known` of it: who called whom and when it began do not change, and whoever does not know
  /// of an answer, an end or a recording does not take it away. So it does not matter which of two writers comes first.
  static func update(_ known: CallRecord?, to call: CallRecord) -> CallRecord {
    guard let known else { return call }
    var result = known
    result.conversation = call.conversation ?? known.conversation
    result.assistant = call.assistant ?? known.assistant
    result.answeredAt = call.answeredAt ?? known.answeredAt
    result.endedAt = call.endedAt ?? known.endedAt
    result.reason = call.reason ?? known.reason
    result.media = call.media ?? known.media
    result.sipCallID = call.sipCallID
    result.recording = call.recording ?? known.recording
    result.recordingSeconds = call.recordingSeconds ?? known.recordingSeconds
    return result
  }

  /// A call that died with its process, ended as of the last that was written down of it (`lastSign`), but not in the
  /// future, nor before it began where the clock was set back.
  static func end(_ call: CallRecord, reason: String, lastSign: Timestamp?, at now: Timestamp) -> CallRecord {
    let last = [call.startedAt, call.answeredAt, lastSign].compactMap { $0 }.max() ?? call.startedAt
    var call = call
    call.endedAt = min(last, max(now, call.startedAt))
    call.reason = reason
    return call
  }

  /// What was said in a call, as a message of `conversation` that waits for nobody.
  static func message(_ spoken: SpokenMessage, as id: String, in conversation: ConversationState) -> MessageRecord {
    MessageRecord(
      sequence: 0, id: id, conversation: conversation.id, channel: "phone", author: spoken.author,
      person: spoken.person, kind: "speech", text: spoken.text, call: spoken.call, sentAt: spoken.at,
      state: spoken.author == .customer ? .answered : .noted)
  }
}
