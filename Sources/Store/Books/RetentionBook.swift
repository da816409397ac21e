/// Throws away what has been kept long enough. What is still on its way, or awaited, stays.
public protocol RetentionBook: Sendable {
  /// Media that came before `time` and does not have to be sent any more.
  func forgetMedia(before time: Timestamp) async throws(StoreError)
  /// What was said before `time`, unless it waits for an answer or to be sent. What a channel may deliver again must not
  /// be forgotten yet: it would be news.
  func forgetMessages(before time: Timestamp) async throws(StoreError)
  /// Calls that ended before `time` and of which there is no recording any more, with their turns.
  func forgetCalls(before time: Timestamp) async throws(StoreError)
  /// Calls that ended before `time` and have a recording, the oldest first. Whoever has deleted the file says so by
  /// `forgetRecording`; so none is left behind.
  func recordings(before time: Timestamp, limit: Int) async throws(StoreError) -> [CallRecord]
  /// There is no recording of a call any more.
  func forgetRecording(of call: String) async throws(StoreError)
  /// Escalations that were resolved before `time`.
  func forgetEscalations(before time: Timestamp) async throws(StoreError)
}
