import ChatBridge
import Coordination
import Foundation
import JSON
import Logging
import Settings
import Store
import Testing

@testable import Events
@testable import Reporting

@Suite("What is told of changes in the store")
struct AnnouncementsTests {
  fileprivate static let start = Timestamp(milliseconds: 1_795_000_000_000)

  /// A store that announces, and what it has told.
  private final class Bench: Sendable {
    let store: RowStore
    let now = AnnouncementsTests.start
    private let folder: TemporaryFolder
    private let last = Locked<Int64>(0)

    init() throws {
      folder = try TemporaryFolder()
      let announcements = Announcements(endpoints: { $0 == .escalationClaimed ? ["crm"] : [] }, clock: WallClock())
      store = try RowStore(sqlite: folder.path + "/assist.db").announcing { announcements.of($0) }
    }

    deinit { folder.remove() }

    /// What was told since this was last asked, in short.
    func news() async throws -> [String] {
      let events = try await store.events(after: last.withLock { $0 }, limit: 100, types: nil)
      if let sequence = events.last?.sequence { last.withLock { $0 = sequence } }
      return events.map { event in
        let data = JSONValue(Array(event.data.utf8)) ?? .null
        let words = ["owner", "state", "person", "change", "note", "text"].compactMap { data[$0]?.string }
        return ([event.type] + words).joined(separator: " ")
      }
    }

    func deliver(_ updates: ChannelUpdate...) async throws -> [UpdateOutcome] {
      let id = try await store.keep(channel: "whatsapp", source: "key", body: [1], at: now)
      return try await store.apply([DeliveryContent(delivery: id, updates: updates)], at: now)
    }

    /// A customer writes `text`; returns in which conversation.
    func receive(_ text: String) async throws -> String {
      let message = IncomingMessage(
        channel: "whatsapp", account: "shop", channelID: "wamid.\(text)",
        identities: [CustomerIdentity(.phone, "34600000001")], sentAt: now, kind: "text", text: text)
      for case .received(_, let conversation, _) in try await deliver(.message(message)) { return conversation }
      return ""
    }
  }

  @Test("a wish for a person is told with all that becomes of it, each time with the change of owner")
  func escalations() async throws {
    let bench = try Bench()
    let (store, now) = (bench.store, bench.now)
    let conversation = try await bench.receive("hello")
    #expect(try await bench.news() == ["message.received hello"])
    let wish = try #require(
      try await store.escalate(conversation, NewEscalation(reason: "r", channel: "whatsapp"), at: now))
    #expect(try await bench.news() == ["escalation.requested waiting", "conversation.updated queue"])
    #expect(try await store.offer(wish.id, to: "ana", until: now.advanced(by: .seconds(30)), at: now))
    #expect(try await bench.news() == ["escalation.offered offered ana"])
    #expect(try await store.withdrawOffer(wish.id, at: now))
    #expect(try await bench.news() == ["escalation.updated waiting ana offer"])
    #expect(try await store.offer(wish.id, to: "ana", until: now.advanced(by: .seconds(30)), at: now))
    _ = try await bench.news()
    _ = try await store.claim(wish.id, by: "ben", force: true, at: now)
    #expect(
      try await bench.news() == [
        "escalation.updated offered ana offer", "escalation.claimed claimed ben", "conversation.updated person ben",
      ])
    #expect(try await store.dueWebhooks(endpoint: "crm", at: .init(milliseconds: .max), limit: 10).count == 1)
    // Again is no news.
    _ = try await store.claim(wish.id, by: "ben", force: true, at: now)
    #expect(try await bench.news() == [])
    try await store.update(wish.id, package: "{}", reason: nil)
    #expect(try await bench.news() == ["escalation.updated package"])
    try await store.promise(wish.id, by: now)
    #expect(try await bench.news() == [])
    let later = now.advanced(by: .seconds(1))
    #expect(try await store.overdue(at: later).count == 1)
    #expect(try await bench.news() == ["escalation.updated claimed ben overdue"])
    _ = try await store.assign(conversation, to: .queue, person: nil, ifEpoch: nil, at: later)
    #expect(try await bench.news() == ["escalation.updated waiting ben released", "conversation.updated queue"])
    #expect(try await store.scheduleCallback(wish.id, at: later, note: "later", now: later))
    #expect(try await bench.news() == ["escalation.callback callback later", "conversation.updated assistant"])
    #expect(try await store.recallCallbacks(at: later, dueAt: nil).count == 1)
    #expect(try await bench.news() == ["escalation.updated waiting callback later", "conversation.updated queue"])
    #expect(try await store.resolve(wish.id, note: "done", at: later))
    #expect(try await bench.news() == ["escalation.resolved resolved done", "conversation.updated assistant"])
    await store.close()
  }

  @Test("a message is told when it comes, when its channel takes it, and as it comes further, each once")
  func messages() async throws {
    let bench = try Bench()
    let (store, now) = (bench.store, bench.now)
    let conversation = try await bench.receive("hello")
    _ = try await bench.receive("hello")
    #expect(try await bench.news() == ["message.received hello"])
    let thread = ChatThread(channel: "whatsapp", account: "shop", phone: "34600000001", user: nil)
    let words = OutgoingMessage(
      key: "msg_1", thread: thread, author: .assistant, kind: "text", text: "words", payload: "{}")
    try await store.enqueue(words, in: conversation, at: now)
    _ = try await store.beginSending(["msg_1"], at: now)
    #expect(try await bench.news() == [])
    try await store.finishSending("msg_1", .sent(channelID: "wamid.o"), at: now)
    #expect(try await bench.news() == ["message.sent words"])
    func report(_ state: MessageState) async throws {
      _ = try await bench.deliver(
        .status(StatusReport(channel: "whatsapp", channelID: "wamid.o", key: "msg_1", state: state, at: now)))
    }
    try await report(.read)
    try await report(.delivered)
    #expect(try await bench.news() == ["message.status read"])
    // What is said in a call, and what only the assistant is told, is told by others or nobody.
    try await store.add(
      SpokenMessage(conversation: conversation, call: "call_1", author: .customer, text: "spoken", at: now))
    try await store.note("fact", kind: "coach", by: "ana", in: conversation, at: now)
    #expect(try await bench.news() == [])
    await store.close()
  }

  @Test("whoever listens has an event of a change live, and finds it in the log the moment the change returns")
  func live() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let hub = WeakLink<EventHub>()
    let plain = try RowStore(sqlite: folder.path + "/assist.db") { hub.object?.stored($0) }
    let events = ServerEvents(
      .default, store: plain, clock: WallClock(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    hub.set(events.hub)
    let store = events.announcing(plain)
    async let running: Void = events.run()
    var live = events.hub.subscribe().makeAsyncIterator()
    let conversation = try await store.conversation(
      with: [CustomerIdentity(.phone, "34600000001")], name: nil, at: Self.start)
    for round in 0..<50 {
      let epoch = try await store.assign(
        conversation.id, to: .person, person: "p\(round)", ifEpoch: nil, at: Self.start)
      #expect(try await store.lastEvent()?.type == "conversation.updated")
      let event = await live.next()
      #expect(event?.data["epoch"]?.integer == epoch)
      #expect(event?.data["person"] == .string("p\(round)"))
    }
    await events.stop()
    await running
    await store.close()
  }
}
