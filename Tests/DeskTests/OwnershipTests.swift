import Coordination
import Store
import Testing

@testable import Desk

@Suite("Who has a conversation", .timeLimit(.minutes(1)))
struct OwnershipTests {
  /// What followers were told, as owner and whether the call moves.
  private final class Follower: Sendable {
    private let seen = Locked<[String]>([])

    func note(_ change: OwnershipChange, told: [String]) {
      let person = change.conversation.person.map { " \($0)" } ?? ""
      let line = "\(change.conversation.owner.rawValue)\(person)\(change.movesCall ? "" : " by telephone")"
      seen.withLock { $0.append(told.isEmpty ? line : "\(line) after \(told)") }
    }

    var news: [String] {
      seen.withLock { seen in
        defer { seen = [] }
        return seen
      }
    }
  }

  /// A desk with somebody who follows its conversations, before anything is told.
  private func bench() async throws -> (DeskBench, Follower) {
    let bench = try DeskBench()
    let follower = Follower()
    await bench.desk.addFollower { [weak bench] change in follower.note(change, told: bench?.newOwners() ?? []) }
    return (bench, follower)
  }

  @Test("the calls of a conversation that is claimed, given back or resolved follow it before anybody is told")
  func order() async throws {
    let (bench, follower) = try await bench()
    let wish = try await bench.want("refund")
    _ = try await bench.desk.claim(wish, by: "ana")
    #expect(follower.news == ["person ana"])
    #expect(bench.newOwners() == ["owner person ana"])
    _ = try await bench.desk.release(wish, by: "ana", to: .queue)
    #expect(follower.news == ["queue"])
    #expect(bench.newOwners() == ["owner queue"])
    _ = try await bench.desk.claim(wish, by: "ben", movesCall: false)
    #expect(follower.news == ["person ben by telephone"])
    #expect(bench.newOwners() == ["owner person ben"])
    try await bench.desk.resolve(wish, by: "ben", note: "paid back")
    #expect(follower.news == ["assistant"])
    #expect(bench.newOwners() == ["owner assistant"])
  }

  @Test("of two who take a conversation over at once one gets it, and the other is told who has it")
  func twice() async throws {
    let (bench, follower) = try await bench()
    let record = try await bench.conversation("order")
    let change = try await bench.desk.takeOver(record.id, by: "ana", epoch: record.epoch, movesCall: true)
    #expect(change.conversation.person == "ana")
    await #expect(throws: DeskError.notTheirs(person: "ana")) {
      try await bench.desk.takeOver(record.id, by: "ben", epoch: record.epoch, movesCall: true)
    }
    await #expect(throws: DeskError.otherEpoch(change.conversation.epoch)) {
      try await bench.desk.takeOver(record.id, by: "ana", epoch: record.epoch, movesCall: true)
    }
    await #expect(throws: DeskError.noConversation) {
      try await bench.desk.takeOver("none", by: "ana", epoch: 1, movesCall: true)
    }
    #expect(follower.news == ["person ana"])
  }

  @Test("what is given back comes with its note, which the assistant is told, and its wish is resolved")
  func note() async throws {
    let (bench, _) = try await bench()
    let wish = try await bench.want("refund")
    _ = try await bench.desk.claim(wish, by: "ana")
    let record = try await bench.conversation("refund")
    let change = try await bench.desk.giveBack(record.id, by: "ana", note: "It is paid.", movesCall: true)
    #expect(change.note == "It is paid.")
    #expect(change.conversation.owner == .assistant)
    #expect(change.escalation?.state == .resolved)
    let messages = try await bench.store.messages(of: record.id, before: nil, limit: 10)
    #expect(messages.contains { $0.author == .system && $0.text.hasSuffix("with this note: It is paid.") })
    await #expect(throws: DeskError.conflict) {
      try await bench.desk.giveBack(record.id, by: "ana", epoch: record.epoch, note: nil, movesCall: true)
    }
  }

  @Test("a person who lets a customer wait loses the conversation by the same door")
  func idle() async throws {
    let (bench, follower) = try await bench()
    await bench.arrive("ana")
    let wish = try await bench.want("refund")
    _ = try await bench.desk.claim(wish, by: "ana")
    await bench.desk.customerWrote(in: try await bench.conversation("refund").id)
    _ = follower.news
    for _ in 0..<100 where try await bench.owner("refund") == "person ana" {
      bench.pass(60)
      await bench.desk.look()
    }
    #expect(try await bench.owner("refund") != "person ana")
    #expect(follower.news.count == 1)
  }

  @Test("a telephone that nobody answers puts what was wished for back; what nobody wished for is the assistant's")
  func missed() async throws {
    let (bench, follower) = try await bench()
    let wish = try await bench.want("refund")
    _ = try await bench.desk.claim(wish, by: "ana", movesCall: false)
    let wished = try await bench.conversation("refund")
    _ = bench.newOwners()
    try await bench.desk.missed(wished.id, by: "ana")
    #expect(try await bench.owner("refund") == "queue")
    _ = bench.newOwners()
    let other = try await bench.conversation("order")
    _ = try await bench.desk.takeOver(other.id, by: "ben", epoch: other.epoch, movesCall: false)
    _ = bench.newOwners()
    try await bench.desk.missed(other.id, by: "ben")
    #expect(try await bench.owner("order") == "assistant")
    // Somebody else has it by now.
    try await bench.desk.cameBack(other.id, from: "ben")
    #expect(
      follower.news == [
        "person ana by telephone", "queue by telephone", "person ben by telephone", "assistant by telephone",
      ])
  }
}
