import Audio
import Logging

/// What was found in a call and waits for its moment.
struct PendingFindings: Sendable {
  /// Found, and on its way through the turn machine.
  var raised: EscalationFinding?
  /// Found beside a turn; acted on at the next boundary between turns.
  var deferred: EscalationFinding?
  /// A language model's verdict that came beside a turn.
  var verdict: (kind: EscalationKind, turns: [String], items: [EvidenceItem])?
}

// Knowing when: what the watch is told, and what follows.
extension Conversation {
  /// What is kept of a call for the person who takes over.
  private static let longestTranscript = 60
  /// What a classifier is shown: the end of the conversation.
  private static let shownTurns = 12

  static func name(ofTurn turn: Int) -> String { "turn \(turn)" }
  static func name(ofReply id: Int) -> String { "reply \(id)" }

  /// What has to be kept of the watch for the next conversation, on whatever channel; best read when this one is over.
  public var watchState: EscalationWatch.State { watch.state }

  /// The person gave the caller back; `note` is what the assistant shall know of it.
  public func handedBack(note: String? = nil) {
    watch.handedBack()
    findings = PendingFindings()
    isPersonAwaited = false
    if let note, !note.isEmpty {
      messages.append(DialogueMessage(.system, "A colleague of yours spoke with the caller: \(note)"))
    }
  }

  // MARK: What is told

  /// The caller's turn is known. Returns what has to be acted on instead of an answer.
  func callerSaid(_ text: String, turn: Int) -> EscalationFinding? {
    if let watched, watched.turn == turn {
      // The same words are another attempt at an answer; others replace those that were thought to be all.
      if watched.text == text { return nil }
      watch.state = watched.before
    }
    let before = watch.state
    watched = (turn, text, before)
    let id = Self.name(ofTurn: turn)
    let found = watch.customerSaid(text, id: id, confidence: confidence, at: clock.date)
    return acted(EscalationFinding.preferred(found, boundaryFinding()))
  }

  /// No word of the caller's turn was understood; true if a person is called for it.
  func callerWasNotUnderstood() -> Bool {
    guard let found = watch.customerNotUnderstood(id: "unheard", at: clock.date), let finding = acted(found) else {
      return false
    }
    raise(finding)
    return true
  }

  /// A speech is over; `heard` of it was heard.
  func assistantSaid(_ heard: String, _ id: Int, turn: Int?, wasInterrupted: Bool) {
    guard !heard.isEmpty else { return }
    note(.assistant, heard, id: Self.name(ofReply: id))
    guard turn != nil else { return }
    let found = watch.assistantAnswered(heard, id: Self.name(ofReply: id), at: clock.date)
    findings.deferred = EscalationFinding.preferred(findings.deferred, found)
    // The next boundary is here, unless the caller speaks already.
    guard !wasInterrupted, machine.phase == .listening, let finding = acted(boundaryFinding()) else { return }
    raise(finding)
  }

  /// The dialogue's memory may have changed with an answer.
  func noteFacts() {
    watch.dialogueKnows(dialogue.facts.count, wantsMore: dialogue.wantsFact)
  }

  func note(_ author: EvidenceItem.Author, _ text: String, id: String) {
    said.append(EvidenceItem(id: id, author: author, text: text, at: clock.date))
    if said.count > Self.longestTranscript { said.removeFirst(said.count - Self.longestTranscript) }
  }

  // MARK: What follows

  /// `finding` if there is someone to call for it, and not just on their way.
  private func acted(_ finding: EscalationFinding?) -> EscalationFinding? {
    guard let finding, settings.escalation.hasPeople else { return nil }
    return isPersonAwaited && !finding.kind.isExplicit ? nil : finding
  }

  /// What came up beside the last turn.
  private func boundaryFinding() -> EscalationFinding? {
    var finding = findings.deferred
    if let verdict = findings.verdict {
      finding = EscalationFinding.preferred(
        finding, watch.take(verdict: verdict.kind, turns: verdict.turns, of: verdict.items))
    }
    findings.deferred = nil
    findings.verdict = nil
    return finding
  }

  /// Calls a person for `finding`.
  func raise(_ finding: EscalationFinding) {
    findings.raised = finding
    feed(.escalate(reason: finding.reason))
  }

  /// What stands behind a wish for a person that the turn machine hands out.
  func finding(for reason: String) -> EscalationFinding {
    let raised = findings.raised
    findings = PendingFindings()
    if let raised, raised.reason == reason { return raised }
    switch reason {
    case TurnMachine.GivingUp.notUnderstood: return EscalationFinding(kind: .lowConfidence, reason: reason)
    case TurnMachine.GivingUp.recognitionFailed, TurnMachine.GivingUp.noAnswer, TurnMachine.GivingUp.answerBroke:
      return watch.providerFailed(reason) ?? EscalationFinding(kind: .providerFailure, reason: reason)
    default:
      return watch.modelAsked(reason) ?? EscalationFinding(kind: .complexity, reason: reason)
    }
  }

  /// Has a language model look at the turn, beside the answer that is being spoken.
  func consultClassifier(_ id: Int, reply: String) {
    let conditions = settings.escalation.conditions
    guard id > 0, let turn = speech?.turn, conditions.usesClassifier, settings.escalation.hasPeople,
      !isPersonAwaited, let classifier = providers.llm.classifier, let unsaid
    else { return }
    let items =
      Array(said.suffix(Self.shownTurns)) + [
        EvidenceItem(id: Self.name(ofTurn: turn), author: .customer, text: unsaid.text, at: clock.date),
        EvidenceItem(id: Self.name(ofReply: id), author: .assistant, text: reply, at: clock.date),
      ]
    aside { conversation in
      let log = conversation.log
      let verdict = await classifier.verdict(on: items, within: conditions.classifierLimit) { reason in
        log.warning("no verdict on whether a person is needed", metadata: ["reason": "\(reason)"])
      }
      // In the meantime a person may have been called, or the turn gone on.
      guard case .handOff(let kind, let turns)? = verdict, !conversation.escalation.isActive,
        conversation.watched?.turn == turn
      else { return }
      conversation.findings.verdict = (kind, turns, items)
    }
  }

  /// Has ready what the person gets: at once what is known, and the model's summary when it is there.
  func prepareHandover(_ finding: EscalationFinding) {
    let conditions = settings.escalation.conditions
    let language = conditions.summaryLanguage ?? settings.language
    let turns = said
    let package = HandoverPackage(
      finding, turns: turns, facts: dialogue.facts, limits: .init(channel: "phone", kinds: ["speech"]),
      language: language)
    emit(.handoverPackage(package, isComplete: providers.llm.summariser == nil))
    guard let summariser = providers.llm.summariser else { return }
    aside { conversation in
      let log = conversation.log
      let completed = await package.completed(
        by: summariser, turns: turns, language: language, within: conditions.summaryLimit
      ) { reason in
        log.warning("no summary for the person who takes over", metadata: ["reason": "\(reason)"])
      }
      if let completed { conversation.emit(.handoverPackage(completed, isComplete: true)) }
    }
  }
}
