import Store
import Testing
import TestSupport

/// A store among a few customers, a channel that loses responses and an operator who kills the process.
struct StoreModel {
  private(set) var test: TestStore
  private var random: SeededGenerator
  private var clock: Int64 = 1_000
  private var names = 0
  /// What customers wrote, to be delivered any number of times.
  private var written: [IncomingMessage] = []
  private var delivered: Set<String> = []
  /// What the channel took: its id and our key.
  private var taken: [(channelID: String, key: String)] = []
  /// Keys of which we could not know whether the channel took them.
  private var doubtful: Set<String> = []
  private var committed: Set<String> = []
  private var withdrawn: Set<String> = []
  private var answers: [(id: String, keys: [String])] = []

  init(seed: UInt64) throws {
    test = try TestStore()
    random = SeededGenerator(seed: seed)
  }

  private var now: Timestamp { at(clock) }

  private mutating func name(_ word: String) -> String {
    names += 1
    return "\(word)\(names)"
  }

  private mutating func chance(_ part: Int, of whole: Int) -> Bool { Int.random(in: 0..<whole, using: &random) < part }

  mutating func step() async throws {
    clock += .random(in: 0...3, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<25: try await write()
    case 25..<40: try await deliverAgain()
    case 40..<55: try await report()
    case 55..<72: try await answer()
    case 72..<76: try await withdraw()
    case 76..<96: try await send()
    default: try await kill()
    }
  }

  private mutating func write() async throws {
    let customer = Int.random(in: 0..<4, using: &random)
    let number = phone("3460000000\(customer)")
    let identities =
      switch Int.random(in: 0..<3, using: &random) {
      case 0: [number]
      case 1: [user("ES.\(customer)")]
      default: [user("ES.\(customer)"), number]
      }
    let message = IncomingMessage.test(name("wamid.in"), from: identities, sent: now)
    written.append(message)
    if chance(4, of: 5) { try await deliver([.message(message)]) }
  }

  private mutating func deliverAgain() async throws {
    try await deliver(written.shuffled(using: &random).prefix(3).map { .message($0) })
  }

  private mutating func deliver(_ updates: [ChannelUpdate]) async throws {
    try await test.deliver(updates, at: now)
    for case .message(let message) in updates { delivered.insert(message.channelID) }
  }

  private mutating func report() async throws {
    guard let (channelID, key) = taken.randomElement(using: &random) else { return }
    let state = [MessageState.sent, .delivered, .read].randomElement(using: &random) ?? .sent
    try await test.deliver(.status(.test(state, channelID, key: chance(4, of: 5) ? key : nil)), at: now)
  }

  private mutating func answer() async throws {
    let waiting = try await test.store.conversationsAwaitingAnswer()
    guard let conversation = waiting.randomElement(using: &random) else { return }
    let keys = (0..<Int.random(in: 1...3, using: &random)).map { _ in name("msg") }
    let id = name("answer")
    #expect(try await test.answer(id, in: conversation, saying: keys, at: now) == .committed)
    committed.formUnion(keys)
    answers.append((id, keys))
  }

  private mutating func withdraw() async throws {
    guard let (id, keys) = answers.last, try await test.store.withdraw(id, at: now) else { return }
    withdrawn.formUnion(keys)
    #expect(taken.allSatisfy { !keys.contains($0.key) })
  }

  private mutating func send() async throws {
    let due = try await test.due(at: now, limit: 3)
    // Another may be at it with the same list.
    let begun = try await test.store.beginSending(due, at: now)
    #expect(try await test.store.beginSending(due, at: now).isEmpty)
    #expect(begun == Set(due))
    for key in due {
      let channelID = name("wamid.out")
      let isTaken = chance(3, of: 4)
      if isTaken { taken.append((channelID, key)) }
      if chance(1, of: 5) {
        doubtful.insert(key)
        // No response; the process may even end before it notes so.
        if chance(1, of: 3) { return try await kill() }
        let until = now.advanced(by: .seconds(5))
        try await test.store.finishSending(key, .uncertain(until: until), at: now)
      } else if isTaken {
        try await test.store.finishSending(key, .sent(channelID: channelID), at: now)
      } else {
        let time = now.advanced(by: .seconds(2))
        try await test.store.finishSending(
          key, chance(1, of: 4) ? .held(reason: "window") : .retry(at: time, counts: true, reason: "busy"), at: now)
      }
    }
  }

  private mutating func kill() async throws {
    let after = try TestStore(afterKilling: test)
    await test.store.close()
    test = after
    doubtful.formUnion(try await test.sending())
    try await test.store.recover(uncertainUntil: now.advanced(by: .seconds(5)))
  }

  /// What always holds.
  func check() async throws {
    #expect(try await test.strays().isEmpty)
    var incoming: [String] = []
    for record in try await test.store.conversations(before: nil, limit: 100) {
      for message in try await test.store.messages(of: record.id, before: nil, limit: 10_000)
      where message.author == .customer {
        incoming.append(message.channelID ?? "")
        #expect(message.state == .pending || message.state == .answered)
      }
    }
    #expect(incoming.count == delivered.count)
    #expect(Set(incoming) == delivered)
    for (key, attempts) in Dictionary(grouping: taken, by: \.key) {
      #expect(attempts.count == 1 || doubtful.contains(key), "\(key) was sent \(attempts.count) times")
    }
  }

  /// Everything comes to its end: each question is answered, each answer is sent.
  mutating func settle() async throws {
    for message in written {
      clock += 10
      try await deliver([.message(message)])
    }
    // Writing opens the window of whoever has something held.
    for customer in 0..<4 {
      written.append(
        .test(name("wamid.in"), from: [user("ES.\(customer)"), phone("3460000000\(customer)")], sent: now))
      try await deliver([.message(written[written.count - 1])])
    }
    while try await !test.store.conversationsAwaitingAnswer().isEmpty { try await answer() }
    while let next = try await test.store.nextDue(channel: "whatsapp", account: "shop") {
      clock = max(clock, next.milliseconds / 1_000 + 1)
      for key in try await test.due(at: now) {
        #expect(try await test.store.beginSending([key], at: now) == [key])
        taken.append((name("wamid.out"), key))
        try await test.store.finishSending(key, .sent(channelID: taken[taken.count - 1].channelID), at: now)
      }
    }
    try await check()
    #expect(try await test.ids("SELECT position FROM outbox").isEmpty)
    #expect(Set(taken.map(\.key)) == committed.subtracting(withdrawn))
  }
}
