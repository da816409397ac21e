import Audio
import Coordination
import Foundation
import RTPEngine
import SIPStack
import Testing
import VoicePipeline

@testable import Assist
@testable import Calls
@testable import ControlAPI
@testable import Reporting
@testable import Settings
@testable import Telephony

@Suite("Callers are handed to people", .serialized, .timeLimit(.minutes(3)))
struct HandOverTests {
  private static let headers: [(name: String, value: String)] = [
    ("X-Assist-Escalation", "esc_1"), ("X-Assist-Link", "https://desk.example/#escalation=esc_1&a=%20"),
  ]

  private static func order(_ bench: ControlBench, _ mode: TransferMode) -> PersonOrder {
    var order = PersonOrder(to: bench.person.uri, mode: mode)
    order.headers = headers
    return order
  }

  private static func check(_ headers: Headers?) {
    for header in Self.headers { #expect(headers?.first(HeaderName(header.name)) == header.value) }
  }

  @Test("bridged: claimed by 1, both hear each other and are recorded; *0 gives the caller back")
  func bridge() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try await ControlBench.run(recording: RecordingConfiguration(calls: true, folder: folder.path + "/calls")) {
      bench in
      let (caller, id) = try await bench.answered()
      let claims = Locked([String]())
      var order = Self.order(bench, .bridge)
      order.claim = {
        claims.withLock { $0.append("claimed") }
        return .claimed
      }
      order.release = { claims.withLock { $0.append("released") } }
      try await bench.calls.transfer(id, order)
      let again = order
      await #expect(throws: CallControlError.busy("a hand-over")) { try await bench.calls.transfer(id, again) }
      let person = try await bench.personPhone()
      Self.check(bench.personLines.withLock { $0.last?.headers })
      // Nobody is connected who has not said so.
      caller.sound(0.5)
      try await Task.sleep(for: .milliseconds(700))
      #expect(person.heard.loud == 0)
      #expect(claims.withLock { $0.isEmpty })
      person.leg.send(digits: "1")
      try await bench.wait("the connection") { bench.transfers.contains(.connected) ? true : nil }
      #expect(claims.withLock { $0 } == ["claimed"])
      caller.sound(1)
      try await bench.wait("the caller's voice") { person.heard.loud > 20 ? true : nil }
      #expect(caller.heard.loud == 0)
      try await Task.sleep(for: .seconds(1))
      person.sound(1)
      try await bench.wait("the person's voice") { caller.heard.loud > 20 ? true : nil }
      try await Task.sleep(for: .seconds(1))
      person.leg.send(digits: "*0")
      try await bench.wait("the end of the hand-over") { person.heard.ending }
      try await bench.wait("word of it") {
        bench.transfers.last == .finished(succeeded: true, status: nil, outcome: "given back") ? true : nil
      }
      #expect(claims.withLock { $0 } == ["claimed", "released"])
      #expect(bench.transfers.first == .started(to: bench.person.uri, mode: .bridge))
      #expect(caller.heard.ending == nil)
      // And may be handed over again.
      try await bench.calls.transfer(id, order)
      _ = try await bench.personPhone(2)
      caller.hangUp()
      try await bench.wait("the end") { bench.calls.live.count == 0 ? true : nil }

      let path = folder.path + "/calls/\(id).wav"
      let file = try WAVFile(path: path)
      #expect(file.channels == 2)
      let outline = try Waveform(path: path)
      #expect(outline.seconds > 2)
      #expect(outline.channels.allSatisfy { $0.contains { $0 > 0.1 } })
      // The person is on the right, and not on the left.
      let both = zip(outline.channels[0], outline.channels[1]).filter { $0 > 0.1 && $1 > 0.1 }
      #expect(both.count < 40)
    }
  }

