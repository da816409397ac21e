import Events
import Settings
import Store

/// What is told of a step of the store, made from what the step changed and stored together with it.
struct Announcements: Sendable {
  /// The names of the webhook endpoints that want events of a type.
  let endpoints: @Sendable (AssistEventType) -> [String]
  let clock: any TimestampClock

  /// What is told of `transition`.
  func of(_ transition: Transition) -> Announcement {
    let now = clock.now
    var events = transition.messages.flatMap { Self.events(of: $0, at: now) }
    for change in transition.escalations { events += Self.events(of: change, at: now) }
    for change in transition.conversations {
      // One that was made, or became a part of another, has changed hands for nobody.
      guard change.before != nil, change.after.mergedInto == nil, change.changed(\.epoch) else { continue }
      events.append(.updated(change.after, at: now))
    }
    let logged = events.map { LoggedEvent(event: $0, endpoints: endpoints($0.type)) }
    return Announcement(logged.map(\.stored), webhooks: logged.flatMap(\.webhooks), at: now)
  }

  // MARK: Messages

  /// What is said in a call is told by the call, and facts that only the assistant is told are nobody else's.
  private static func events(of change: Change<MessageRecord>, at now: Timestamp) -> [AssistEvent] {
    let message = change.after
    guard message.account != nil else { return [] }
    guard let before = change.before else {
      return message.author == .customer ? [.received(message, at: now)] : []
    }
    guard before.state != message.state else { return [] }
    let wasOnItsWay = before.state == .queued && (message.state.progress ?? 0) > 0
    let sent: [AssistEvent] = wasOnItsWay ? [.sent(message, at: now)] : []
    switch message.state {
    case .delivered, .read, .played, .failed: return sent + [.status(message, at: now)]
    case .sent, .queued, .pending, .answered, .noted, .withdrawn: return sent
    }
  }

  // MARK: Wishes for a person

  private static func events(of change: Change<EscalationRecord>, at now: Timestamp) -> [AssistEvent] {
    let after = change.after
    func event(
      _ type: AssistEventType, _ record: EscalationRecord, person: String? = nil, change: String? = nil
    ) -> AssistEvent {
      .escalation(
        type, EscalationData(record, person: person, change: change), conversation: record.conversation,
        call: record.call, at: now)
    }
    guard let before = change.before else { return [event(.escalationRequested, after)] }
    var events: [AssistEvent] = []
    // Whoever was asked is not any more, whatever comes of it.
    if before.state == .offered, after.state != .offered, before.offeredTo != after.person || after.state != .claimed {
      events.append(
        event(.escalationUpdated, after.state == .waiting ? after : before, person: before.offeredTo, change: "offer"))
    }
    switch after.state {
    case .offered:
      if before.state != .offered || change.changed(\.offeredTo) {
        events.append(event(.escalationOffered, after, person: after.offeredTo))
      }
    case .claimed:
      if before.state != .claimed || change.changed(\.person) {
        events.append(event(.escalationClaimed, after, person: after.person))
      }
    case .waiting:
      if before.state == .claimed {
        events.append(event(.escalationUpdated, after, person: before.person, change: "released"))
      } else if before.state == .callback {
        events.append(event(.escalationUpdated, after, change: "callback"))
      }
    case .callback:
      if before.state != .callback { events.append(event(.escalationCallback, after)) }
    case .resolved:
      if before.state != .resolved {
        events.append(event(.escalationResolved, after, person: after.person ?? before.person))
      }
    }
    // One that is replied to or closed too late is not awaited any more.
    if after.missedSLA, !before.missedSLA, after.state == before.state, after.firstReplyAt == nil {
      events.append(event(.escalationUpdated, after, person: after.person, change: "overdue"))
    }
    if change.changed(\.package) {
      let data = EscalationData(
        escalation: after.id, reason: after.reason, kind: after.kind, channel: after.channel, change: "package")
      events.append(
        .escalation(.escalationUpdated, data, conversation: after.conversation, call: after.call, at: now))
    }
    return events
  }
}
