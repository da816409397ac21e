import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Stores of earlier versions")
struct MigrationTests {
  /// A file as version 1 left it, with two wishes in one conversation, as putting customers together made them then.
  private func makeVersion1(_ path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try Schema.migrator.migrate(queue, upTo: "1 requests")
    try queue.write { db in
      let columns = try Set(db.columns(in: "escalation").map(\.name))
      #expect(columns == ["id", "conversation", "reason", "channel", "state", "person", "created_at"])
      try db.execute(
        sql: """
          INSERT INTO customer (id, name, created_at) VALUES ('cust_1', 'Ana', 1000), ('cust_2', NULL, 1000);
          INSERT INTO identity (kind, value, customer, since) VALUES ('phone', '34600000001', 'cust_1', 1000);
          INSERT INTO conversation (id, customer, owner, person, epoch, memory, created_at, updated_at) VALUES
            ('conv_1', 'cust_1', 'queue', NULL, 3, 'remembered', 1000, 2000),
            ('conv_2', 'cust_2', 'person', 'maria', 7, NULL, 1000, 3000);
          INSERT INTO thread VALUES ('conv_1', 'whatsapp', 'shop', '34600000001', NULL, 1500);
          INSERT INTO message (id, conversation, channel, account, author, kind, text, sent_at, stored_at, state) VALUES
            ('msg_1', 'conv_1', 'whatsapp', 'shop', 'customer', 'text', 'hello', 1500, 1501, 'answered'),
            ('msg_2', 'conv_1', 'whatsapp', 'shop', 'assistant', 'text', 'hi', 1600, 1600, 'queued');
          INSERT INTO outbox (key, conversation, channel, account, phone, payload, state, due_at)
            VALUES ('msg_2', 'conv_1', 'whatsapp', 'shop', '34600000001', '{}', 'queued', 1600);
          INSERT INTO escalation VALUES
            ('esc_1', 'conv_1', 'first', 'whatsapp', 'waiting', NULL, 1700),
            ('esc_2', 'conv_1', 'second', 'phone', 'waiting', NULL, 1800),
            ('esc_3', 'conv_2', 'older', 'phone', 'waiting', NULL, 1500),
            ('esc_4', 'conv_2', 'taken', 'phone', 'claimed', 'maria', 1900),
            ('esc_5', 'conv_2', 'past', 'phone', 'resolved', 'juan', 1100);
          INSERT INTO call (id, conversation, sip_call_id, direction, caller, called, started_at, ended_at)
            VALUES ('call_1', 'conv_1', 'x', 'inbound', '1', '2', 1000, 1400);
          INSERT INTO media VALUES ('media_1', 'audio/ogg', NULL, x'0102', 1000);
          INSERT INTO request VALUES ('key', 'digest', 201, '{}', 1000);
          """)
    }
    try queue.close()
  }

  @Test("all that a store of version 1 holds is there, and works as if it had always been of this one")
  func version1() async throws {
    let folder = NSTemporaryDirectory() + "store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try makeVersion1("\(folder)/store.db")
    let store = try RowStore(sqlite: "\(folder)/store.db")

    let first = try #require(try await store.conversation("conv_1"))
    #expect(first.owner == .queue && first.epoch == 3 && first.memory == "remembered" && first.customer.name == "Ana")
    #expect(first.watch == nil && first.tags.isEmpty && first.threads.count == 1)
    #expect(try await store.messages(of: "conv_1", before: nil, limit: 9).map(\.text) == ["hi", "hello"])
    #expect(try await store.messages(of: "conv_1", before: nil, limit: 9).allSatisfy { $0.person == nil })
    #expect(try await store.due(channel: "whatsapp", account: "shop", at: at(2), limit: 9).map(\.key) == ["msg_2"])
    #expect(try await store.call("call_1")?.endedAt == Timestamp(milliseconds: 1400))
    #expect(try await store.media("media_1")?.bytes == [1, 2])
    #expect(try await store.claim(request: "key", digest: "digest", at: at(2)) == .done(status: 201, body: "{}"))

    let wishes = try await store.escalations(in: nil, after: nil, limit: 9)
    #expect(wishes.map(\.id) == ["esc_5", "esc_3", "esc_1", "esc_2", "esc_4"])
    #expect(wishes.map(\.state) == [.resolved, .resolved, .waiting, .resolved, .claimed])
    let kept = try #require(wishes.first { $0.id == "esc_1" })
    #expect(kept.kind == "explicit_request" && kept.priority == 3 && kept.reason == "first" && !kept.missedSLA)
    #expect(try await store.load(of: ["maria"]) == ["maria": 1])
    guard case .claimed(_, epoch: 4) = try await store.claim("esc_1", by: "ana", at: at(10)) else {
      Issue.record("a wish of version 1 can't be claimed")
      return
    }
    await store.close()

    // And again: nothing is done twice.
    let again = try RowStore(sqlite: "\(folder)/store.db")
    #expect(try await again.conversation("conv_1")?.person == "ana")
    await again.close()
  }
}
