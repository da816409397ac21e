import Audio
import Foundation
import Testing
import TestSupport

extension EndToEnd {
  @Suite("a server that is killed again and again", .serialized) struct Crashes {
    /// A generator whose seed is printed, so that a run can be had again: the times of the kills, if not their effects.
    private struct Dice: RandomNumberGenerator {
      var state: UInt64

      mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
      }
    }

    private static let prefix = "15557"
    private static func customer(_ index: Int) -> String { prefix + String(100_000 + index) }

    @Test("whoever's message was acknowledged is answered, and exactly once, whenever the power fails")
    func rounds() async throws {
      let variables = ProcessInfo.processInfo.environment
      let rounds = variables["CRASH_ROUNDS"].flatMap { Int($0) } ?? 5
      let seed = variables["CRASH_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...9_999_999)
      print("crashes: \(rounds) rounds, CRASH_SEED=\(seed)")
      var dice = Dice(state: seed)
      var setup = ChatServer.Setup(number: "burst: 0s, typing: false, lost_wait: 5s, messages_per_second: 1000")
      setup.cloud.messagesPerSecond = nil
      setup.cloud.delivery.retryPauses = [.milliseconds(50), .milliseconds(200), .milliseconds(400)]
      try await ChatServer.run(setup) { chat in
        let cloud = chat.cloud
        let customers = Task {
          var count = 0
          while !Task.isCancelled {
            cloud.customerSends(.text("what are your opening hours"), from: Self.customer(count))
            count += 1
            if count % 37 == 0 { cloud.inject(.losesResponse) }
            try? await Task.sleep(for: .milliseconds(25))
          }
          return count
        }
        defer { customers.cancel() }
        for _ in 0..<rounds {
          try await Task.sleep(for: .milliseconds(Int.random(in: 50...2000, using: &dice)))
          chat.kill()
          try await chat.start()
        }
        customers.cancel()
        let count = await customers.value
        try await chat.settle(within: .seconds(60))
        let counts = Dictionary(cloud.accepted.map { ($0.recipient, 1) }, uniquingKeysWith: +)
        let silent = (0..<count).filter { counts[Self.customer($0)] == nil }
        let repeated = (0..<count).filter { counts[Self.customer($0)] ?? 0 > 1 }
        #expect(silent.isEmpty, "\(silent.count) of \(count) were not answered, seed \(seed)")
        #expect(repeated.isEmpty, "\(repeated.count) of \(count) were answered twice, seed \(seed)")
        #expect(counts.count == count)
        #expect(try await chat.rows("SELECT key, state, attempts FROM outbox").isEmpty)
        #expect(try await chat.rows("PRAGMA integrity_check") == [["ok"]])
        #expect(cloud.refusals.filter { !$0.isInjected }.isEmpty)
        print("crashes: \(count) customers, \(cloud.figures.retries) deliveries repeated")
      }
    }

    @Test(
      "a call that dies with the server has an end after the next start: in the API, as an event, with its recording")
    func lostCall() async throws {
      let socket = try DatagramSocket()
      let setup = ChatServer.Setup(
        trunks: Channels.trunk(socket), more: "recording: {calls: true, folder: kept}")
      try await ChatServer.run(setup) { chat in
        let line = try await Line(chat.server, as: "+" + Self.customer(0))
        try await line.hearGreeting()
        try await Task.sleep(for: .seconds(2))
        let order: CloudJSON = ["to": "+15557770001", "assistant": "desk"]
        #expect(try await chat.server.api("POST", "/v1/calls", order).status == 201)
        _ = try await RingingCall(SIPPeer(on: socket, of: chat.server))
        let live = try await chat.server.api("GET", "/v1/calls").json["data"]?.array ?? []
        #expect(live.map { $0["ended_at"] } == [.null, .null])
        chat.kill()
        try await chat.start()

        let calls = try await chat.server.api("GET", "/v1/calls").json["data"]?.array ?? []
        #expect(calls.count == 2)
        for call in calls {
          #expect(call["state"]?.string == "ended")
          #expect(call["reason"]?.string == "the server ended while the call went on")
          #expect(call["ended_at"]?.string != nil)
        }
        let answered = try #require(calls.first { $0["answered_at"]?.string != nil })
        let seconds = try #require(answered["recording"]?["seconds"]?.double)
        #expect(seconds > 1 && seconds < 30)
        let sound = try await chat.server.api("GET", try #require(answered["recording"]?["url"]?.string))
        #expect(sound.status == 200 && sound.body.count > 44)
        let other = try #require(calls.first { $0["answered_at"] == .null })
        #expect(other["recording"] == .null)

        // Once each, however often the server starts.
        try await chat.restart()
        let ends = try await chat.rows("SELECT call, data FROM event WHERE type = 'call.ended'")
        #expect(Set(ends.map { $0[0] }) == Set(calls.compactMap { $0["id"]?.string }))
        #expect(ends.count == 2)
        #expect(ends.allSatisfy { $0[1].contains("the server ended") && $0[1].contains("\"by\":\"stack\"") }, "\(ends)")
      }
    }

    @Test("a server that is stopped in good order while it works out an answer gives it after the next start, once")
    func stoppedInBetween() async throws {
      let mind = try await StandInOpenAI.start(.repeating)
      mind.change { $0.firstPieceDelay = .seconds(30) }
      try await ChatServer.run(ChatServer.Setup(assistants: Assistants.withMind(at: mind.baseURL))) { chat in
        chat.cloud.customerSends(.text("hello"), from: Self.customer(0))
        try await eventually("the question at the language model", within: .seconds(10)) {
          !mind.server.requests.isEmpty
        }
        mind.change { $0.firstPieceDelay = .zero }
        try await chat.restart()
        #expect(try await chat.answer(to: Self.customer(0)).text == "You said: hello")
        try await chat.settle()
        #expect(chat.cloud.acceptedCount == 1)
      }
      await mind.stop()
    }
  }
}
