import VoicePipeline
import Yams

// When a person is called, and how.
extension ConfigurationParser {
  private static let any: ClosedRange<Duration> = .zero ... .seconds(86_400)

  func escalation(_ value: ConfigurationValue, _ section: ConfigurationSection) -> EscalationSettings {
    var escalation = EscalationSettings()
    if let value = section.value("target") { escalation.target = sipURI(value) }
    if let duration = section.value("ringing")?.duration(Self.any) { escalation.ringing = duration }
    if let duration = section.value("comfort")?.duration(Self.any) { escalation.comfort = duration }
    if let duration = section.value("closing")?.duration(Self.any) { escalation.closing = duration }
    if let count = section.value("phrase_every")?.integer(1...100) { escalation.phraseEvery = count }
    if let body = section.value("requests")?.section() { escalation.requests = words(body) }
    if let body = section.value("conditions")?.section() { conditions(body, &escalation.conditions) }
    if let count = section.value("quiet_turns")?.integer(0...50) { escalation.conditions.quietTurns = count }
    if let value = section.value("classifier") {
      if value.node.scalar != nil {
        if let isOn = value.bool() { escalation.judgement.usesClassifier = isOn }
      } else if let body = value.section() {
        let range: ClosedRange<Duration> = .milliseconds(500) ... .seconds(30)
        if let limit = body.value("limit")?.duration(range) { escalation.judgement.classifierLimit = limit }
        body.close()
      }
    }
    if let body = section.value("summary")?.section() {
      let range: ClosedRange<Duration> = .seconds(1) ... .seconds(60)
      if let limit = body.value("limit")?.duration(range) { escalation.judgement.summaryLimit = limit }
      if let value = body.value("language") { escalation.judgement.summaryLanguage = language(value) }
      body.close()
    }
    section.close()
    report(escalation.problems, value, section)
    return escalation
  }

  private func conditions(_ section: ConfigurationSection, _ conditions: inout EscalationConditions) {
    each(section, .sensitive, &conditions) { body, conditions in
      if let value = body.value("subjects") {
        conditions.subjects = Set(
          value.list("subjects").compactMap { $0.choice(SensitiveSubject.self) })
      }
      guard let phrases = body.value("phrases")?.section() else { return }
      for subject in SensitiveSubject.allCases {
        if let body = phrases.value(subject.rawValue)?.section() { conditions.subjectPhrases[subject] = words(body) }
      }
      phrases.close()
    }
    each(section, .stagnation, &conditions) { body, conditions in
      if let count = body.value("same_request")?.integer(2...10) { conditions.sameRequest = count }
      if let count = body.value("same_answer")?.integer(2...10) { conditions.sameAnswer = count }
      if let count = body.value("turns_without_fact")?.integer(1...20) { conditions.turnsWithoutFact = count }
      if let count = body.value("failed_attempts")?.integer(1...10) { conditions.failedAttempts = count }
    }
    each(section, .frustration, &conditions) { body, conditions in
      if let count = body.value("turns")?.integer(1...10) { conditions.negativeTurns = count }
      if let count = body.value("window")?.integer(1...10) { conditions.frustrationWindow = count }
      if let body = body.value("phrases")?.section() { conditions.negativePhrases = words(body) }
    }
    each(section, .lowConfidence, &conditions) { body, conditions in
      if let value = body.value("threshold")?.number(0...1) { conditions.leastConfidence = value }
      if let count = body.value("turns")?.integer(1...10) { conditions.unclearTurns = count }
    }
    each(section, .complexity, &conditions) { body, conditions in
      if let count = body.value("tool_failures")?.integer(1...10) { conditions.toolFailures = count }
    }
    each(section, .waiting, &conditions) { body, conditions in
      if let limit = body.value("limit")?.duration(.seconds(10) ... .seconds(86_400)) { conditions.waiting = limit }
    }
    each(section, .vip, &conditions) { body, conditions in
      if let value = body.value("customers") {
        let names = value.list("numbers or ids").compactMap { $0.string("a number or an id") }
        // A number is known by its digits alone.
        conditions.vip = Set(names.map { name in name.hasPrefix("+") ? String(name.dropFirst()) : name })
      }
    }
    for kind in [EscalationKind.providerFailure, .falsePromise] { each(section, kind, &conditions) { _, _ in } }
    section.close()
  }

  /// A condition: `true`, `false`, or its knobs.
  private func each(
    _ section: ConfigurationSection, _ kind: EscalationKind, _ conditions: inout EscalationConditions,
    _ read: (ConfigurationSection, inout EscalationConditions) -> Void
  ) {
    guard let value = section.value(kind.rawValue) else { return }
    if value.node.scalar != nil {
      if value.bool() == false { conditions.enabled.remove(kind) }
    } else if let body = value.section() {
      read(body, &conditions)
      body.close()
    }
  }
}
