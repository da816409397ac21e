import Store
import Testing

@Suite("Who is who", .everyStore)
struct IdentityTests {
  let test: TestStore
  var store: RowStore { test.store }
  let number = phone("34600000001")

  init() throws { test = try TestStore() }

  @Test(
    "the same number by call and by chat is the same conversation, whichever comes first", arguments: [false, true])
  func callAndChat(callFirst: Bool) async throws {
    var call = callFirst ? try await store.conversation(with: [number], name: nil, at: at(900)).id : ""
    let chat = try await test.receive("wamid.1", from: user("ES.1"), number)
    if !callFirst { call = try await store.conversation(with: [number], name: nil, at: at(1_100)).id }
    #expect(call == chat)
    #expect(try await store.conversation(chat)?.customer.identities.count == 2)
  }

  @Test("the user id decides, the number only where there is none")
  func userIDFirst() async throws {
    let ana = try await test.receive("wamid.1", from: user("ES.1"), number)
    let ben = try await test.receive("wamid.2", from: user("ES.2"), phone("34600000002"))
    #expect(ana != ben)
    #expect(try await test.receive("wamid.3", from: user("ES.1")) == ana)
    #expect(try await test.receive("wamid.4", from: phone("34600000002")) == ben)
  }

  @Test("a number that was hidden shows later, and its calls turn out to be the same customer's")
  func hiddenNumber() async throws {
    let call = try await store.conversation(with: [number], name: nil, at: at(900)).id
    let chat = try await test.receive("wamid.1", from: user("ES.1"))
    #expect(call != chat)
    #expect(try await store.conversation(chat)?.threads.first?.phone == nil)

    let outcomes = try await test.deliver(.message(.test("wamid.2", from: [user("ES.1"), number])))
    #expect(outcomes.first == .merged(conversation: call, into: chat))
    #expect(try await store.conversation(call)?.id == chat)
    #expect(try await store.conversation(chat)?.threads.first?.phone == number.value)
    #expect(try await store.conversation(with: [number], name: nil, at: at(1_100)).id == chat)
  }

  @Test("the name is as the channel told it last, and a missing one deletes none")
  func name() async throws {
    let id = try await store.conversation(with: [number], name: "Ana", at: at(1)).id
    _ = try await store.conversation(with: [number], name: nil, at: at(2))
    #expect(try await store.conversation(with: [number], name: "", at: at(3)).customer.name == "Ana")
    #expect(try await store.conversation(with: [number], name: "Ana M.", at: at(4)).customer.name == "Ana M.")
    #expect(try await store.conversation(id)?.customer.name == "Ana M.")
  }

  @Test(
    "a number that passes on to somebody with another user id does not carry the history", arguments: [true, false])
  func passesOn(strangerIsKnown: Bool) async throws {
    let ana = try await test.receive("wamid.1", from: user("ES.1"), number, text: "mine", sent: at(1_000))
    if strangerIsKnown { try await test.receive("wamid.2", from: user("ES.2"), sent: at(1_001)) }
    let stranger = try await test.receive("wamid.3", from: user("ES.2"), number, sent: at(1_500), at: at(1_600))
    #expect(stranger != ana)
    #expect(try await !test.texts(of: stranger).contains("mine"))
    // Calls from there are the stranger's, too, and so is what they wrote while the first message was on its way.
    #expect(try await test.receive("wamid.4", from: number, sent: at(1_550), at: at(1_610)) == stranger)
    #expect(try await test.receive("wamid.5", from: user("ES.2"), number, sent: at(1_560), at: at(1_620)) == stranger)
    #expect(try await test.receive("wamid.6", from: user("ES.2"), number, sent: at(1_400), at: at(1_630)) == stranger)
    #expect(try await store.conversation(with: [number], name: nil, at: at(1_700)).id == stranger)
    // The first owner keeps what is theirs.
    #expect(try await test.receive("wamid.7", from: user("ES.1"), sent: at(1_700), at: at(1_701)) == ana)
    #expect(try await store.conversation(ana)?.customer.identities == [user("ES.1")])
  }

  @Test("a late message of a number's first owner does not take it back from the second")
  func lateMessageOfFirstOwner() async throws {
    let ana = try await test.receive("wamid.1", from: user("ES.1"), sent: at(900))
    let ben = try await test.receive("wamid.2", from: user("ES.2"), number, sent: at(1_000))
    #expect(try await test.receive("wamid.3", from: user("ES.1"), number, sent: at(800), at: at(1_100)) == ana)
    #expect(try await store.conversation(with: [number], name: nil, at: at(1_200)).id == ben)
  }

  @Test("a message from the future counts as sent now")
  func future() async throws {
    let ana = try await test.receive("wamid.1", from: user("ES.1"), number, sent: at(.max))
    #expect(try await store.conversation(with: [number], name: nil, at: at(1_001)).id == ana)
    #expect(try await store.conversation(ana)?.threads.first?.lastCustomerAt == at(1_000))
  }

  @Test("conversations are listed by their last change, page by page")
  func pages() async throws {
    var made: [String] = []
    for index in 0..<7 {
      made.append(try await test.receive("wamid.\(index)", from: phone("3460000000\(index)"), at: at(1_000)))
    }
    try await test.receive("wamid.7", from: phone("34600000003"), at: at(1_001))
    var seen: [String] = []
    var cursor: (updatedAt: Timestamp, id: String)?
    while let last = try await store.conversations(before: cursor, limit: 2).last {
      seen += try await store.conversations(before: cursor, limit: 2).map(\.id)
      cursor = (last.updatedAt, last.id)
    }
    #expect(seen.first == made[3])
    #expect(seen.count == 7)
    #expect(Set(seen) == Set(made))
  }

  @Test("messages are listed page by page, the newest first")
  func messagePages() async throws {
    var conversation = ""
    for index in 0..<5 { conversation = try await test.receive("wamid.\(index)", from: number, text: "\(index)") }
    let first = try await store.messages(of: conversation, before: nil, limit: 2)
    #expect(first.map(\.text) == ["4", "3"])
    let rest = try await store.messages(of: conversation, before: first.last?.sequence, limit: 10)
    #expect(rest.map(\.text) == ["2", "1", "0"])
    #expect(try await store.messages(of: "conv_none", before: nil, limit: 10).isEmpty)
    #expect(try await store.conversation("conv_none") == nil)
  }
}
