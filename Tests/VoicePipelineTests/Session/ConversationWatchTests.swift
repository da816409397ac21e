import Audio
import Testing

@testable import VoicePipeline

@Suite("Calls that know when a person is needed", .timeLimit(.minutes(2)))
struct ConversationWatchTests {
  private struct Judge: EscalationClassifier {
    var verdict: @Sendable ([EvidenceItem]) async throws -> EscalationVerdict
    func judge(_ turns: [EvidenceItem]) async throws -> EscalationVerdict { try await verdict(turns) }
  }

  private struct Scribe: ConversationSummariser {
    func summarise(_ turns: [EvidenceItem], reason: String, language: String) async throws -> ConversationSummary {
      ConversationSummary(
        wants: turns.map(\.id).joined(separator: " "), tried: reason, facts: language, mood: "m", next: "n",
        suggestion: "s")
    }
  }

  private func findings(_ stage: Stage) -> [EscalationFinding] {
    stage.kinds.compactMap { if case .escalationRequested(_, let finding) = $0 { finding } else { nil } }
  }

  /// All that is queued is heard.
  private func hearAll(_ stage: Stage) async throws {
    try await stage.wait("end of playout asked") { stage.carrier.state.finished }
    stage.carrier.send(at: stage.clock.now)
  }

  @Test("what the rules find on a final transcript takes the place of the answer, with its evidence")
  func rules() async throws {
    let stage = Stage(StandInMind { _ in [.text("Yes.")] })
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("I was charged twice for this", from: 100, to: 1000)
    try await stage.wait("announcement") { stage.types.contains("escalation.requested") }
    let finding = try #require(findings(stage).first)
    #expect(finding.kind == .sensitive)
    #expect(finding.evidence.map(\.id) == ["turn 1"])
    #expect(finding.evidence.map(\.text) == ["I was charged twice for this"])
    #expect(stage.mind.asked.isEmpty)
    try await hearAll(stage)
    try await stage.wait("transfer") { stage.carrier.state.transfers == ["sip:desk@pbx.example"] }
    await stage.end()
    let packages = stage.kinds.compactMap {
      if case .handoverPackage(let package, let done) = $0 { (package, done) } else { nil }
    }
    #expect(packages.map(\.1) == [true])
    #expect(packages.first?.0.summary.first == "Wants: I was charged twice for this")
    #expect(packages.first?.0.limits.channel == "phone")
  }

  @Test("where nobody can be called the rules keep quiet and the dialogue answers")
  func nobody() async throws {
    let stage = Stage(StandInMind { _ in [.text("I am all there is.")] }, target: nil)
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("let me speak to a person", from: 100, to: 1000)
    try await stage.wait("answer") { stage.wasQueued("I am all there is.") }
    await stage.end()
    #expect(findings(stage).isEmpty)
  }

