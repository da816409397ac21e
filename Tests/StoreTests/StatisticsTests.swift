import Store
import Testing

@Suite("Figures", .everyStore)
struct StatisticsTests {
  @Test("calls, messages, wishes and promises are counted since a time")
  func counted() async throws {
    let test = try TestStore()
    let store = test.store
    let hour: Int64 = 3_600
    func call(_ id: String, _ start: Int64) async throws {
      try await store.save(
        CallRecord(id: id, sipCallID: id, direction: .inbound, from: "1", to: "2", startedAt: at(start)))
    }
    try await call("call_1", hour - 1)
    try await call("call_2", hour)
    try await call("call_3", 2 * hour - 1)
    try await call("call_4", 4 * hour)
    let conversation = try await test.receive("wamid.1", from: phone("34600000009"), at: at(hour + 5))
    #expect(
      try await test.answer("a", in: conversation, saying: ["m1", "m2"], at: at(2 * hour + 1)) == .committed)
    try await store.add(
      SpokenMessage(conversation: conversation, call: "call_4", author: .customer, text: "x", at: at(4 * hour)))

    let old = try await test.wish(1, due: at(10), at: at(1))
    let hit = try await test.wish(2, due: at(hour + 60), at: at(hour))
    let missed = try await test.wish(3, due: at(hour + 60), at: at(hour))
    try await test.wish(4, due: at(9 * hour), at: at(hour))
    _ = try await store.claim(hit.id, by: "ana", at: at(hour + 10))
    try await store.noteReply(hit.conversation, at: at(hour + 60))
    _ = try await store.claim(missed.id, by: "ana", at: at(hour + 10))
    try await store.noteReply(missed.conversation, at: at(hour + 61))
    let other = NewEscalation(kind: "frustration", reason: "r", channel: "whatsapp")
    let frustrated = try #require(try await store.escalate(conversation, other, at: at(2 * hour)))
    _ = try await store.offer(frustrated.id, to: "ana", until: at(3 * hour), at: at(2 * hour))

    #expect(
      try await store.statistics(since: at(hour))
        == StoreStatistics(
          calls: [.init(at: at(hour), count: 2), .init(at: at(4 * hour), count: 1)],
          chats: [.init(at: at(hour), count: 1), .init(at: at(2 * hour), count: 2)],
          escalations: ["explicit_request": 3, "frustration": 1], slaHit: 1, slaMissed: 1, waiting: 3,
          oldestWaiting: old.createdAt))
  }

  @Test("how long a step took is counted over the turns that had it, each in one bar, whatever else is stored of turns")
  func times() async throws {
    let store = try TestStore().store
    let bounds: [Double] = [100, 200]
    #expect(
      try await store.times(of: "first", since: at(0), bounds: bounds)
        == StepTimes(count: 0, p50: nil, p95: nil, p99: nil, histogram: [0, 0, 0]))
    let steps = [
      #"{"first":100,"other":900}"#, #"{"first":100.5}"#, #"{"first":200}"#, #"{"first":5000}"#, #"{"other":1}"#,
      #"{"first":"soon"}"#, "no JSON",
    ]
    for (turn, steps) in steps.enumerated() {
      try await store.add(turn: TurnRecord(call: "call_1", turn: turn, at: at(1_000 + Int64(turn)), steps: steps))
    }
    try await store.add(turn: TurnRecord(call: "call_0", turn: 1, at: at(10), steps: #"{"first":1}"#))
    let times = try await store.times(of: "first", since: at(1_000), bounds: bounds)
    #expect(times.count == 4)
    #expect(times.histogram == [1, 2, 1])
    #expect(times.p50 == 200)
    #expect(times.p99 == 5_000)
  }
}
