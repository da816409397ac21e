import Logging
import Store

extension Desk {
  /// One look. Returns when to look again.
  func lookOnce() async throws(StoreError) -> Timestamp {
    let now = clock.now
    _ = floor.presence.expire(at: now)
    try await readOpen()
    if seen.isSomethingDue(at: now) {
      for record in try await book.expireOffers(at: now) { lapsed(record, at: now) }
      for record in try await book.overdue(at: now) { emit(.overdue(record, .firstReply)) }
      for record in try await recallCallbacks(at: now) { emit(.callbackDue(record)) }
      try await readOpen()
    }
    if !hasLooked {
      try await recall()
      hasLooked = true
    }
    for action in floor.actions(for: open, at: now) { try await perform(action, at: now) }
    // What was just changed is not shown as it was before: the look that follows at once shows it.
    if !isDirty {
      showPeople()
      showQueue(at: now)
    }
    let next = floor.agenda(for: open, at: now).next ?? .init(milliseconds: .max)
    return min(max(next, now), now.advanced(by: Self.patrol))
  }

  /// After a start: what was a call is none any more, and who waits for a person's words is read from what was said.
  private func recall() async throws(StoreError) {
    for record in open {
      if let call = record.call { floor.ended(call: call) }
      guard record.state == .claimed, record.firstReplyAt != nil else { continue }
      var since: Timestamp?
      for message in try await book.messages(of: record.conversation, before: nil, limit: 50) {
        if message.author == .person || message.author == .assistant { break }
        if message.author == .customer { since = message.sentAt }
      }
      if let since { floor.customerWrote(in: record.conversation, at: since) }
    }
  }

  private func lapsed(_ record: EscalationRecord, at now: Timestamp) {
    guard let person = record.offeredTo else { return }
    floor.passed(record.id, by: person, at: now)
    emit(.offerExpired(record, person: person, .lapsed))
  }

  private func perform(_ action: DeskFloor.Action, at now: Timestamp) async throws(StoreError) {
    switch action {
    case .promise(let record, let time):
      try await book.promise(record.id, by: time)
      isDirty = true
    case .schedule(let record, let time):
      guard try await book.scheduleCallback(record.id, at: time, note: nil, now: now) else { return }
      await changed(record.id) { .callbackScheduled($0) }
    case .withdraw(let record):
      guard let person = record.offeredTo, try await book.withdrawOffer(record.id, at: now) else { return }
      await changed(record.id) { .offerExpired($0, person: person, .gone) }
    case .offer(let record, let person, let until):
      guard try await book.offer(record.id, to: person, until: until, at: now) else { return }
      await changed(record.id) { .offered($0) }
    case .remind(let record, let person):
      emit(.reminded(record, person: person, losesAt: now.advanced(by: settings.idleGrace)))
    case .giveBack(let record, let person):
      _ = try await putBack(
        record, person: person, to: settings.returnTo, epoch: nil, reason: .idle, movesCall: true, at: now)
    case .missed(let record, let target): emit(.overdue(record, target))
    }
  }

  /// Tells of an escalation as it is now, and looks once more.
  func changed(_ id: String, _ event: (EscalationRecord) -> DeskEvent) async {
    isDirty = true
    do throws(StoreError) {
      if let record = try await book.escalation(id) { emit(event(record)) }
    } catch {
      log.error("a change can't be told", metadata: ["escalation": "\(id)", "reason": "\(error)"])
    }
  }

  /// Tells of everybody who is another than when it was last told.
  func showPeople() {
    let views = floor.views(of: open)
    let news = views.filter { !shown.contains($0) }
    shown = views
    if !news.isEmpty { emit(.presenceChanged(news)) }
  }

  private func showQueue(at now: Timestamp) {
    let queue = floor.queue(of: open)
    guard queue.map(\.id) != places.map(\.escalation) else { return }
    places = queue.enumerated().map { index, record in
      DeskEvent.Place(
        escalation: record.id, conversation: record.conversation,
        place: QueueEstimate.Place(position: index + 1, wait: floor.estimate.wait(position: index + 1, at: now)))
    }
    emit(.queueChanged(places))
  }
}
