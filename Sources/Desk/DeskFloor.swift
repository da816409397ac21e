package import Store

/// What the desk knows and the store does not, and what it makes of both: each time it is shown all that is open, it says
/// what is to be done. It only ever compares what is with what should be, so that a restart, another process or a missed
/// signal leave nothing undone for longer than until the next look.
package struct DeskFloor: Sendable {
  /// Something to be done.
  package enum Action: Sendable, Equatable {
    /// By when a person shall have said something is not noted yet.
    case promise(EscalationRecord, by: Timestamp)
    /// Nobody is there: the customer is called back at a time.
    case schedule(EscalationRecord, at: Timestamp)
    /// Who was asked is gone.
    case withdraw(EscalationRecord)
    /// Somebody is asked.
    case offer(EscalationRecord, to: String, until: Timestamp)
    /// Somebody lets a customer wait.
    case remind(EscalationRecord, person: String)
    /// They let the customer wait still.
    case giveBack(EscalationRecord, person: String)
    /// A reply, or the resolution, is late.
    case missed(EscalationRecord, ServiceLevel.Target)
  }

  private struct Reminder {
    /// Which wait.
    var since: Timestamp
    var at: Timestamp
  }

  /// The rules.
  package let settings: DeskSettings
  /// Who is here.
  package var presence: Presence
  /// How fast people take what waits.
  package var estimate = QueueEstimate()
  private var people: [String: Person] = [:]
  /// Of each escalation, who was asked and when that ended without a claim.
  private var asked: [String: [String: Timestamp]] = [:]
  private var lastAssigned: [String: Timestamp] = [:]
  /// Of each conversation, since when its customer waits for a person's words.
  private var unanswered: [String: Timestamp] = [:]
  /// The waits of which somebody was reminded.
  private var reminded: [String: Reminder] = [:]
  private var levels: [String: ServiceLevel] = [:]
  private var endedCalls: Set<String> = []

  /// A floor without people.
  package init(settings: DeskSettings) {
    self.settings = settings
    presence = Presence(grace: settings.absence)
  }

  // MARK: People

  /// Someone works here from now on, or is another than before.
  package mutating func set(_ person: Person) { people[person.username] = person }

  /// Someone by their name.
  package func person(_ username: String) -> Person? { people[username] }

  /// Everybody as others see them, by username.
  package func views(of open: [EscalationRecord]) -> [PersonView] {
    people.values.sorted { $0.username < $1.username }.map { person in
      PersonView(
        person: person, status: presence.status(of: person.username), load: load(of: person.username, in: open),
        isInCall: isInCall(person.username, open))
    }
  }

  /// How many conversations someone has.
  package func load(of person: String, in open: [EscalationRecord]) -> Int {
    open.count { $0.state == .claimed && $0.person == person }
  }

  // MARK: What happened

  /// Someone was asked and did not take it.
  package mutating func passed(_ escalation: String, by person: String, at now: Timestamp) {
    asked[escalation, default: [:]][person] = now
  }

  /// Someone took something.
  package mutating func claimed(_ record: EscalationRecord, by person: String, at now: Timestamp) {
    lastAssigned[person] = now
    asked[record.id] = nil
    reminded[record.id] = nil
    estimate.claimed(createdAt: record.createdAt, at: now)
  }

  /// A customer wrote or spoke.
  package mutating func customerWrote(in conversation: String, at now: Timestamp) {
    unanswered[conversation] = unanswered[conversation] ?? now
  }

  /// A person wrote or spoke.
  package mutating func replied(in conversation: String, at now: Timestamp) { unanswered[conversation] = nil }

  /// A call is over: who had it may have another.
  package mutating func ended(call: String) { endedCalls.insert(call) }

  // MARK: What to do

  /// What is to be done, given all that is open.
  package mutating func actions(for open: [EscalationRecord], at now: Timestamp) -> [Action] {
    forget(allBut: open)
    var actions: [Action] = []
    let isOpen = settings.hours.isOpen(at: now)
    let somebodyIsHere = people.keys.contains { presence.status(of: $0) == .online }
    var waiting: [EscalationRecord] = []
    for record in open {
      actions += service(record, at: now).map { .missed(record, $0.target) }
      switch record.state {
      case .waiting:
        if record.dueAt == nil, let due = settings.firstReplyDue(priority: record.priority, from: record.createdAt) {
          actions.append(.promise(record, by: due))
        }
        if !isOpen, !somebodyIsHere, let opening = settings.hours.nextOpening(after: now) {
          actions.append(.schedule(record, at: opening))
        } else {
          waiting.append(record)
        }
      case .offered:
        if presence.status(of: record.offeredTo ?? "") != .online { actions.append(.withdraw(record)) }
      case .claimed:
        if let action = idleness(record, at: now) { actions.append(action) }
      // The store calls back itself, all that are due in one step.
      case .callback, .resolved: break
      }
    }
    guard settings.isAutomatic else { return actions }
    let offers = policy.offers(
      waiting: waiting.map { wish($0) }, candidates: candidates(open), asked: asked, at: now)
    for offer in offers {
      guard let record = waiting.first(where: { $0.id == offer.escalation }) else { continue }
      actions.append(.offer(record, to: offer.person, until: now.advanced(by: settings.offer)))
    }
    return actions
  }

  /// When to look again if nothing happens.
  package func agenda(for open: [EscalationRecord], at now: Timestamp) -> DeskAgenda {
    var agenda = DeskAgenda()
    agenda.set(.presence, at: presence.nextDeadline)
    for record in open {
      // A deadline is missed after its last moment, not in it.
      let dues = [isFirstReplyOpen(record) ? record.dueAt : nil, levels[record.id]?.nextDeadline]
      agenda.set(
        .serviceLevel(record.id), at: dues.compactMap { $0 }.min().map { $0.advanced(by: .milliseconds(1)) })
      switch record.state {
      case .offered: agenda.set(.offerEnds(record.id), at: record.offerEndsAt)
      case .callback: agenda.set(.callback(record.id), at: record.callbackAt)
      case .claimed:
        guard let since = idleSince(record) else { continue }
        if let reminder = reminder(of: record, since: since) {
          agenda.set(.idle(record.id), at: reminder.at.advanced(by: settings.idleGrace))
        } else {
          agenda.set(.reminder(record.id), at: since.advanced(by: settings.idle))
        }
      case .waiting, .resolved: break
      }
    }
    let waiting = open.filter { $0.state == .waiting }
    if settings.isAutomatic, !waiting.isEmpty {
      agenda.set(
        .offers,
        at: policy.nextRound(
          waiting: waiting.map { wish($0) }, candidates: candidates(open), asked: asked, after: now))
    }
    return agenda
  }

  /// The queue: what nobody has taken yet, in its order.
  package func queue(of open: [EscalationRecord]) -> [EscalationRecord] {
    open.filter { $0.state == .waiting || $0.state == .offered }
      .sorted { wish($0).comesBefore(wish($1)) }
  }

  private var policy: AssignmentPolicy {
    AssignmentPolicy(knownSkills: people.values.reduce(into: []) { $0.formUnion($1.skills) }, pause: settings.pause)
  }

  private func wish(_ record: EscalationRecord) -> AssignmentPolicy.Waiting {
    AssignmentPolicy.Waiting(
      id: record.id, priority: record.priority, createdAt: record.createdAt, skills: Set(record.skills),
      isCall: isLiveCall(record))
  }

  private func candidates(_ open: [EscalationRecord]) -> [AssignmentPolicy.Candidate] {
    people.values.map { person in
      let mine = open.filter { $0.state == .claimed && $0.person == person.username }
      let last = mine.compactMap(\.claimedAt).max()
      return AssignmentPolicy.Candidate(
        username: person.username, status: presence.status(of: person.username), load: mine.count,
        capacity: person.capacity, skills: person.skills,
        lastAssignedAt: [last, lastAssigned[person.username]].compactMap { $0 }.max(),
        hasOffer: open.contains { $0.state == .offered && $0.offeredTo == person.username },
        isInCall: isInCall(person.username, open))
    }
  }

  private func isLiveCall(_ record: EscalationRecord) -> Bool {
    record.call.map { !endedCalls.contains($0) } ?? false
  }

  private func isInCall(_ person: String, _ open: [EscalationRecord]) -> Bool {
    open.contains { $0.state == .claimed && $0.person == person && isLiveCall($0) }
  }

  /// Since when a customer waits for whoever has taken it. In a call nobody waits for writing.
  private func idleSince(_ record: EscalationRecord) -> Timestamp? {
    guard record.state == .claimed, !isLiveCall(record), let claimedAt = record.claimedAt else { return nil }
    if record.firstReplyAt == nil { return claimedAt }
    return unanswered[record.conversation].map { max($0, claimedAt) }
  }

  private mutating func idleness(_ record: EscalationRecord, at now: Timestamp) -> Action? {
    guard let since = idleSince(record), let person = record.person else { return nil }
    if let reminder = reminder(of: record, since: since) {
      return reminder.at.advanced(by: settings.idleGrace) <= now ? .giveBack(record, person: person) : nil
    }
    guard since.advanced(by: settings.idle) <= now else { return nil }
    reminded[record.id] = Reminder(since: since, at: now)
    return .remind(record, person: person)
  }

  private func reminder(of record: EscalationRecord, since: Timestamp) -> Reminder? {
    reminded[record.id].flatMap { $0.since == since ? $0 : nil }
  }

  private func isFirstReplyOpen(_ record: EscalationRecord) -> Bool {
    record.firstReplyAt == nil && !record.missedSLA && record.state != .resolved && record.state != .callback
  }

  /// What is late but for the first reply, which the store notes once and for all.
  private mutating func service(_ record: EscalationRecord, at now: Timestamp) -> [ServiceLevel.Miss] {
    var level: ServiceLevel
    if let known = levels[record.id] {
      level = known
    } else {
      level = ServiceLevel(
        times: settings.service.times(priority: record.priority), hours: settings.hours, createdAt: record.createdAt)
      // What was late before we began was told then.
      _ = level.check(at: now)
    }
    if let reply = record.firstReplyAt, level.firstReplyAt == nil { _ = level.replied(at: reply) }
    var missed: [ServiceLevel.Miss] = []
    if let since = unanswered[record.conversation] {
      // A wait that began anew means that there was a reply between.
      if let known = level.waitingSince, known != since { missed += level.replied(at: since) }
      missed += level.customerWrote(at: since)
    } else if level.waitingSince != nil {
      missed += level.replied(at: now)
    }
    missed += level.check(at: now)
    levels[record.id] = level
    return missed.filter { $0.target != .firstReply }
  }

  private mutating func forget(allBut open: [EscalationRecord]) {
    let ids = Set(open.map(\.id))
    let conversations = Set(open.map(\.conversation))
    let calls = Set(open.compactMap(\.call))
    asked = asked.filter { ids.contains($0.key) }
    reminded = reminded.filter { ids.contains($0.key) }
    levels = levels.filter { ids.contains($0.key) }
    unanswered = unanswered.filter { conversations.contains($0.key) }
    endedCalls.formIntersection(calls)
  }
}
