// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import Foundation
import GRDB

extension SQLiteStore {
  public func keep(
    channel: String, source: String, body: [UInt8], at now: Timestamp
  ) async throws(StoreError) -> Int64 {
    let body = Data(body)
    return try await write { db in
      try db.run(
        "INSERT INTO delivery (channel, source, body, received_at) VALUES (?, ?, ?, ?)",
        [channel, source, body, now.milliseconds])
      return db.lastInsertedRowID
    }
  }

  public func openDeliveries(limit: Int) async throws(StoreError) -> [Delivery] {
    try await read { db in
      try db.rows(
        "SELECT id, channel, source, body, received_at FROM delivery WHERE applied_at IS NULL ORDER BY id LIMIT ?",
        [limit]
      ).map { Delivery($0) }
    }
  }

  public func apply(
    _ contents: [DeliveryContent], at now: Timestamp
  ) async throws(StoreError) -> [UpdateOutcome] {
    try await write { db in
      var outcomes: [UpdateOutcome] = []
      let updates = UpdateWriter(db: db, now: now)
      for content in contents {
        // A delivery is applied once, whoever reads it a second time after a fault.
        let isOpen = try db.row("SELECT 1 FROM delivery WHERE id = ? AND applied_at IS NULL", [content.delivery])
        guard isOpen != nil else { continue }
        for update in content.updates { outcomes += try updates.apply(update) }
        try db.run(
          "UPDATE delivery SET applied_at = ?, problem = ? WHERE id = ?",
          [now.milliseconds, content.problem, content.delivery])
      }
      return outcomes
    }
  }

  public func forgetDeliveries(before time: Timestamp) async throws(StoreError) {
    // In steps, so that no webhook waits long for it.
    while try await forgetSome(before: time) {}
    // Changes of messages that never came.
    try await write { db in try db.run("DELETE FROM early_change WHERE at < ?", [time.milliseconds]) }
  }

  private func forgetSome(before time: Timestamp) async throws(StoreError) -> Bool {
    try await write { db in
      try db.run(
        """
        DELETE FROM delivery WHERE id IN (SELECT id FROM delivery
          WHERE applied_at IS NOT NULL AND applied_at < ? AND problem IS NULL LIMIT 500)
        """, [time.milliseconds])
      return db.changesCount > 0
    }
  }
}
