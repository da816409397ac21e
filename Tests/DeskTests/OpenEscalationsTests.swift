import Store
import Testing

@testable import Desk

@Suite("What the desk has seen")
struct OpenEscalationsTests {
  private static func record(
    _ id: String, _ state: EscalationRecord.State = .waiting, priority: Int = 3, at time: Int64 = 0
  ) -> EscalationRecord {
    var record = EscalationRecord(
      id: id, conversation: "conv_\(id)", reason: "r", channel: "whatsapp", state: state,
      createdAt: Timestamp(seconds: time))
    record.priority = priority
    return record
  }

  @Test("what changed takes its place among the rest, and what is resolved leaves")
  func changes() {
    var seen = OpenEscalations(limit: 10)
    #expect(seen.revision == nil)
    seen.replace(with: EscalationChanges([Self.record("a", at: 1), Self.record("b", at: 2)], revision: 7))
    #expect(seen.revision == 7)
    seen.apply(EscalationChanges([], revision: 7))
    seen.apply(
      EscalationChanges(
        [Self.record("a", .resolved, at: 1), Self.record("c", priority: 1, at: 3), Self.record("b", .claimed, at: 2)],
        revision: 10))
    #expect(seen.records.map(\.id) == ["c", "b"])
    #expect(seen.records.map(\.state) == [.waiting, .claimed])
    #expect(seen.revision == 10)
    #expect(seen.concern("conv_b") && !seen.concern("conv_a"))
  }

  @Test("as long as there may be more than is seen all is read again, since what leaves makes room")
  func full() {
    var seen = OpenEscalations(limit: 2)
    seen.replace(with: EscalationChanges([Self.record("a"), Self.record("b")], revision: 7))
    #expect(seen.revision == nil)
    #expect(seen.isSomethingDue(at: Timestamp(seconds: 0)))
    seen.replace(with: EscalationChanges([Self.record("a")], revision: 8))
    #expect(seen.revision == 8)
    #expect(!seen.isSomethingDue(at: Timestamp(seconds: 9)))
    seen.apply(EscalationChanges([Self.record("b"), Self.record("c", priority: 1)], revision: 10))
    #expect(seen.records.map(\.id) == ["c", "a"])
    #expect(seen.revision == nil)
  }

  @Test("of many open wishes a sentence costs one small question, or none where nobody is wanted")
  func narrow() async throws {
    let bench = try DeskBench()
    for number in 0..<30 { try await bench.want("w\(number)", looks: false) }
    await bench.desk.look()
    await bench.desk.look()
    let quiet = try await bench.conversation("quiet").id
    let loud = try await bench.conversation("w3").id
    _ = bench.layer.asked()
    await bench.desk.customerWrote(in: quiet)
    await bench.desk.customerWrote(in: loud)
    await bench.desk.look()
    let asked = bench.layer.asked()
    #expect(asked.reads == 1)
    #expect(asked.steps == 0)
  }

  @Test("what somebody else stores is seen by the next look")
  func others() async throws {
    let bench = try DeskBench()
    await bench.arrive("ana")
    let id = try await bench.want("a")
    _ = try await bench.store.resolve(id, note: nil, at: bench.clock.now)
    let other = try await bench.want("b", looks: false)
    await bench.desk.look()
    #expect(await bench.desk.place(of: id) == nil)
    #expect(try await bench.store.escalation(other)?.offeredTo == "ana")
  }
}