  @Test("declined by 2, busy, or claimed by someone else: the caller stays, and whoever watches hears why")
  func declined() async throws {
    try await ControlBench.run { bench in
      let (caller, id) = try await bench.answered()
      try await bench.calls.transfer(id, Self.order(bench, .bridge))
      let person = try await bench.personPhone()
      try await bench.wait("the answer") { person.heard.ending == nil ? true : nil }
      try await Task.sleep(for: .milliseconds(300))
      person.leg.send(digits: "2")
      try await bench.wait("word of it") {
        bench.transfers.last == .finished(succeeded: false, status: nil, outcome: "declined") ? true : nil
      }
      try await bench.wait("the end of the person's call") { person.heard.ending }
      var order = Self.order(bench, .bridge)
      order.claim = { .taken }
      let late = order
      try await bench.wait("the next") {
        (try? await bench.calls.transfer(id, late)) != nil ? true : nil
      }
      let second = try await bench.personPhone(2)
      try await Task.sleep(for: .milliseconds(300))
      second.leg.send(digits: "1")
      try await bench.wait("word of it") {
        bench.transfers.last == .finished(succeeded: false, status: nil, outcome: "claimed by someone else")
          ? true : nil
      }
      #expect(!bench.transfers.contains(.connected))
      #expect(caller.heard.ending == nil)
      for to in ["nobody", "sip:", "+34910000000"] {
        await #expect(throws: CallControlError.self) {
          try await bench.calls.transfer(id, PersonOrder(to: to, mode: .bridge))
        }
      }
      var bad = Self.order(bench, .blind)
      bad.headers = [("Route", "<sip:evil>")]
      let evil = bad
      await #expect(throws: CallControlError.self) { try await bench.calls.transfer(id, evil) }
      await #expect(throws: CallControlError.noCall) { try await bench.calls.transfer("none", evil) }
    }
    try await ControlBench.run(person: 486) { bench in
      let (caller, id) = try await bench.answered()
      try await bench.calls.transfer(id, Self.order(bench, .bridge))
      try await bench.wait("word of it") {
        bench.transfers.last == .finished(succeeded: false, status: 486, outcome: "busy") ? true : nil
      }
      #expect(caller.heard.ending == nil)
    }
  }

  @Test("a caller who hangs up ends the person's call, before and after they are connected")
  func callerGone() async throws {
    try await ControlBench.run { bench in
      for isConnected in [false, true] {
        let (caller, id) = try await bench.answered()
        try await bench.calls.transfer(id, Self.order(bench, .bridge))
        let person = try await bench.personPhone(isConnected ? 2 : 1)
        try await Task.sleep(for: .milliseconds(300))
        if isConnected {
          person.leg.send(digits: "1")
          try await bench.wait("the connection") { bench.transfers.contains(.connected) ? true : nil }
        }
        caller.hangUp()
        try await bench.wait("the end of the person's call") { person.heard.ending }
        try await bench.wait("the end") { bench.calls.live.count == 0 ? true : nil }
        #expect(
          bench.transfers.last
            == .finished(succeeded: isConnected, status: nil, outcome: "the caller hung up"))
      }
    }
  }

  @Test("by REFER: the caller's telephone calls the person, whose INVITE carries the fields; ours is over then")
  func blind() async throws {
    try await ControlBench.run { bench in
      let (caller, id) = try await bench.answered { referral in
        Self.check(ReferHeaders.allowed(in: referral.target.uri))
        #expect(referral.referredBy?.uri.sip?.user == "api")
        Task {
          guard let leg = try? bench.caller.openLeg() else { return referral.refuse() }
          await bench.caller.follow(referral, leg: leg, party: LinePhone(leg))
        }
      }
      try await bench.calls.transfer(id, Self.order(bench, .blind))
      let person = try await bench.personPhone()
      Self.check(bench.personLines.withLock { $0.last?.headers })
      #expect(bench.personLines.withLock { $0.last?.headers.first(.referredBy)?.contains("sip:api@") } == true)
      try await bench.wait("the end") { caller.heard.ending }
      #expect(bench.transfers.last == .finished(succeeded: true, status: 200, outcome: "transferred"))
      #expect(person.heard.ending == nil)
      person.hangUp()
      try await bench.wait("the end") { person.heard.ending }
    }
  }

  @Test("a REFER that is refused leaves the call, and says why")
  func refused() async throws {
    try await ControlBench.run { bench in
      let (caller, id) = try await bench.answered()
      try await bench.calls.transfer(id, Self.order(bench, .blind))
      try await bench.wait("word of it") {
        if case .finished(false, 603, _) = bench.transfers.last { true } else { nil }
      }
      #expect(caller.heard.ending == nil)
      #expect(bench.calls.live[id] != nil)
    }
  }

  @Test("attended: the person is asked first, then the caller's telephone takes the place of our call to them")
  func attended() async throws {
    try await ControlBench.run { bench in
      let replaced = Locked<String?>(nil)
      let (caller, id) = try await bench.answered { referral in
        replaced.withLock { $0 = referral.replaces }
        Task {
          guard let leg = try? bench.caller.openLeg() else { return referral.refuse() }
          await bench.caller.follow(referral, leg: leg, party: LinePhone(leg))
        }
      }
      try await bench.calls.transfer(id, Self.order(bench, .attended))
      let asked = try await bench.personPhone()
      try await Task.sleep(for: .milliseconds(300))
      #expect(replaced.withLock { $0 } == nil)
      asked.leg.send(digits: "1")
      let person = try await bench.personPhone(2)
      let headers = bench.personLines.withLock { $0.last?.headers }
      Self.check(headers)
      #expect(headers?.first(.replaces) == replaced.withLock { $0 })
      #expect(replaced.withLock { $0 }.map { ReferHeaders.isDialog($0) } == true)
      try await bench.wait("the end of the caller's call") { caller.heard.ending }
      try await bench.wait("the end of the first call to the person") { asked.heard.ending }
      #expect(bench.transfers.last == .finished(succeeded: true, status: 200, outcome: "transferred"))
      #expect(person.heard.ending == nil)
      person.hangUp()
    }
  }

  @Test("an assistant falls silent for the person and takes the caller back, in its own words")
  func assistant() async throws {
    var assistant = AssistantConfiguration.builtIn
    assistant.conversation.phrases.greeting = "Hello."
    try await ControlBench.run(assistants: [assistant.name: assistant]) { bench in
      let caller = try bench.dial("desk")
      let id = try await bench.liveCall()
      try await bench.wait("the greeting") { caller.heard.loud > 5 ? true : nil }
      try await Task.sleep(for: .seconds(1))
      try await bench.calls.transfer(id, Self.order(bench, .bridge))
      let person = try await bench.personPhone()
      try await bench.wait("the offer") { person.heard.loud > 20 ? true : nil }
      caller.forget()
      person.leg.send(digits: "1")
      try await bench.wait("the connection") { bench.transfers.contains(.connected) ? true : nil }
      #expect(await bench.calls.live[id]?.conversation?.isSuspended == true)
      try await Task.sleep(for: .seconds(1))
      #expect(caller.heard.loud == 0)
      // What is written for the person is spoken to the caller alone.
      person.forget()
      try await bench.calls.say(id, "Please hold the line.")
      try await bench.calls.coach(id, "Be brief.")
      try await bench.wait("the person's words") { caller.heard.loud > 20 ? true : nil }
      #expect(person.heard.loud == 0)
      try await Task.sleep(for: .seconds(2))
      caller.forget()
      person.hangUp()
      try await bench.wait("the assistant") { caller.heard.loud > 20 ? true : nil }
      #expect(await bench.calls.live[id]?.conversation?.isSuspended == false)
      #expect(bench.transfers.last == .finished(succeeded: true, status: nil, outcome: "the person hung up"))
      caller.hangUp()
      try await bench.wait("the end") { bench.calls.live.count == 0 ? true : nil }
    }
  }
}
