import GRDB
import Testing

@testable import Store

// What no method of the store tells.
extension TestStore {
  func ids(_ sql: String) async throws -> [Int64] {
    try await pool.read { try Int64.fetchAll($0, sql: sql) }
  }

  /// Keys of what is being sent.
  func sending() async throws -> [String] {
    try await pool.read { try String.fetchAll($0, sql: "SELECT key FROM outbox WHERE state = 'sending'") }
  }

  /// Outgoing messages that are queued and not in the outbox, or the other way round.
  func strays() async throws -> [String] {
    try await pool.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT id FROM message WHERE state = 'queued' AND id NOT IN (SELECT key FROM outbox)
          UNION SELECT key FROM outbox WHERE key NOT IN (SELECT id FROM message WHERE state = 'queued')
          """)
    }
  }
}

extension RowStore {
  /// Keeps a memory in place of whatever is kept.
  func remember(_ memory: String?, watch: String? = nil, in conversation: String) async throws {
    let kept = try await self.conversation(conversation)?.memory
    #expect(try await remember(memory, watch: watch, in: conversation, replacing: kept) == .stored)
  }
}
