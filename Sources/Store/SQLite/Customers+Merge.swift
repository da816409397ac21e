import GRDB

extension Customers {
  /// Makes all that is one customer's another's. Returns the conversations that became one, if both had one.
  func merge(_ from: String, into: String) throws -> [(from: String, into: String)] {
    try db.run("UPDATE identity SET customer = ? WHERE customer = ?", [into, from])
    guard let row = try db.row("SELECT * FROM conversation WHERE customer = ? AND merged_into IS NULL", [from]) else {
      return []
    }
    let old: String = row["id"]
    let target = try conversation(of: into)
    try settleWishes(of: old, target)
    for table in ["message", "escalation", "outbox", "call"] {
      try db.run("UPDATE \(table) SET conversation = ? WHERE conversation = ?", [target, old])
    }
    // Neither side's last answer can be taken back: what the other remembers has come to it.
    try db.run("DELETE FROM answer WHERE conversation IN (?, ?)", [target, old])
    // Where both were written to at one place, the one that wrote last is there.
    try db.run(
      """
      INSERT INTO thread (conversation, channel, account, phone, user, last_customer_at)
      SELECT ?, channel, account, phone, user, last_customer_at FROM thread WHERE conversation = ?
      ON CONFLICT DO UPDATE SET
        phone = CASE WHEN excluded.last_customer_at >= last_customer_at
          THEN coalesce(excluded.phone, phone) ELSE coalesce(phone, excluded.phone) END,
        user = CASE WHEN excluded.last_customer_at >= last_customer_at
          THEN coalesce(excluded.user, user) ELSE coalesce(user, excluded.user) END,
        last_customer_at = max(coalesce(last_customer_at, 0), coalesce(excluded.last_customer_at, 0))
      """, [target, old])
    try db.run("DELETE FROM thread WHERE conversation = ?", [old])
    try join(row, into: target)
    try db.run("UPDATE conversation SET merged_into = ? WHERE id = ? OR merged_into = ?", [target, old, old])
    return [(old, target)]
  }

  /// A person who is there, or wanted, on either side is so on both. The epoch grows: answers under way were worked out
  /// without the other half.
  private func join(_ old: Row, into target: String) throws {
    let epoch: Int64 = old["epoch"]
    let owner: String = old["owner"]
    let person: String? = old["person"]
    try db.run(
      """
      UPDATE conversation SET epoch = max(epoch, ?) + 1, memory = coalesce(memory, ?),
        watch = coalesce(watch, ?), tags = (SELECT json_group_array(value) FROM (
          SELECT value FROM json_each(tags) UNION SELECT value FROM json_each(?))),
        person = CASE WHEN owner = 'person' THEN person WHEN ? = 'person' THEN ? END,
        owner = CASE WHEN 'person' IN (owner, ?) THEN 'person' WHEN 'queue' IN (owner, ?) THEN 'queue' ELSE owner END,
        created_at = min(created_at, ?), updated_at = max(updated_at, ?)
      WHERE id = ?
      """,
      [
        epoch, old["memory"] as String?, old["watch"] as String?, old["tags"] as String, owner, person, owner, owner,
        old["created_at"] as Int64, old["updated_at"] as Int64, target,
      ])
    let joined = try db.row("SELECT owner, person FROM conversation WHERE id = ?", [target])
    if let joined, joined["owner"] as String == ConversationOwner.person.rawValue {
      try SQLiteStore.take(target, by: joined["person"], at: now, db)
    }
    try db.run(
      """
      UPDATE message SET state = 'noted' WHERE conversation = ? AND state = 'pending'
        AND (SELECT owner FROM conversation WHERE id = ?) <> 'assistant'
      """, [target, target])
  }

  /// Of two wishes for a person one stands: the one that somebody has taken, or the more urgent.
  private func settleWishes(of one: String, _ other: String) throws {
    let wishes = try db.rows(
      """
      SELECT id FROM escalation WHERE conversation IN (?, ?) AND state IN ('waiting', 'offered', 'claimed')
      ORDER BY state <> 'claimed', priority, created_at, id
      """, [one, other])
    for wish in wishes.dropFirst() {
      try db.run(
        "UPDATE escalation SET \(SQLiteStore.resolved) WHERE id = ?",
        [now.milliseconds, now.milliseconds, wish["id"] as String])
    }
  }
}
