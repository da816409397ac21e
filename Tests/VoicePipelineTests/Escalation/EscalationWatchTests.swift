import FoundationEssentials
import Testing

@testable import VoicePipeline

@Suite("Knowing when a person is needed")
struct EscalationWatchTests {
  private static let noon = Date(timeIntervalSince1970: 1_800_000_000)

  private func watch(
    _ language: String = "en", identities: [String] = [], state: EscalationWatch.State = .init(),
    _ change: (inout EscalationConditions) -> Void = { _ in }
  ) -> EscalationWatch {
    var settings = EscalationSettings()
    change(&settings.conditions)
    return EscalationWatch(settings: settings, language: language, identities: identities, state: state)
  }

  /// What the customer's `texts` lead to, in order.
  private func kinds(_ watch: inout EscalationWatch, _ texts: String...) -> [EscalationKind?] {
    texts.map { watch.customerSaid($0, id: "turn \(watch.turn + 1)", at: Self.noon)?.kind }
  }

  @Test("a finding names its reason, its evidence and how urgent it is")
  func finding() throws {
    var watch = watch()
    let found = watch.customerSaid("I want to speak to a person", id: "msg_1", at: Self.noon)
    let finding = try #require(found)
    #expect(finding.kind == .explicitRequest)
    #expect(finding.reason == "the customer asked for a person")
    #expect(finding.priority == 2)
    #expect(
      finding.evidence == [
        EvidenceItem(id: "msg_1", author: .customer, text: "I want to speak to a person", at: Self.noon)
      ])
  }

  @Test("when several conditions hold the first in precedence counts")
  func precedence() {
    var watch = watch()
    #expect(kinds(&watch, "You idiots, I was charged twice, get me a manager") == [.explicitRequest])
    var second = self.watch()
    #expect(kinds(&second, "You idiots, I was charged twice") == [.sensitive])
    #expect(EscalationKind.allCases == EscalationKind.allCases.sorted())
    #expect(EscalationKind.allCases.map(\.rawValue).joined(separator: " ").hasPrefix("explicit_request offer_accepted"))
    let (low, high) = (
      EscalationFinding(kind: .complexity, reason: "a"), EscalationFinding(kind: .stagnation, reason: "b")
    )
    #expect(EscalationFinding.preferred(low, high)?.kind == .stagnation)
    #expect(EscalationFinding.preferred(nil, low)?.kind == .complexity)
  }

  @Test("an offer is accepted within one turn or not at all")
  func offer() {
    var watch = watch()
    _ = kinds(&watch, "my bill is wrong")
    #expect(watch.assistantAnswered("Shall I put you through to a colleague?", id: "a1", at: Self.noon) == nil)
    #expect(kinds(&watch, "what does it cost me", "yes") == [nil, nil])
    #expect(watch.assistantAnswered("I can transfer you to an agent if you like.", id: "a2", at: Self.noon) == nil)
    #expect(kinds(&watch, "yes, but tell me the price first") == [nil])
    #expect(watch.assistantAnswered("Ten euros. Would you like to speak to an agent?", id: "a3", at: Self.noon) == nil)
    #expect(kinds(&watch, "yes please") == [.offerAccepted])
  }

  @Test("a statement is no offer, and no is no consent")
  func noOffer() {
    var watch = watch()
    _ = kinds(&watch, "hello there")
    _ = watch.assistantAnswered("Our people speak to an agent of yours every day.", id: "a", at: Self.noon)
    #expect(kinds(&watch, "yes") == [nil])
    _ = watch.assistantAnswered("Would you like to speak to an agent?", id: "b", at: Self.noon)
    #expect(kinds(&watch, "no thank you") == [nil])
  }

  @Test("one displeased turn is everyday life, two of three are frustration, and calm turns between wear off")
  func frustration() {
    var watch = watch()
    #expect(
      kinds(&watch, "this is ridiculous", "my number is 4 5 6", "it really is unacceptable") == [
        nil, nil, .frustration,
      ])
    var calm = self.watch()
    #expect(
      kinds(&calm, "this is ridiculous", "right so the number", "is 4 5 6", "unacceptable") == [nil, nil, nil, nil])
  }

  @Test("who writes in capitals is no shouter, and who shouts with displeasure is")
  func capitals() {
    var watch = watch()
    #expect(kinds(&watch, "GOOD MORNING, WHAT ARE YOUR HOURS", "THANK YOU SO MUCH!!!") == [nil, nil])
    #expect(kinds(&watch, "WHAT A TERRIBLE SERVICE THIS IS") == [.frustration])
  }

  @Test("the same question again, the same answer again, and advice that fails twice go in circles")
  func stagnation() {
    var questions = watch()
    #expect(
      kinds(&questions, "where is my parcel from Porto", "thanks", "so where is my parcel from Porto")
        == [nil, nil, .stagnation])
    var answers = watch()
    #expect(answers.assistantAnswered("You can see that on our site.", id: "a1", at: Self.noon) == nil)
    #expect(answers.assistantAnswered("You can see that on our site!", id: "a2", at: Self.noon)?.kind == .stagnation)
    var advice = watch()
    #expect(kinds(&advice, "that didn't help", "it still does not work") == [nil, .stagnation])
  }

  @Test("a new fact starts the count anew, and turns without one count only while one is wanted")
  func facts() {
    var watch = watch()
    #expect(
      kinds(&watch, "your hours please", "and the address", "and parking", "and wifi there") == [nil, nil, nil, nil])
    watch.factWanted()
    #expect(kinds(&watch, "hm well", "let me think") == [nil, nil])
    watch.factLearnt()
    watch.factWanted()
    #expect(kinds(&watch, "hm that", "let me look", "wait a bit") == [nil, nil, .stagnation])
  }

  @Test("two unclear turns running count, one does not, and a clear one between resets")
  func confidence() {
    var watch = watch()
    func say(_ confidence: Double?) -> EscalationKind? {
      watch.customerSaid("mumble", id: "t", confidence: confidence, at: Self.noon)?.kind
    }
    #expect([say(0.2), say(0.9), say(0.29), say(nil), say(0.1)] == [nil, nil, nil, nil, nil])
    #expect(watch.customerNotUnderstood(id: "t", at: Self.noon)?.kind == .lowConfidence)
  }

  @Test("after a hand-back the same kind keeps silent for three turns, words excepted")
  func quiet() {
    var watch = watch()
    #expect(kinds(&watch, "idiots") == [.frustration])
    #expect(kinds(&watch, "a", "b", "c", "d") == [nil, nil, nil, nil])
    watch.handedBack()
    #expect(kinds(&watch, "idiots", "idiots", "idiots", "idiots") == [nil, nil, nil, .frustration])
    watch.handedBack()
    #expect(kinds(&watch, "get me a manager", "get me a manager") == [.explicitRequest, .explicitRequest])
    // Another kind than the one that was found is not held back.
    #expect(kinds(&watch, "I was charged twice") == [.sensitive])
  }

  @Test("a hand-back clears the counters")
  func handBack() {
    var watch = watch()
    _ = kinds(&watch, "this is ridiculous")
    watch.handedBack()
    #expect(kinds(&watch, "unacceptable") == [nil])
  }

  @Test("each condition can be switched off, but not the customer's own word")
  func switches() {
    var watch = watch { $0.enabled = [] }
    #expect(kinds(&watch, "idiots", "I was charged twice", "charged twice by you") == [nil, nil, nil])
    #expect(watch.providerFailed("x") == nil)
    #expect(kinds(&watch, "operator") == [.explicitRequest])
    #expect(watch.supervisorAsked("")?.reason == "a supervisor asked for it")
    var legalOnly = self.watch { $0.subjects = [.legal] }
    #expect(kinds(&legalOnly, "I was charged twice", "my lawyer will call you") == [nil, .sensitive])
  }

  @Test("phrases of one's own count in their language alone")
  func ownPhrases() {
    let change: (inout EscalationConditions) -> Void = {
      $0.subjectPhrases = [.legal: ["es": ["consejo arbitral"]]]
      $0.negativePhrases = ["es": ["menuda faena"]]
    }
    var spanish = watch("es-ES", change)
    #expect(kinds(&spanish, "Iré al Consejo Arbitral") == [.sensitive])
    #expect(kinds(&spanish, "menuda faena", "otra menuda faena") == [nil, .frustration])
    var english = watch("en", change)
    #expect(kinds(&english, "consejo arbitral") == [nil])
  }

  @Test("a VIP is found once, and raises what else is found")
  func vip() {
    var watch = watch(identities: ["34600000001"]) { $0.vip = ["34600000001"] }
    let first = watch.customerSaid("good morning", id: "1", at: Self.noon)
    #expect(first?.kind == .vip)
    #expect(kinds(&watch, "what are your hours") == [nil])
    #expect(watch.customerSaid("get me a manager", id: "3", at: Self.noon)?.priority == 1)
  }

  @Test("tools may fail once, waiting has a limit, and a model's wish counts at once")
  func others() {
    var watch = watch()
    #expect(watch.toolFailed("lookup") == nil)
    #expect(watch.toolFailed("lookup")?.kind == .complexity)
    #expect(watch.waited(.seconds(599)) == nil)
    #expect(watch.waited(.seconds(600))?.reason == "the customer waited 10 min for an answer")
    #expect(watch.modelAsked("wants a refund\nof 10 €")?.reason == "wants a refund of 10 €")
    #expect(watch.modelAsked("")?.kind == .complexity)
    #expect(watch.providerFailed("the model timed out")?.priority == 2)
  }

  @Test("a false promise is regenerated once and then a person is called; a kept one is none")
  func promises() {
    var watch = watch()
    _ = kinds(&watch, "is my repair ready")
    func check(_ text: String) -> DraftVerdict { watch.check(draft: text, isWhole: true, id: "a", at: Self.noon) }
    #expect(check("Yes, come by until eight.") == .ok)
    #expect(check("Shall we call you back tomorrow?") == .ok)
    #expect(check("I can't call you back.") == .ok)
    guard case .regenerate(let instruction) = check("I'll check and get back to you.") else {
      Issue.record("no regeneration")
      return
    }
    #expect(instruction.contains("I'll check and get back to you."))
    guard case .escalate(let finding) = check("We will be in touch.") else {
      Issue.record("no escalation")
      return
    }
    #expect(finding.kind == .falsePromise)
    #expect(finding.evidence.map(\.author) == [.customer, .assistant])
    // The next turn has a try of its own.
    _ = kinds(&watch, "well then")
    guard case .regenerate = check("One moment while I check.") else {
      Issue.record("no regeneration in the next turn")
      return
    }
  }

  @Test("a model's verdict counts with turns that were said, and is held back where it was found already")
  func verdict() {
    var watch = watch()
    _ = kinds(&watch, "so what now", "you tell me")
    let items = watch.state.recent
    #expect(watch.take(verdict: .frustration, turns: ["turn 9"], of: items) == nil)
    #expect(watch.take(verdict: .vip, turns: ["turn 1"], of: items) == nil)
    let finding = watch.take(verdict: .frustration, turns: ["turn 9", "turn 2"], of: items)
    #expect(finding?.evidence.map(\.id) == ["turn 2"])
    #expect(watch.take(verdict: .frustration, turns: ["turn 2"], of: items) == nil)
  }

  @Test("the state survives being stored, bounded, and the count goes on")
  func state() throws {
    var watch = watch()
    _ = kinds(&watch, "this is ridiculous")
    for index in 0..<200 {
      _ = watch.assistantAnswered(
        String(repeating: "ä\"\\ ", count: 500) + "\(index)", id: String(repeating: "i", count: 500), at: Self.noon)
    }
    let json = watch.state.json
    #expect(json.utf8.count < EscalationWatch.State.maximumBytes)
    let state = try #require(EscalationWatch.State(json: json))
    #expect(state == watch.state)
    var next = self.watch(state: state)
    #expect(kinds(&next, "unacceptable") == [.frustration])
    #expect(EscalationWatch.State(json: next.state.json) == next.state)
  }

  @Test("a state that was stored with the whole of each answer's number is read, and the count of answers goes on")
  func wholeNumbers() throws {
    // The 64-bit FNV-1a numbers of "we open at nine" and of a text whose number is beyond what a signed one holds.
    for words in ["we open at nine", "it is closed on sundays", "please restart the router"] {
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in words.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      let state = try #require(
        EscalationWatch.State(
          json: #"""
            {"answered":["a"],"answers":[7,\#(hash)],"facts":2,"failed":1,"found":["vip"],"negative":[3],"offer":4,\#
            "promises":0,"quiet":{"vip":6},"recent":[{"at":"2026-11-30T00:53:20.250Z","author":"customer",\#
            "message":"m3","text":"agent"}],"requests":["open nine"],"tools":1,"turn":5,"unclear":1,"version":1,\#
            "vip":true}
            """#))
      #expect(state.turn == 5 && state.facts == 2 && state.failedAttempts == 1 && state.found == [.vip])
      #expect(state.recent.map(\.id) == ["m3"] && state.quiet == ["vip": 6] && state.hasGreetedVIP)
      #expect(EscalationWatch.State(json: state.json) == state)
      var next = watch(state: state)
      let finding = next.assistantAnswered(words, id: "b", at: Self.noon)
      #expect(finding?.kind == .stagnation, "\(words) \(hash)")
    }
  }

  @Test(
    "what is stored in its place by anyone else does no harm",
    arguments: [
      "", "{}", "null", "[1]", #"{"version":2}"#,
      #"{"version":1,"turn":-5,"quiet":{"frustration":9223372036854775807}}"#,
      #"{"version":1,"turn":9223372036854775807,"negative":[9223372036854775807],"unclear":-3,"failed":99999999999}"#,
      #"{"version":1,"recent":[{"message":"a","author":"customer","text":"b","at":"never"}],"answers":[18446744073709551615]}"#,
      #"{"version":1,"found":["frustration","no such"],"offer":-9223372036854775808}"#,
    ])
  func hostileState(json: String) {
    var watch = watch(state: EscalationWatch.State(json: json) ?? .init())
    _ = kinds(&watch, "this is ridiculous", "unacceptable", "that didn't help")
    _ = watch.assistantAnswered("You can see that on our site.", id: "a", at: Self.noon)
    watch.handedBack()
    #expect(kinds(&watch, "operator") == [.explicitRequest])
    #expect(EscalationWatch.State(json: watch.state.json) == watch.state)
  }

  @Test("texts without end, without words and of odd characters are read like others")
  func oddTexts() {
    var watch = watch("es")
    let long = String(repeating: "una palabra tras otra, ", count: 20_000)
    #expect(kinds(&watch, long, "¿¡.,;…", "🤷🏽‍♀️👍", "\u{0}\u{FFFD}", "¿¿¿???") == [nil, nil, nil, nil, nil])
    #expect(kinds(&watch, "QUIERO\nHABLAR\ncon UN AGENTE") == [.explicitRequest])
    // Decomposed letters, as some phones send them.
    #expect(kinds(&watch, "pa\u{301}seme con un operador") == [.explicitRequest])
  }
}