  @Test("with people at a console and nobody to ring, the caller is told and the assistant keeps the line")
  func queue() async throws {
    let stage = Stage(StandInMind { _ in [.text("At nine.")] }, target: nil) { $0.escalation.queue = true }
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("let me speak to a person", from: 100, to: 1000)
    let phrase = AssistantPhrases(language: "en").personWillJoin
    let first = String(phrase.prefix { $0 != "." }) + "."
    try await stage.wait("phrase") { stage.wasQueued(first) }
    try await hearAll(stage)
    try await stage.wait(for: .listening)
    #expect(findings(stage).map(\.kind) == [.explicitRequest])
    #expect(stage.carrier.state.transfers.isEmpty)
    try await stage.caller("when do you open", from: 3000, to: 4000)
    try await stage.wait("answer") { stage.wasQueued("At nine.") }
    #expect(
      stage.mind.asked.last?.messages.contains { $0.role == .system && $0.text.contains("will join this call") } == true
    )
    try await hearAll(stage)
    try await stage.wait(for: .listening)
    // Asking again is answered, and asks nobody again.
    try await stage.caller("I said get me a person", from: 6000, to: 7000)
    try await stage.wait("phrase again") { stage.voice.spoken.count { $0 == first } == 2 }
    await stage.end()
    #expect(findings(stage).count == 1)
    #expect(!stage.types.contains("transfer.started"))
  }

  @Test("a false promise is never spoken: the model is asked once more, and what it says then is")
  func regeneration() async throws {
    let stage = Stage(
      StandInMind { text in
        text.contains("Nobody will do that")
          ? [.text("I can't see that from here.")]
          : [.text("Good question. I'll check and get back to you. Bye.")]
      })
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("is my repair ready", from: 100, to: 1000)
    try await stage.wait("second answer") { stage.wasQueued("I can't see that from here.") }
    try await hearAll(stage)
    try await stage.wait(for: .listening)
    await stage.end()
    #expect(stage.voice.spoken.filter { $0.contains("get back") || $0 == "Bye." }.isEmpty)
    #expect(stage.mind.asked.count == 2)
    let last = try #require(stage.mind.asked.last).messages.suffix(3)
    #expect(last.map(\.role) == [.caller, .assistant, .system])
    #expect(last.dropFirst().first?.text == "Good question.")
    #expect(findings(stage).isEmpty)
    #expect(await stage.conversation.messages.last?.text == "Good question. I can't see that from here.")
  }

  @Test("a model that insists on its promise makes room for a person")
  func insistence() async throws {
    let stage = Stage(StandInMind { _ in [.text("We will call you back.")] })
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("is my repair ready", from: 100, to: 1000)
    try await stage.wait("escalation") { stage.types.contains("escalation.requested") }
    await stage.end()
    #expect(findings(stage).map(\.kind) == [.falsePromise])
    #expect(!stage.voice.spoken.contains("We will call you back."))
    #expect(stage.mind.asked.count == 2)
  }

  @Test("a promise that comes with a person is kept, and spoken")
  func keptPromise() async throws {
    let stage = Stage(
      StandInMind { _ in [.text("A colleague will call you back."), .transferToHuman(reason: "wants a refund")] })
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("give me a refund", from: 100, to: 1000)
    try await stage.wait("sound") { stage.wasQueued("A colleague will call you back.") }
    try await hearAll(stage)
    try await stage.wait("escalation") { stage.types.contains("escalation.requested") }
    await stage.end()
    #expect(findings(stage).map(\.kind) == [.complexity])
    #expect(findings(stage).map(\.reason) == ["wants a refund"])
    #expect(stage.mind.asked.count == 1)
  }

  @Test("a judge's verdict waits for the end of the answer, which it does not delay")
  func judge() async throws {
    let judge = Judge { turns in .handOff(.complexity, turns: turns.map(\.id)) }
    let stage = Stage(StandInMind(classifier: judge) { _ in [.text("It is noon.")] })
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("what time is it", from: 100, to: 1000)
    try await stage.wait("answer") { stage.wasQueued("It is noon.") }
    try await stage.wait("verdict") { await stage.conversation.core.lookout.verdict != nil }
    #expect(!stage.types.contains("escalation.requested"))
    try await hearAll(stage)
    try await stage.wait("escalation") { stage.types.contains("escalation.requested") }
    await stage.end()
    #expect(findings(stage).map(\.kind) == [.complexity])
    #expect(findings(stage).first?.evidence.map(\.id) == ["turn 1", "reply 1"])
  }

  @Test("a judge that invents turns, or fails, changes nothing")
  func badJudge() async throws {
    let judge = Judge { turns in
      if turns.count > 2 { throw ProviderError(.timedOut, provider: "x", message: "late") }
      return .handOff(.frustration, turns: ["turn 77"])
    }
    let stage = Stage(StandInMind(classifier: judge) { _ in [.text("It is noon.")] })
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("what time is it", from: 100, to: 1000)
    try await stage.wait("verdict") { await stage.conversation.core.lookout.verdict != nil }
    try await hearAll(stage)
    try await stage.wait(for: .listening)
    try await stage.caller("and tomorrow then", from: 3000, to: 4000)
    try await stage.wait("second answer") { stage.voice.spoken.count { $0 == "It is noon." } == 2 }
    await stage.end()
    #expect(findings(stage).isEmpty)
  }

  @Test("the summary follows the package when the model has it")
  func summary() async throws {
    let stage = Stage(StandInMind(summariser: Scribe()) { _ in [.text("Yes.")] }) {
      $0.escalation.judgement.summaryLanguage = "es"
    }
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("get me an agent please", from: 100, to: 1000)
    try await stage.wait("both packages") { stage.types.count { $0 == "escalation.package" } == 2 }
    await stage.end()
    let packages = stage.kinds.compactMap {
      if case .handoverPackage(let package, let done) = $0 { (package, done) } else { nil }
    }
    #expect(packages.map(\.1) == [false, true])
    #expect(packages.map(\.0.summary.first) == ["Quiere: get me an agent please", "Quiere: turn 1"])
  }

  @Test("a turn that goes on is counted once, and what the watch remembers can be taken on")
  func state() async throws {
    let stage = Stage(StandInMind { _ in nil })
    stage.begin()
    try await stage.wait(for: .listening)
    try await stage.caller("this is ridiculous", from: 100, to: 1000)
    try await stage.wait("asked") { stage.mind.asked.count == 1 }
    // Before a word of the answer is heard the caller goes on.
    try await stage.caller("really ridiculous", from: 1600, to: 2500)
    try await stage.wait("asked again") { stage.mind.asked.count == 2 }
    await stage.end()
    #expect(findings(stage).isEmpty)
    let state = await stage.conversation.watchState
    #expect(state.turn == 1)
    let next = Stage(StandInMind { _ in [.text("Yes.")] }) { $0.watch = state }
    next.begin()
    try await next.wait(for: .listening)
    try await next.caller("still unacceptable", from: 100, to: 1000)
    try await next.wait("escalation") { next.types.contains("escalation.requested") }
    await next.end()
    #expect(findings(next).map(\.kind) == [.frustration])
  }
}
