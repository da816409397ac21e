import FoundationEssentials
import Testing

@testable import VoicePipeline

@Suite("A lookout over a call")
struct EscalationLookoutTests {
  private let now = Date(timeIntervalSince1970: 1_700_000_000)

  private func lookout(_ change: (inout EscalationSettings) -> Void = { _ in }) -> EscalationLookout {
    var settings = EscalationSettings(target: "sip:desk@pbx.example")
    change(&settings)
    return EscalationLookout(
      EscalationWatch(settings: settings, language: "en", identities: [], state: EscalationWatch.State()), settings)
  }

  @Test("a turn that grows is counted once, and another attempt at its answer not at all")
  func grows() {
    var lookout = lookout()
    let first = lookout.callerSaid("this is ridiculous", turn: 1, confidence: nil, at: now)
    let same = lookout.callerSaid("this is ridiculous", turn: 1, confidence: nil, at: now)
    let more = lookout.callerSaid("this is ridiculous really", turn: 1, confidence: nil, at: now)
    #expect(first == nil && same == nil && more == nil)
    #expect(lookout.state.turn == 1)
    let second = lookout.callerSaid("still unacceptable", turn: 2, confidence: nil, at: now)
    #expect(second?.kind == .frustration)
  }

  @Test("where there is nobody to call nothing has to be acted on")
  func nobody() {
    var lookout = lookout { $0.target = nil }
    #expect(lookout.callerSaid("let me speak to a person", turn: 1, confidence: nil, at: now) == nil)
  }

  @Test("while a person is on their way only a word for one counts")
  func awaited() {
    var lookout = lookout()
    lookout.personAwaited()
    #expect(lookout.callerSaid("I was charged twice for this", turn: 1, confidence: nil, at: now) == nil)
    #expect(
      lookout.callerSaid("get me a person", turn: 2, confidence: nil, at: now)?.kind == .explicitRequest)
    lookout.handedBack()
    #expect(!lookout.isPersonAwaited)
  }

  @Test("a verdict waits for the boundary, and is void if the turn it judged went on")
  func verdicts() {
    var lookout = lookout()
    _ = lookout.callerSaid("what time is it", turn: 1, confidence: nil, at: now)
    let items = lookout.exhibits("what time is it", turn: 1, answer: "noon", reply: 1, at: now) ?? []
    #expect(items.map(\.id) == ["turn 1", "reply 1"])
    let verdict = EscalationLookout.Verdict(kind: .complexity, turns: ["turn 1"], items: items)
    lookout.judged(verdict, turn: 7)
    #expect(lookout.verdict == nil)
    lookout.judged(verdict, turn: 1)
    #expect(lookout.takeAtBoundary()?.kind == .complexity)
    #expect(lookout.takeAtBoundary() == nil)
  }

  @Test("what stands behind a wish is what was found, or what its words say")
  func wishes() {
    var lookout = lookout()
    let found = EscalationFinding(kind: .vip, reason: "known")
    #expect(lookout.finding(for: .finding(found)) == found)
    #expect(lookout.finding(for: .dialogue(reason: "wants a refund")).kind == .complexity)
    #expect(lookout.finding(for: .givingUp(.notUnderstood)).kind == .lowConfidence)
    for why in GivingUp.allCases where why != .notUnderstood {
      let finding = lookout.finding(for: .givingUp(why))
      #expect(finding.kind == .providerFailure && finding.reason == why.reason)
    }
  }

  @Test("of what was said the end is kept")
  func transcript() {
    var lookout = lookout()
    for number in 1...100 { lookout.callerSettled("text \(number)", turn: number, at: now) }
    lookout.assistantSaid("", reply: 1, isAnswer: true, at: now)
    #expect(lookout.said.count == 60)
    #expect(lookout.said.first?.id == "turn 41" && lookout.said.last?.text == "text 100")
  }

  @Test("no model looks on where none shall")
  func off() {
    let lookout = lookout { $0.judgement.usesClassifier = false }
    #expect(lookout.exhibits("a", turn: 1, answer: "b", reply: 1, at: now) == nil)
  }
}
