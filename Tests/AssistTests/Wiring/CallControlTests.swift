import Audio
import Foundation
import Net
import RTPEngine
import Settings
import SIPStack
import Store
import Testing
import TestSupport

@testable import Assist
@testable import Calls
@testable import ControlAPI
@testable import Reporting
@testable import Telephony

@Suite("Calls that are driven from outside", .serialized, .timeLimit(.minutes(3)))
struct CallControlTests {
  @Test("a call rings until it is answered from outside, and then does what it is told")
  func driven() async throws {
    try await ControlBench.run { bench in
      let calls = bench.calls
      let phone = try bench.dial("api")
      let id = try await bench.liveCall()
      try await bench.wait("ringing") { phone.heard.statuses.contains(180) ? true : nil }
      #expect(!phone.heard.isAnswered)
      await #expect(throws: CallControlError.notAnswered) { try await calls.hold(id, true) }
      await #expect(throws: CallControlError.notAnswered) { try await calls.sendDTMF(id, digits: "1", via: .rtp) }
      await #expect(throws: CallControlError.noVoice) { try await calls.say(id, "hello") }
      await #expect(throws: CallControlError.self) { try await calls.answer(id, status: 404) }
      try await calls.answer(id, status: 183)
      try await bench.wait("early media") { phone.heard.statuses.contains(183) ? true : nil }
      await #expect(throws: CallControlError.self) { try await calls.answer(id, status: 183) }
      try await calls.answer(id, status: 200)
      try await bench.wait("the answer") { phone.heard.isAnswered ? true : nil }
      await #expect(throws: CallControlError.notRinging) { try await calls.answer(id, status: 200) }
      await #expect(throws: CallControlError.notRinging) { try await calls.reject(id, status: 486) }

      try await bench.wait("the ACK") { calls.record(id)?.answeredAt }
      try await calls.sendDTMF(id, digits: "5#", via: .rtp)
      try await bench.wait("digits in the sound") { phone.heard.digits == "5#" ? true : nil }
      try await calls.sendDTMF(id, digits: "1*", via: .info)
      try await bench.wait("digits by INFO") { phone.heard.digits == "5#i1i*" ? true : nil }
      for digits in ["", "x", "12 3", String(repeating: "1", count: 33)] {
        await #expect(throws: CallControlError.self) { try await calls.sendDTMF(id, digits: digits, via: .rtp) }
      }

      try await calls.hold(id, true)
      try await bench.wait("hold") { phone.heard.holds.last == true ? true : nil }
      try await calls.hold(id, true)
      try await calls.hold(id, false)
      try await bench.wait("taken back") { phone.heard.holds.last == false ? true : nil }
      try await calls.renegotiate(id, method: .update, codecs: ["PCMU"])
      #expect(phone.heard.ending == nil)
      try await calls.renegotiate(id, method: .reinvite, codecs: nil)
      await #expect(throws: CallControlError.self) {
        try await calls.renegotiate(id, method: .reinvite, codecs: ["opus"])
      }
      await #expect(throws: CallControlError.self) { try await calls.renegotiate(id, method: .reinvite, codecs: []) }
      phone.sound(0.5)
      phone.leg.send(digits: "9")
      try await bench.wait("a digit of the caller") { bench.notices.contains(.digit("9")) ? true : nil }
      #expect(Set(bench.notices.filter { if case .held = $0 { true } else { false } }.map { "\($0)" }).count == 2)
      phone.hangUp()
      try await bench.wait("the end") { calls.live[id] == nil ? true : nil }
      await #expect(throws: CallControlError.noCall) { try await calls.hold(id, true) }
    }
  }

  @Test("refused from outside, the caller gets that status; one who gives up is told of")
  func refused() async throws {
    try await ControlBench.run { bench in
      let phone = try bench.dial("api")
      let id = try await bench.liveCall()
      await #expect(throws: CallControlError.self) { try await bench.calls.reject(id, status: 200) }
      try await bench.calls.reject(id, status: 486)
      try await bench.wait("the refusal") { phone.heard.ending?.status == 486 ? true : nil }
      try await bench.wait("the end") { bench.calls.records.isEmpty ? true : nil }

      let other = try bench.dial("api")
      let next = try await bench.liveCall()
      try await bench.wait("ringing") { other.heard.statuses.contains(180) ? true : nil }
      other.hangUp()
      try await bench.wait("the end") { bench.calls.records.isEmpty ? true : nil }
      await #expect(throws: CallControlError.noCall) { try await bench.calls.answer(next, status: 200) }
      #expect(bench.notices.filter { if case .ended = $0 { true } else { false } }.count == 2)
    }
  }

  @Test("an API call whose caller is on hold answers offers as one who holds")
  func holdAnswers() async throws {
    let engine = try ControlBench.engine()
    defer { engine.stop() }
    let leg = try engine.openLeg()
    defer { leg.close() }
    var session = MediaNegotiation(endpoint: SocketEndpoint(.loopback, port: leg.localPort), codecs: [.pcma])
    var peer = OfferAnswer(sessionID: 2)
    let theirs = MediaCapabilities(codecs: [.pcma], endpoint: "127.0.0.1:4000")
    _ = try session.answer(to: peer.offer(theirs))
    #expect(session.agreed?.canReceive == true)
    let before = session.terms
    let offer = session.offer(holding: true)
    #expect(offer.media.first?.attributes.contains { $0.name == "sendonly" } == true)
    let (answer, audio) = try peer.answer(to: offer, with: theirs)
    #expect(!audio.canSend && audio.canReceive)
    try session.accept(answer: answer)
    #expect(session.agreed?.canSend == true && session.agreed?.canReceive == false)
    let again = try session.answer(to: peer.offer(theirs))
    #expect(again.media.first?.attributes.contains { $0.name == "sendonly" } == true)
    session.terms = before
    #expect(session.offer().media.first?.attributes.contains { $0.name == "sendrecv" } == true)
  }
}
