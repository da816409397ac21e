import Audio
import Logging

// The hand-over to a person.
extension Conversation {
  func beginEscalation(_ reason: String) {
    let finding = finding(for: reason)
    let joins = settings.escalation.target == nil && settings.escalation.queue
    // Who has been told that a person comes is not announced to that person again.
    if !(joins && isPersonAwaited) {
      emit(.escalationRequested(reason: finding.reason, finding: finding))
      log.info("escalation.requested", metadata: ["kind": "\(finding.kind.rawValue)", "reason": "\(finding.reason)"])
      prepareHandover(finding)
    }
    guard joins else {
      armBargeIn(false)
      return stepEscalation(.requested(reason: finding.reason))
    }
    isPersonAwaited = true
    messages.append(
      DialogueMessage(
        .system,
        "A person was told and will join this call; the caller knows. Until then answer briefly, and promise nothing in "
          + "that person's name."))
    feed(.personAwaited)
  }

  func stepEscalation(_ input: EscalationInput) {
    for action in escalation.handle(input, at: clock.now) { perform(action) }
    armTimer()
  }

  private func perform(_ action: EscalationAction) {
    switch action {
    case .announce:
      announcementCount -= 1
      start(announcementCount, turn: timing?.turn, Self.stream(of: settings.phrases.transferring))
    case .transfer(let target):
      endAnnouncement()
      emit(.transferStarted(target: Private(target)))
      log.info("transfer.started")
      carrier.transfer(to: target)
    case .comfort(let asPhrase):
      let samples = asPhrase ? phraseSounds[settings.phrases.stillConnecting] : nil
      bridge(samples) { $0.stepEscalation(.sounding(until: $1)) }
    case .succeeded:
      endAnnouncement()
      stopComfort()
      emit(.transferFinished(succeeded: true, status: 200))
      log.info("transfer.finished", metadata: ["succeeded": "true"])
    case .failed(let failure, let status):
      endAnnouncement()
      stopComfort()
      if failure == .notTaken {
        emit(.transferFinished(succeeded: false, status: status))
        log.info("transfer.finished", metadata: ["succeeded": "false", "status": "\(status ?? 0)"])
      }
      messages.append(DialogueMessage(.system, Self.fact(failure, status: status)))
      watch.handedBack()
      findings = PendingFindings()
      armBargeIn()
      feed(.escalationFailed(failure))
    case .hangUp:
      carrier.hangUp()
    }
  }

  private static func fact(_ failure: EscalationFailure, status: Int?) -> String {
    switch failure {
    case .nobody: "The caller asked for a person, but nobody can be called. The caller has been told."
    case .notTaken:
      "The transfer to a person failed (\(status.map(String.init) ?? "no answer")): nobody took the call. "
        + "The caller has been told and is back with you."
    }
  }

  /// All of the announcement is with the carrier; one without a sound counts as heard.
  func announcementQueued() {
    guard let speech, speech.id < 0 else { return }
    self.speech?.isQueued = true
    if speech.ledger.start == nil { stepEscalation(.announced) }
  }

  func announcementPlayed(upTo position: UInt64) {
    guard let speech, speech.id < 0, speech.isQueued, position >= speech.ledger.end else { return }
    stepEscalation(.announced)
  }

  private func endAnnouncement() {
    guard let ending = speech, ending.id < 0 else { return }
    speech = nil
    speechTasks[ending.id]?.cancel()
    let heard = ending.ledger.heard(upTo: carrier.playedPosition)
    if !heard.isEmpty { messages.append(DialogueMessage(.assistant, heard)) }
    emit(.replyFinished(speech: ending.id, heard: Private(heard), wasInterrupted: false))
  }

  private func stopComfort() {
    soundEpoch += 1
    carrier.dropPlayout()
  }
}
