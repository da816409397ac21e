import FoundationEssentials
import JSON
import Store
import Testing
import VoicePipeline

@testable import ChatBridge

@Suite("Chats that know when a person is needed")
struct ChatWatchTests {
  private let phrases = AssistantPhrases(language: "en-US")

  private struct Judge: EscalationClassifier, ConversationSummariser {
    var kind = EscalationKind.complexity
    func judge(_ turns: [EvidenceItem]) async throws -> EscalationVerdict { .handOff(kind, turns: turns.map(\.id)) }
    func summarise(_ turns: [EvidenceItem], reason: String, language: String) async throws -> ConversationSummary {
      ConversationSummary(wants: "w", tried: "t", facts: "f", mood: "m", next: "n", suggestion: reason)
    }
  }

  private func escalation(_ bench: ChatBench, _ conversation: String) async throws -> EscalationRecord? {
    try await bench.store.openEscalation(of: conversation)
  }

  @Test("what the rules find is stored with kind, priority and package, in one step with the answer")
  func rules() async throws {
    let bench = try ChatBench()
    let mind = StandInMind([.success([.text("x")])])
    let message = try await bench.receive(text: "Someone used my card, I was scammed")
    _ = try await bench.answer(message.conversation, bench.account(mind: mind), hasPeople: true)
    let record = try #require(try await escalation(bench, message.conversation))
    #expect(record.kind == "sensitive")
    #expect(record.priority == 1)
    let package = try #require(HandoverPackage(json: record.package ?? ""))
    #expect(package.evidence.map(\.id) == [message.id])
    #expect(package.limits.windowEndsAt == message.sentAt.advanced(by: .seconds(86_400)).text)
    #expect(package.limits.kinds == ["text", "buttons", "voice_note"])
    #expect(mind.asked.isEmpty)
  }

  @Test("what the watch counts outlasts the process, since it is stored with the answer")
  func memory() async throws {
    let bench = try ChatBench()
    let mind = StandInMind([.success([.text("I am sorry to hear that.")]), .success([.text("x")])])
    let conversation = try await bench.receive(text: "This is ridiculous").conversation
    _ = try await bench.answer(conversation, bench.account(mind: mind), hasPeople: true)
    #expect(try await escalation(bench, conversation) == nil)
    #expect(try await bench.store.conversation(conversation)?.watch != nil)
    try await bench.receive(text: "This is really unacceptable")
    _ = try await bench.answer(conversation, bench.account(mind: mind), hasPeople: true)
    #expect(try await escalation(bench, conversation)?.kind == "frustration")
  }

  @Test("an answer that is taken back because the customer wrote more is not counted twice")
  func withdrawn() async throws {
    let bench = try ChatBench()
    let mind = StandInMind([.success([.text("Soon.")])])
    let conversation = try await bench.receive(text: "where is my washing machine from Porto").conversation
    guard case .committed(let answer) = try await bench.answer(conversation, bench.account(mind: mind), hasPeople: true)
    else {
      Issue.record("no answer")
      return
    }
    #expect(try await bench.store.withdraw(answer, at: bench.clock.now))
    try await bench.receive(text: "please")
    _ = try await bench.answer(conversation, bench.account(mind: mind), hasPeople: true)
    #expect(try await escalation(bench, conversation) == nil)
  }

  @Test("a false promise is not sent: the model is asked once more, and if it insists a person is told")
  func promise() async throws {
    let bench = try ChatBench()
    let honest = StandInMind([
      .success([.text("I'll check and get back to you.")]), .success([.text("I can't see it.")]),
    ])
    let conversation = try await bench.receive(text: "is my repair ready").conversation
    _ = try await bench.answer(conversation, bench.account(mind: honest), hasPeople: true)
    #expect(try await bench.outbox() == [.text("I can't see it.")])
    #expect(honest.asked.last?.messages.last?.role == .system)
    let stubborn = StandInMind([.success([.text("We will be in touch.")])])
    try await bench.receive(text: "and the bill then")
    _ = try await bench.answer(conversation, bench.account(mind: stubborn), hasPeople: true)
    #expect(stubborn.asked.count == 2)
    #expect(try await escalation(bench, conversation)?.kind == "false_promise")
    #expect(try await !bench.outbox().contains(.text("We will be in touch.")))
  }

  @Test("a judge's verdict goes with the answer, and its summary completes the package")
  func judge() async throws {
    let bench = try ChatBench()
    let judge = Judge()
    let mind = StandInMind([.success([.text("At nine.")])], classifier: judge, summariser: judge)
    let conversation = try await bench.receive(text: "when do you open").conversation
    _ = try await bench.answer(conversation, bench.account(mind: mind), hasPeople: true)
    #expect(try await bench.outbox() == [.text("At nine.\n\n" + phrases.personWillWrite)])
    let record = try #require(try await escalation(bench, conversation))
    #expect(record.kind == "complexity")
    let package = try #require(HandoverPackage(json: record.package ?? ""))
    #expect(package.summary == ["Wants: w", "Tried: t", "Facts: f", "Mood: m", "Next: n"])
  }

  @Test("without people nothing is found but what the customer asks for in words")
  func nobody() async throws {
    let bench = try ChatBench()
    let mind = StandInMind([.success([.text("I am sorry.")])])
    let conversation = try await bench.receive(text: "I was charged twice").conversation
    _ = try await bench.answer(conversation, bench.account(mind: mind), hasPeople: false)
    #expect(try await bench.outbox() == [.text("I am sorry.")])
    #expect(try await escalation(bench, conversation) == nil)
  }
}
