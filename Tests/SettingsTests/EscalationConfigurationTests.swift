import Testing
import VoicePipeline

@testable import Settings

@Suite("The configuration of escalations")
struct EscalationConfigurationTests {
  /// The settings that `escalation` makes, and the mistakes in it.
  private static func read(_ escalation: String) throws -> EscalationSettings {
    let body = escalation.split(separator: "\n").map { "      \($0)\n" }.joined()
    let configuration = try Configuration.read(
      "assistants:\n  desk:\n    llm: {provider: scripted}\n    escalation:\n" + body, file: "a.yaml", environment: [:])
    return try #require(configuration.assistants["desk"]).conversation.escalation
  }

  private static func mistakes(_ escalation: String) -> [String] {
    do {
      _ = try read(escalation)
      return []
    } catch let error as ConfigurationError {
      return error.mistakes.map { "\($0)" }
    } catch {
      return ["\(error)"]
    }
  }

  @Test("what is left out has the defaults")
  func defaults() throws {
    #expect(try Self.read("ringing: 45s") == EscalationSettings())
  }

  @Test("every condition is read as it is written")
  func whole() throws {
    let settings = try Self.read(
      """
      conditions:
        sensitive:
          subjects: [fraud, self_harm]
          phrases:
            fraud: {es: [me la han jugado]}
        stagnation: {same_request: 3, same_answer: 4, turns_without_fact: 5, failed_attempts: 6}
        frustration: {turns: 1, window: 2, phrases: {en: [dear me]}}
        low_confidence: {threshold: 0.4, turns: 3}
        complexity: {tool_failures: 4}
        provider_failure: false
        false_promise: off
        waiting: {limit: 5m}
        vip: {customers: ["+34600000001", abc]}
      quiet_turns: 7
      classifier: {limit: 2s}
      summary: {limit: 3s, language: es-ES}
      """)
    let conditions = settings.conditions
    #expect(conditions.subjects == [.fraud, .selfHarm])
    #expect(conditions.subjectPhrases == [.fraud: ["es": ["me la han jugado"]]])
    #expect(
      [conditions.sameRequest, conditions.sameAnswer, conditions.turnsWithoutFact, conditions.failedAttempts]
        == [3, 4, 5, 6])
    #expect([conditions.negativeTurns, conditions.frustrationWindow] == [1, 2])
    #expect(conditions.negativePhrases == ["en": ["dear me"]])
    #expect(conditions.leastConfidence == 0.4)
    #expect([conditions.unclearTurns, conditions.toolFailures, conditions.quietTurns] == [3, 4, 7])
    #expect(Set(EscalationKind.allCases).subtracting(conditions.enabled) == [.providerFailure, .falsePromise])
    #expect(conditions.waiting == .seconds(300))
    #expect(conditions.vip == ["34600000001", "abc"])
    #expect(settings.judgement.usesClassifier)
    #expect(settings.judgement.classifierLimit == .seconds(2))
    #expect(settings.judgement.summaryLimit == .seconds(3))
    #expect(settings.judgement.summaryLanguage == "es-ES")
    #expect(try !Self.read("classifier: false").judgement.usesClassifier)
  }

  @Test(
    "mistakes are named with their place and the nearest known key",
    arguments: [
      (
        "conditions: {frustraton: false}",
        "a.yaml:5: assistants.desk.escalation.conditions.frustraton: is not known; did you mean `frustration`?"
      ),
      (
        "conditions: {stagnation: {same_requests: 3}}",
        "a.yaml:5: assistants.desk.escalation.conditions.stagnation.same_requests: is not known; did you mean "
          + "`same_request`?"
      ),
      (
        "conditions: {stagnation: {same_request: 1}}",
        "a.yaml:5: assistants.desk.escalation.conditions.stagnation.same_request: \"1\" is not a whole number from 2 to 10"
      ),
      (
        "conditions: {sensitive: {subjects: [weather]}}",
        "a.yaml:5: assistants.desk.escalation.conditions.sensitive.subjects[0]: \"weather\" is not known; expected one of "
          + "payment_dispute, fraud, legal, medical, self_harm, minor, complaint, data_deletion"
      ),
      (
        "conditions: {waiting: maybe}",
        "a.yaml:5: assistants.desk.escalation.conditions.waiting: \"maybe\" is not true or false"
      ),
      (
        "conditions: {frustration: {turns: 3, window: 2}}",
        "a.yaml:5: assistants.desk.escalation: conditions.frustration.turns: 3 can't be reached within a window of 2"
      ),
      (
        "classifier: {limit: 1h}",
        "a.yaml:5: assistants.desk.escalation.classifier.limit: 1h is out of range; expected 500ms to 30s"
      ),
    ])
  func mistakes(text: String, expected: String) {
    #expect(Self.mistakes(text) == [expected])
  }
}
