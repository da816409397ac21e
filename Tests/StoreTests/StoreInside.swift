import GRDB

@testable import Store

// What no method of the store tells.
extension TestStore {
  func ids(_ sql: String) async throws -> [Int64] {
    try await store.pool.read { try Int64.fetchAll($0, sql: sql) }
  }

  /// Keys of what is being sent.
  func sending() async throws -> [String] {
    try await store.pool.read { try String.fetchAll($0, sql: "SELECT key FROM outbox WHERE state = 'sending'") }
  }

  /// Outgoing messages that are queued and not in the outbox, or the other way round.
  func strays() async throws -> [String] {
    try await store.pool.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT id FROM message WHERE state = 'queued' AND id NOT IN (SELECT key FROM outbox)
          UNION SELECT key FROM outbox WHERE key NOT IN (SELECT id FROM message WHERE state = 'queued')
          """)
    }
  }
}
