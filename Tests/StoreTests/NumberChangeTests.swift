import Store
import Testing

@Suite("A customer changes their number", .everyStore)
struct NumberChangeTests {
  let test: TestStore
  var store: RowStore { test.store }
  let old = phone("34600000001")
  let new = phone("34600000002")

  init() throws { test = try TestStore() }

  /// The change took place at 2,000.
  private func change(to identities: [CustomerIdentity]? = nil) -> ChannelUpdate {
    .identityChanged(channel: "whatsapp", from: old, to: identities ?? [new], at: at(2_000))
  }

  @Test("told first, the new number leads to the same conversation")
  func changeFirst() async throws {
    let ana = try await test.receive("wamid.1", from: user("ES.1"), old)
    #expect(try await test.deliver(change(), at: at(2_001)) == [])
    // A new number comes with a new user id.
    #expect(try await test.receive("wamid.2", from: user("ES.9"), new, at: at(2_002)) == ana)
    #expect(try await store.conversation(with: [new], name: nil, at: at(2_003)).id == ana)
    #expect(Set(try await store.conversation(ana)?.customer.identities ?? []) == [new, user("ES.9")])
  }

  @Test("told after a message from the new number, both turn out to be one conversation")
  func messageFirst() async throws {
    let ana = try await test.receive("wamid.1", from: user("ES.1"), old, text: "first")
    let other = try await test.receive("wamid.2", from: user("ES.9"), new, text: "second", at: at(2_001))
    #expect(ana != other)
    #expect(try await test.deliver(change(), at: at(2_002)) == [.merged(conversation: other, into: ana)])
    #expect(try await test.texts(of: ana) == ["first", "second"])
    #expect(try await store.conversation(other)?.id == ana)
    let record = try #require(try await store.conversation(ana))
    #expect(Set(record.customer.identities) == [new, user("ES.9")])
    #expect(record.threads.map(\.phone) == [new.value])
    #expect(record.threads.map(\.user) == ["ES.9"])
    #expect(try await test.receive("wamid.3", from: user("ES.9"), new, at: at(2_003)) == ana)
  }

  @Test("the change may name the new user id, too")
  func withUserID() async throws {
    let ana = try await test.receive("wamid.1", from: user("ES.1"), old)
    try await test.deliver(change(to: [user("ES.9"), new]), at: at(2_001))
    #expect(try await test.receive("wamid.2", from: user("ES.9"), at: at(2_002)) == ana)
    #expect(try await store.conversation(ana)?.threads.map(\.user) == ["ES.9"])
  }

  @Test("whoever gets the old number next is somebody else, though the change is told again")
  func oldNumberPassesOn() async throws {
    let ana = try await test.receive("wamid.1", from: user("ES.1"), old, text: "mine")
    try await test.deliver(change(), at: at(2_001))
    let stranger = try await test.receive("wamid.2", from: user("ES.5"), old, at: at(2_100))
    #expect(stranger != ana)
    #expect(try await test.texts(of: stranger) == ["hello"])

    #expect(try await test.deliver(change(), at: at(2_200)) == [])
    #expect(try await store.conversation(with: [old], name: nil, at: at(2_300)).id == stranger)
    #expect(try await store.conversation(with: [new], name: nil, at: at(2_300)).id == ana)
    #expect(try await store.conversation(stranger)?.customer.identities.contains(new) == false)
  }

  @Test("a late message sent from the old number before the change is still the customer's")
  func lateMessage() async throws {
    let ana = try await test.receive("wamid.1", from: old, sent: at(1_000))
    try await test.deliver(change(), at: at(2_001))
    let stranger = try await test.receive("wamid.2", from: old, sent: at(2_050), at: at(2_100))
    #expect(try await test.receive("wamid.3", from: old, sent: at(1_999), at: at(2_200)) == ana)
    #expect(try await test.receive("wamid.4", from: old, sent: at(2_000), at: at(2_200)) == stranger)
    // Nothing is sent to the old number because of it.
    #expect(try await store.conversation(ana)?.threads.map(\.phone) == [new.value])
    #expect(try await store.conversation(ana)?.customer.identities == [new])
    #expect(try await store.conversation(stranger)?.threads.map(\.phone) == [old.value])
  }

  @Test("a new number that somebody else had before the change passes to the customer without the history")
  func takesOver() async throws {
    let before = try await test.receive("wamid.0", from: user("ES.7"), new, text: "theirs", at: at(500))
    let ana = try await test.receive("wamid.1", from: user("ES.1"), old, at: at(1_000))
    #expect(try await test.deliver(change(), at: at(2_001)) == [])
    #expect(try await store.conversation(with: [new], name: nil, at: at(2_002)).id == ana)
    #expect(try await !test.texts(of: ana).contains("theirs"))
    #expect(try await store.conversation(before)?.customer.identities == [user("ES.7")])
  }

  @Test("there and back again")
  func thereAndBack() async throws {
    let ana = try await test.receive("wamid.1", from: old)
    try await test.deliver(change(), at: at(2_001))
    try await test.deliver(
      .identityChanged(channel: "whatsapp", from: new, to: [old], at: at(3_000)), at: at(3_001))
    #expect(try await test.receive("wamid.2", from: old, at: at(3_002)) == ana)
    #expect(try await store.conversation(ana)?.customer.identities == [old])
    #expect(try await store.conversation(ana)?.threads.map(\.phone) == [old.value])
    #expect(try await test.receive("wamid.3", from: new, at: at(3_003)) != ana)
  }

  @Test("what waits to be sent goes to the new number")
  func outbox() async throws {
    let ana = try await test.receive("wamid.1", from: user("ES.1"), old)
    #expect(try await test.answer("a", in: ana, saying: ["msg_1"]) == .committed)
    try await test.deliver(change(), at: at(2_001))
    let item = try #require(try await store.due(channel: "whatsapp", account: "shop", at: at(2_002), limit: 1).first)
    #expect(item.thread.phone == new.value)
    #expect(item.thread.user == nil)
  }

  @Test("a change of somebody who is not known, or into nothing, or at no time, does no harm")
  func harmless() async throws {
    #expect(try await test.deliver(change()) == [])
    #expect(try await store.conversations(before: nil, limit: 1).isEmpty)
    let ana = try await test.receive("wamid.1", from: old)
    try await test.deliver(change(to: []), at: at(2_001))
    try await test.deliver(change(to: [old]), at: at(2_001))
    try await test.deliver(
      .identityChanged(channel: "whatsapp", from: old, to: [new], at: Timestamp(milliseconds: .min)), at: at(2_001))
    try await test.deliver(
      .identityChanged(channel: "whatsapp", from: old, to: [new], at: Timestamp(milliseconds: .max)), at: at(2_001))
    #expect(try await store.conversation(ana)?.id == ana)
  }

  @Test("a user id that changes keeps the conversation")
  func userIDChanges() async throws {
    let ana = try await test.receive("wamid.1", from: user("ES.1"))
    try await test.deliver(
      .identityChanged(channel: "whatsapp", from: user("ES.1"), to: [user("ES.2")], at: at(2_000)), at: at(2_001))
    #expect(try await test.receive("wamid.2", from: user("ES.2"), at: at(2_002)) == ana)
    #expect(try await store.conversation(ana)?.threads.map(\.user) == ["ES.2"])
  }
}
