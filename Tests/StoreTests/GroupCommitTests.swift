import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Writes that share a commit")
struct GroupCommitTests {
  let test: TestStore
  var store: RowStore { test.store }

  init() throws { test = try TestStore() }

  /// Does a job `count` times at once; returns which of them were done.
  private func atOnce(_ count: Int, _ job: @escaping @Sendable (Int) async throws -> Void) async -> [Bool] {
    await withTaskGroup(of: (Int, Bool).self) { group in
      for index in 0..<count {
        group.addTask {
          do {
            try await job(index)
            return (index, true)
          } catch {
            return (index, false)
          }
        }
      }
      return await group.reduce(into: Array(repeating: false, count: count)) { $0[$1.0] = $1.1 }
    }
  }

  @Test("a thousand writes at once are all there after the process was killed")
  func durable() async throws {
    let store = store
    let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
      for index in 0..<1_000 {
        group.addTask {
          try await store.keep(channel: "whatsapp", source: "\(index)", body: [UInt8(index % 256)], at: at(1))
        }
      }
      return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
    }
    #expect(ids.count == 1_000)
    let open = try await TestStore(afterKilling: test).store.openDeliveries(limit: 2_000)
    #expect(Set(open.map(\.id)) == ids)
    #expect(Set(open.map(\.source)).count == 1_000)
    #expect(open.allSatisfy { $0.body == [UInt8(Int($0.source).map { $0 % 256 } ?? 0)] })
  }

  @Test("each commit is synced to the disk before it returns")
  func synchronous() async throws {
    let mode = try await test.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    #expect(mode == 2)
    let again = try TestStore(afterKilling: test)
    let modeOfOld = try await again.pool.writeWithoutTransaction {
      try Int.fetchOne($0, sql: "PRAGMA synchronous")
    }
    #expect(modeOfOld == 2)
  }

  @Test("a write that fails does not take its neighbours with it")
  func neighbours() async throws {
    let store = store
    let conversation = try await test.receive("wamid.1", from: phone("34600000001"))
    try await store.enqueue(.test("msg_taken"), in: conversation, at: at(1))
    let done = await atOnce(300) { index in
      try await store.enqueue(.test(index % 3 == 0 ? "msg_taken" : "msg_\(index)"), in: conversation, at: at(1))
    }
    #expect(done == (0..<300).map { $0 % 3 != 0 })
    let stored = Set(try await store.messages(of: conversation, before: nil, limit: 1_000).map(\.id))
    #expect((0..<300).allSatisfy { stored.contains("msg_\($0)") == ($0 % 3 != 0) })
    #expect(try await test.strays().isEmpty)
  }

  @Test("where a fault ends the whole transaction, nothing is said to be kept that is not")
  func wholeTransaction() async throws {
    let (store, commits) = (store, test.layer.commits)
    struct Fault: Error {}
    let done = await atOnce(200) { index in
      try await commits.write { db in
        try db.execute(sql: "INSERT INTO media VALUES (?, '', '', x'', 0)", arguments: ["media_\(index)"])
        if index % 50 == 49 {
          try db.execute(sql: "ROLLBACK")
          throw Fault()
        }
      }
    }
    let after = try TestStore(afterKilling: test)
    for index in 0..<200 { #expect(try await (after.store.media("media_\(index)") != nil) == done[index]) }
    #expect((0..<200).allSatisfy { $0 % 50 != 49 || !done[$0] })
    _ = try await store.keep(channel: "whatsapp", source: "", body: [], at: at(1))
  }

  @Test("reading goes on while a write is under way, and sees nothing of it before it is done")
  func readingWhileWriting() async throws {
    let (store, commits) = (store, test.layer.commits)
    _ = try await store.keep(channel: "whatsapp", source: "before", body: [], at: at(1))
    let (started, mayEnd) = (AsyncStream<Void>.makeStream(), DispatchSemaphore(value: 0))
    async let written: Void = commits.write { db in
      try db.execute(sql: "INSERT INTO delivery (channel, source, body, received_at) VALUES ('w', 'under way', x'', 0)")
      started.continuation.finish()
      mayEnd.wait()
    }
    for await _ in started.stream {}
    #expect(try await store.openDeliveries(limit: 10).map(\.source) == ["before"])
    mayEnd.signal()
    try await written
    #expect(try await store.openDeliveries(limit: 10).map(\.source) == ["before", "under way"])
  }

  @Test("a store that was closed says so, and what was asked for before is done")
  func closed() async throws {
    let store = store
    async let last = store.keep(channel: "whatsapp", source: "", body: [], at: at(1))
    let id = try await last
    await store.close()
    await store.close()
    await #expect(throws: StoreError.self) { try await store.openDeliveries(limit: 1) }
    await #expect(throws: StoreError.self) { try await store.keep(channel: "", source: "", body: [], at: at(1)) }
    #expect(try await RowStore(sqlite: test.path).openDeliveries(limit: 1).map(\.id) == [id])
  }

  @Test("what fails is told without the words of a customer")
  func explained() async throws {
    let conversation = try await test.receive("wamid.1", from: phone("34600000001"))
    var message = OutgoingMessage.test("msg_1")
    message.text = "a secret"
    try await store.enqueue(message, in: conversation, at: at(1))
    do {
      try await store.enqueue(message, in: conversation, at: at(1))
      Issue.record("a key was used twice")
    } catch {
      #expect("\(error)".contains("UNIQUE"))
      #expect(!"\(error)".contains("secret"))
      #expect(!"\(error)".contains("34600000001"))
    }
  }
}
