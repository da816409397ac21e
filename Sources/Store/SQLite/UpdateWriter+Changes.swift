import GRDB

// What customers change of what they wrote. A change may come before its message, and again long after.
extension UpdateWriter {
  /// Whether the message is there. What was taken back stays so.
  func edit(_ channel: String, _ message: String, _ text: String) throws -> Bool {
    guard try isKnown(channel, message) else { return false }
    try db.run(
      """
      UPDATE message SET text = ? WHERE channel = ? AND channel_id = ? AND author = 'customer' AND kind <> 'revoked'
      """, [text, channel, message])
    return true
  }

  /// Whether the message is there. What was taken back is not kept; that there was something is.
  func revoke(_ channel: String, _ message: String) throws -> Bool {
    guard try isKnown(channel, message) else { return false }
    try db.run(
      """
      DELETE FROM media
      WHERE id = (SELECT media FROM message WHERE channel = ? AND channel_id = ? AND author = 'customer')
      """, [channel, message])
    try db.run(
      """
      UPDATE message SET text = '', detail = NULL, media = NULL, kind = 'revoked',
        state = CASE WHEN state = 'pending' THEN 'noted' ELSE state END
      WHERE channel = ? AND channel_id = ? AND author = 'customer'
      """, [channel, message])
    return true
  }

  /// Keeps a change until its message comes; no text if it was taken back, which is the last word.
  func keep(_ channel: String, _ message: String, _ text: String?) throws {
    try db.run(
      """
      INSERT INTO early_change (channel, channel_id, text, at) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET text = CASE WHEN text IS NULL THEN NULL ELSE excluded.text END
      """, [channel, message, text, now.milliseconds])
  }

  /// Does to a message that has just come what was asked for before. Returns whether it was taken back.
  func applyEarlyChange(to message: IncomingMessage) throws -> Bool {
    let row = try db.row(
      "SELECT text FROM early_change WHERE channel = ? AND channel_id = ?", [message.channel, message.channelID])
    guard let row else { return false }
    try db.run(
      "DELETE FROM early_change WHERE channel = ? AND channel_id = ?", [message.channel, message.channelID])
    if let text: String = row["text"] {
      _ = try edit(message.channel, message.channelID, text)
      return false
    }
    return try revoke(message.channel, message.channelID)
  }

  private func isKnown(_ channel: String, _ message: String) throws -> Bool {
    try db.row("SELECT 1 FROM message WHERE channel = ? AND channel_id = ?", [channel, message]) != nil
  }
}
