import Coordination
import Logging

// What runs beside the conversation, which waits for it at its end but never for an answer.
extension Conversation {
  /// Sends `text` to the caller on another channel.
  func send(_ text: String) async {
    guard let messenger = settings.messenger else { return }
    do throws(SideMessageFailure) {
      try await messenger.send(text)
      obey(core.sent(text, nil, at: moment))
    } catch {
      obey(core.sent(text, error, at: moment))
    }
  }

  /// Has a language model look at what was said up to `turn`.
  func consult(_ items: [EvidenceItem], turn: Int) async {
    guard let classifier = providers.llm.classifier else { return }
    let log = log
    let verdict = await classifier.verdict(
      on: items, within: settings.escalation.judgement.classifierLimit
    ) { reason in
      log.warning("no verdict on whether a person is needed", metadata: ["reason": "\(reason)"])
    }
    guard case .handOff(let kind, let turns)? = verdict else { return }
    core.judged(EscalationLookout.Verdict(kind: kind, turns: turns, items: items), turn: turn)
  }

  /// Has ready what the person gets: at once what is known, and the model's summary when it is there.
  func prepareHandover(_ finding: EscalationFinding, _ turns: [EvidenceItem]) {
    let judgement = settings.escalation.judgement
    let language = judgement.summaryLanguage ?? settings.language
    let package = HandoverPackage(
      finding, turns: turns, facts: dialogue.facts, limits: .init(channel: "phone", kinds: ["speech"]),
      language: language)
    emit(.handoverPackage(package, isComplete: providers.llm.summariser == nil))
    guard let summariser = providers.llm.summariser else { return }
    let log = log
    tasks.start {
      let completed = await package.completed(
        by: summariser, turns: turns, language: language, within: judgement.summaryLimit
      ) { reason in
        log.warning("no summary for the person who takes over", metadata: ["reason": "\(reason)"])
      }
      if let completed { await self.emit(.handoverPackage(completed, isComplete: true)) }
    }
  }
}
