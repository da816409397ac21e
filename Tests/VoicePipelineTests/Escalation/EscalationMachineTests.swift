import Audio
import Testing

@testable import VoicePipeline

@Suite("Escalation machine")
struct EscalationMachineTests {
  private let origin = Instant.now

  private func at(_ milliseconds: Int) -> Instant { origin.advanced(by: .milliseconds(milliseconds)) }

  private func machine() -> EscalationMachine {
    EscalationMachine(settings: EscalationSettings(target: "sip:desk@pbx.example", ringing: .seconds(20)))
  }

  @Test("announces, transfers once that was heard, and tells the success")
  func success() {
    var machine = machine()
    #expect(machine.handle(.requested(reason: "asked"), at: at(0)) == [.announce])
    #expect(machine.handle(.sounding(until: at(2000)), at: at(50)) == [])
    #expect(machine.handle(.announced, at: at(2000)) == [.transfer(target: "sip:desk@pbx.example")])
    #expect(machine.handle(.progress(status: 180), at: at(2500)) == [])
    #expect(machine.handle(.finished(succeeded: true, status: 200), at: at(3000)) == [.succeeded])
    // The carrier should go by itself now; if it does not, it is closed.
    #expect(machine.nextDeadline == at(3500))
    #expect(machine.handle(.tick, at: at(3500)) == [.hangUp])
    #expect(!machine.isActive)
  }

  @Test("a person who answers after the transfer was given up on has the caller: the line is closed")
  func lateSuccess() {
    var machine = machine()
    _ = machine.handle(.requested(reason: "asked"), at: at(0))
    _ = machine.handle(.announced, at: at(1000))
    #expect(machine.handle(.tick, at: at(60_000)) == [.failed(.notTaken, status: 408)])
    #expect(machine.handle(.finished(succeeded: true, status: 200), at: at(61_000)) == [.hangUp])
  }

  @Test("while the person is rung the caller is never in silence for two seconds")
  func comfort() throws {
    var machine = machine()
    _ = machine.handle(.requested(reason: "asked"), at: at(0))
    _ = machine.handle(.sounding(until: at(2000)), at: at(50))
    _ = machine.handle(.announced, at: at(2000))
    var silentFrom = at(2000)
    var phrases = 0
    var tones = 0
    while let deadline = machine.nextDeadline, deadline < at(21_900) {
      let actions = machine.handle(.tick, at: deadline)
      #expect(silentFrom.duration(to: deadline) < .seconds(2))
      let asPhrase = actions == [.comfort(asPhrase: true)]
      #expect(asPhrase || actions == [.comfort(asPhrase: false)])
      if asPhrase { phrases += 1 } else { tones += 1 }
      silentFrom = deadline.advanced(by: asPhrase ? .milliseconds(1500) : .milliseconds(200))
      _ = machine.handle(.sounding(until: silentFrom), at: deadline)
    }
    #expect(phrases >= 2)
    #expect(tones >= 6)
    #expect(machine.handle(.tick, at: at(22_000)) == [.failed(.notTaken, status: 408)])
  }

  @Test("a slow announcement is bridged, and a dead one does not stop the transfer")
  func slowAnnouncement() {
    var machine = machine()
    _ = machine.handle(.requested(reason: "asked"), at: at(0))
    #expect(machine.handle(.tick, at: at(1200)) == [.comfort(asPhrase: false)])
    var transferred = false
    while let deadline = machine.nextDeadline, deadline <= at(15_000), !transferred {
      transferred = machine.handle(.tick, at: deadline) == [.transfer(target: "sip:desk@pbx.example")]
    }
    #expect(transferred)
  }

  @Test("a refusal gives the caller back, and a second attempt is possible")
  func failure() {
    var machine = machine()
    _ = machine.handle(.requested(reason: "asked"), at: at(0))
    _ = machine.handle(.announced, at: at(1000))
    #expect(
      machine.handle(.finished(succeeded: false, status: 486), at: at(2000)) == [.failed(.notTaken, status: 486)])
    #expect(machine.nextDeadline == nil)
    #expect(machine.handle(.requested(reason: "again"), at: at(9000)) == [.announce])
    #expect(machine.reason == "again")
  }

  @Test("without a target there is nobody, at once")
  func nobody() {
    var machine = EscalationMachine(settings: EscalationSettings())
    #expect(machine.handle(.requested(reason: "asked"), at: at(0)) == [.failed(.nobody, status: nil)])
  }

  @Test(
    "a request for a person is heard without a model",
    arguments: [
      ("en-US", "I want to speak to a person, please"), ("en", "Agent!"), ("en", "can you transfer me to someone"),
      ("en", "operator please"), ("es-ES", "Quiero hablar con una persona."), ("es", "operador"),
      ("es", "páseme con un agente"), ("es-MX", "con un agente humano por favor"), ("en", "let me talk to a human"),
    ])
  func requests(language: String, text: String) {
    #expect(PersonRequest(language: language).matches(text))
  }

  @Test(
    "talk about persons is no request",
    arguments: [
      ("en", "my travel agent called me"), ("en", "i don't want to speak to a person"), ("en", "what are your hours"),
      ("es", "no quiero hablar con una persona"), ("es", "vivo con otra persona"), ("en", ""),
      ("en", "is there a fee per person for the tour"),
    ])
  func noRequests(language: String, text: String) {
    #expect(!PersonRequest(language: language).matches(text))
  }

  @Test("own phrases count too")
  func ownPhrases() {
    #expect(PersonRequest(language: "en-GB", more: ["en": ["the duty officer"]]).matches("get me the duty officer now"))
  }
}
