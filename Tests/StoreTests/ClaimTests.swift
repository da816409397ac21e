import Store
import Testing

@Suite("Who comes first", .everyStore)
struct ClaimTests {
  @Test("of two people who claim a wish at once exactly one gets it, a thousand times")
  func race() async throws {
    let test = try TestStore()
    let store = test.store
    var wins = ["ana": 0, "bob": 0]
    var epoch: Int64 = 0
    for round in 0..<1_000 {
      let record = try await test.wish(1, at: at(1_000))
      async let first = store.claim(record.id, by: "ana", at: at(1_001))
      async let second = store.claim(record.id, by: "bob", at: at(1_001))
      let outcomes = try await ["ana": first, "bob": second]
      let winners = outcomes.filter { if case .claimed = $0.value { true } else { false } }
      #expect(winners.count == 1, "round \(round)")
      let winner = try #require(winners.first)
      #expect(outcomes.filter { $0.key != winner.key }.map(\.value) == [.taken(by: winner.key)])
      let conversation = try #require(try await store.conversation(record.conversation))
      #expect(conversation.owner == .person && conversation.person == winner.key)
      #expect(conversation.epoch == epoch + 2)
      wins[winner.key, default: 0] += 1
      epoch = try #require(
        try await store.assign(record.conversation, to: .assistant, person: nil, ifEpoch: nil, at: at(1_002)))
    }
    #expect(wins.values.reduce(0, +) == 1_000)
  }

  @Test(
    "one owner, one wish, a new epoch with each owner, whoever does what in whichever order",
    arguments: (1...8).map { UInt64($0) })
  func model(seed: UInt64) async throws {
    var model = try await ClaimModel(seed: seed)
    for _ in 0..<200 {
      try await model.step()
      try await model.check()
    }
  }
}
