import Store
import Testing
import TestSupport

/// A few customers, a few people and a supervisor who all do as they like.
struct ClaimModel {
  private(set) var test: TestStore
  private var random: SeededGenerator
  private var clock: Int64 = 1_000
  private let people = ["ana", "bob", "eve"]
  private var conversations: [String] = []
  private var ids: [String] = []
  /// As they were after the step before.
  private var owners: [String: ConversationRecord] = [:]
  private var wishes: [String: EscalationRecord] = [:]
  private var toldLate: Set<String> = []

  init(seed: UInt64) async throws {
    test = try TestStore()
    random = SeededGenerator(seed: seed)
    for number in 1...4 {
      conversations.append(
        try await test.store.conversation(with: [phone("3460000000\(number)")], name: nil, at: at(1_000)).id)
    }
  }

  private var now: Timestamp { at(clock) }
  private var store: RowStore { test.store }

  mutating func step() async throws {
    clock += .random(in: 0...4, using: &random)
    let conversation = conversations.randomElement(using: &random) ?? ""
    let person = people.randomElement(using: &random) ?? ""
    let id = ids.suffix(8).randomElement(using: &random) ?? "esc_none"
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<22: try await escalate(conversation)
    case 22..<42: try await claimAtOnce(id)
    case 42..<54: _ = try await store.offer(id, to: person, until: now.advanced(by: .seconds(6)), at: now)
    case 54..<57: _ = try await store.withdrawOffer(id, at: now)
    case 57..<62: try await expire()
    case 62..<78: try await assign(conversation, person)
    case 78..<83: _ = try await store.resolve(id, note: "n", at: now)
    case 83..<87:
      _ = try await store.scheduleCallback(id, at: now.advanced(by: .seconds(15)), note: nil, now: now)
    case 87..<90: _ = try await store.recallCallbacks(at: now, dueAt: now.advanced(by: .seconds(5)))
    case 90..<94: try await store.noteReply(conversation, at: now)
    case 94..<98: try await late()
    default: try await kill()
    }
  }

  private mutating func escalate(_ conversation: String) async throws {
    let wish = NewEscalation(
      reason: "r", channel: "phone", priority: .random(in: 1...5, using: &random), dueAt: now.advanced(by: .seconds(8)))
    let before = try await store.conversation(conversation)?.owner
    let record = try await store.escalate(conversation, wish, at: now)
    #expect((record != nil) == (before == .assistant))
    if let record { ids.append(record.id) }
  }

  /// Two people want the same one at the same moment.
  private mutating func claimAtOnce(_ id: String) async throws {
    let pair = people.shuffled(using: &random).prefix(2)
    guard let one = pair.first, let other = pair.last else { return }
    let force = Int.random(in: 0..<4, using: &random) == 0
    let (store, now) = (store, now)
    let before = try await store.escalation(id)
    async let first = store.claim(id, by: one, force: force, at: now)
    async let second = store.claim(id, by: other, force: false, at: now)
    let winners = try await [(one, first), (other, second)].compactMap { person, outcome -> String? in
      guard case .claimed(let record, let epoch) = outcome else { return nil }
      #expect(record.person == person && record.state == .claimed && epoch > 0)
      return person
    }
    #expect(winners.count <= 1)
    let isWaiting = before?.state == .waiting
    #expect(!isWaiting || winners.count == 1)
    if let winner = winners.first {
      #expect(try await store.escalation(id)?.person == winner)
      if before?.state == .claimed { #expect(before?.person == winner) }
    } else {
      #expect(try await store.escalation(id) == before)
    }
  }

  private func expire() async throws {
    for record in try await store.expireOffers(at: now) {
      #expect(record.offerEndsAt.map { $0 <= now } == true)
    }
    #expect(
      try await store.escalations(in: [.offered], after: nil, limit: 99).allSatisfy { now < $0.offerEndsAt ?? now })
  }

  private mutating func assign(_ conversation: String, _ person: String) async throws {
    let owner = [ConversationOwner.assistant, .queue, .person].randomElement(using: &random) ?? .queue
    let current = try await store.conversation(conversation)?.epoch ?? 0
    let epoch = [nil, current, current - 1].randomElement(using: &random) ?? nil
    let result = try await store.assign(
      conversation, to: owner, person: owner == .person ? person : nil, ifEpoch: epoch, at: now)
    #expect(result == (epoch == current - 1 ? nil : current + 1))
    if owner == .queue, let made = try await store.openEscalation(of: conversation), !ids.contains(made.id) {
      ids.append(made.id)
    }
  }

  private mutating func late() async throws {
    for record in try await store.overdue(at: now) {
      #expect(toldLate.insert(record.id).inserted)
    }
  }

  private mutating func kill() async throws {
    let after = try TestStore(afterKilling: test)
    await test.store.close()
    test = after
  }

  /// What always holds.
  mutating func check() async throws {
    let all = try await store.escalations(in: nil, after: nil, limit: 10_000)
    #expect(Set(all.map(\.id)) == Set(ids))
    for id in conversations {
      let record = try #require(try await store.conversation(id))
      if let before = owners[id] {
        #expect(record.epoch >= before.epoch)
        let isSame = record.owner == before.owner && record.person == before.person
        #expect(isSame || record.epoch > before.epoch, "a new owner in an old epoch")
      }
      owners[id] = record
      let open = all.filter { $0.conversation == id && [.waiting, .offered, .claimed].contains($0.state) }
      #expect(open.count <= 1)
      #expect((record.owner == .person) == (record.person != nil))
      switch record.owner {
      case .assistant: #expect(open.isEmpty)
      case .queue: #expect(open.first.map { $0.state == .waiting || $0.state == .offered } == true)
      case .person: #expect(open.allSatisfy { $0.state == .claimed && $0.person == record.person })
      }
      #expect(try await store.openEscalation(of: id) == open.first)
    }
    for wish in all { check(wish) }
    let loads = Dictionary(grouping: all.filter { $0.state == .claimed }, by: { $0.person ?? "" }).mapValues(\.count)
    #expect(try await store.load(of: people).filter { $0.value > 0 } == loads)
  }

  private mutating func check(_ wish: EscalationRecord) {
    #expect((wish.state == .offered) == (wish.offeredTo != nil))
    #expect((wish.offeredTo != nil) == (wish.offerEndsAt != nil))
    #expect((wish.state == .resolved) == (wish.resolvedAt != nil))
    // What is done keeps the time to which it was once postponed.
    #expect(wish.state == .resolved || (wish.state == .callback) == (wish.callbackAt != nil))
    if wish.state == .claimed { #expect(wish.person != nil && wish.claimedAt != nil) }
    if wish.state == .waiting || wish.state == .offered { #expect(wish.person == nil && wish.claimedAt == nil) }
    if let before = wishes[wish.id] {
      #expect(before.firstReplyAt == nil || before.firstReplyAt == wish.firstReplyAt)
      #expect(!before.missedSLA || wish.missedSLA)
      #expect(before.state != .resolved || wish == before, "what is done has changed")
    }
    wishes[wish.id] = wish
  }
}
