// The hand-over to a person, and knowing when.
extension ConversationCore {
  /// A supervisor or an operator wants a person called; `reason` is for that person.
  mutating func escalate(reason: String, at moment: Moment) -> [ConversationAction] {
    step(moment) { core in
      if let finding = core.lookout.supervisorAsked(reason) { core.raise(finding) }
    }
  }

  /// A language model has looked at what was said up to `turn`. In the meantime a person may have been called.
  mutating func judged(_ verdict: EscalationLookout.Verdict, turn: Int) {
    if !escalation.isActive { lookout.judged(verdict, turn: turn) }
  }

  /// Calls a person for `finding`.
  mutating func raise(_ finding: EscalationFinding) { feed(.escalate(.finding(finding))) }

  mutating func beginEscalation(_ wish: PersonWish) {
    let finding = lookout.finding(for: wish)
    let joins = settings.escalation.target == nil && settings.escalation.queue
    // Who has been told that a person comes is not announced to that person again.
    if !(joins && lookout.isPersonAwaited) {
      act(.emit(.escalationRequested(reason: finding.reason, finding: finding)))
      act(.prepareHandover(finding, lookout.said))
    }
    guard joins else {
      armBargeIn(false)
      return stepEscalation(.requested(reason: finding.reason))
    }
    lookout.personAwaited()
    transcript.add(
      .system,
      "A person was told and will join this call; the caller knows. Until then answer briefly, and promise nothing in "
        + "that person's name.")
    feed(.personAwaited)
  }

  mutating func stepEscalation(_ input: EscalationInput) {
    for action in escalation.handle(input, at: moment.now) { perform(action) }
  }

  private mutating func perform(_ action: EscalationAction) {
    switch action {
    case .announce:
      let id = output.beginAnnouncement(turn: stopwatch.turn)
      act(.speak(id, settings.phrases.transferring))
    case .transfer(let target):
      endAnnouncement()
      act(.emit(.transferStarted(target: Private(target))))
      act(.transfer(to: target))
    case .comfort(let asPhrase):
      act(.play(output.comfort(asPhrase ? settings.phrases.stillConnecting : nil)))
    case .succeeded:
      endAnnouncement()
      dropPlayout()
      act(.emit(.transferFinished(succeeded: true, status: 200)))
    case .failed(let failure, let status):
      endAnnouncement()
      dropPlayout()
      if failure == .notTaken { act(.emit(.transferFinished(succeeded: false, status: status))) }
      transcript.add(.system, failure.fact(status: status))
      lookout.notTaken()
      armBargeIn()
      feed(.escalationFailed(failure))
    case .hangUp: act(.hangUp)
    }
  }

  private mutating func endAnnouncement() {
    guard let id = output.speech?.id, case .announcement = id, let ending = output.end(id) else { return }
    act(.cancel(id))
    let heard = ending.ledger.heard(upTo: moment.played)
    transcript.add(.assistant, heard)
    act(.emit(.replyFinished(speech: nil, heard: Private(heard), wasInterrupted: false)))
  }
}
