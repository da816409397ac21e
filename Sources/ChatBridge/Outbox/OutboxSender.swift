import Coordination
import Logging
import Store

/// Sends what the outbox of one account holds: reads what is due, asks the policy, makes requests side by side, and
/// notes what became of each. All that has to survive is in the store before a request is made.
actor OutboxSender {
  /// What happened to a message, for whoever has to act on it.
  enum Event: Sendable {
    case sent(OutboxItem)
    /// The window is closed and it waits.
    case held(OutboxItem)
    case failed(OutboxItem, code: Int?, reason: String)
    /// The account may not send.
    case accountRefused(reason: String)
  }

  /// Requests under way at once.
  private static let parallel = 32

  private let channel: any ChatChannel
  private let store: any Outbox & MediaShelf
  private let clock: any TimestampClock
  private let log: Logger
  private let report: @Sendable (Event) async -> Void
  private var policy: SendPolicy
  private var inFlight: Set<String> = []
  private nonisolated let rounds: Rounds<Timestamp>

  init(
    channel: any ChatChannel, store: any Outbox & MediaShelf, policy: SendPolicy, clock: any TimestampClock,
    log: Logger,
    report: @escaping @Sendable (Event) async -> Void
  ) {
    self.channel = channel
    self.store = store
    self.policy = policy
    self.clock = clock
    self.log = log
    self.report = report
    rounds = Rounds { try await clock.sleep(until: $0) }
  }

  /// There may be something to send.
  nonisolated func wake() { rounds.wake() }

  /// Makes no new requests; `run` returns when those under way have ended.
  nonisolated func stop() { rounds.stop() }

  /// Sends until `stop`.
  func run() async {
    await withDiscardingTaskGroup { group in
      await rounds.run {
        let (items, next) = await takeDue()
        for item in items {
          group.addTask {
            await self.send(item)
            self.wake()
          }
        }
        return next
      }
    }
  }

  /// The items whose time has come, noted in the store as being sent, and when to look again.
  private func takeDue() async -> ([OutboxItem], next: Timestamp?) {
    let room = Self.parallel - inFlight.count
    // Whatever is sent wakes us.
    guard room > 0 else { return ([], nil) }
    var ready: [OutboxItem] = []
    do {
      let now = clock.now
      let items = try await store.due(channel: channel.name, account: channel.account, at: now, limit: 2 * room)
      var waitsUntil: Timestamp?
      deciding: for item in items where !inFlight.contains(item.key) {
        guard ready.count < room else {
          waitsUntil = now
          break
        }
        guard await mayGo(item, at: now) else { continue }
        switch policy.admit(item.thread.user ?? item.thread.phone ?? "", at: now) {
        case nil: ready.append(item)
        case .customer(let time):
          try await store.finishSending(
            item.key, .retry(at: time, counts: false, reason: "too many to one customer"), at: now)
        case .account(let time):
          waitsUntil = time
          break deciding
        }
      }
      for item in ready { inFlight.insert(item.key) }
      // One that was taken back, or reported, since it was read is not sent.
      let begun = try await store.beginSending(ready.map(\.key), at: now)
      for item in ready where !begun.contains(item.key) { inFlight.remove(item.key) }
      ready.removeAll { !begun.contains($0.key) }
      let next = waitsUntil == nil ? try await store.nextDue(channel: channel.name, account: channel.account) : nil
      // What is due now and not ready is under way, and wakes us itself.
      return (ready, waitsUntil ?? next.flatMap { $0 > now ? $0 : nil })
    } catch {
      for item in ready { inFlight.remove(item.key) }
      log.error("the outbox can't be read; it is tried again", metadata: ["reason": "\(error)"])
      return ([], clock.now.advanced(by: .seconds(1)))
    }
  }

  /// Whether the customer service window lets it go; if not it is held back.
  private func mayGo(_ item: OutboxItem, at now: Timestamp) async -> Bool {
    guard let content = OutgoingContent(payload: item.payload), !content.opensConversation else { return true }
    let window = ServiceWindow(lastCustomerAt: item.thread.lastCustomerAt, length: channel.limits.window)
    guard !window.isOpen(at: now) else { return true }
    await finish(item, .held(reason: "the customer service window is closed"))
    return false
  }

  private func send(_ item: OutboxItem) async {
    defer { inFlight.remove(item.key) }
    guard let content = OutgoingContent(payload: item.payload) else {
      return await finish(item, .failed(code: nil, reason: "its form is not known to this version"))
    }
    var outcome: SendOutcome
    do throws(ChatError) {
      let id = try await channel.send(
        ChannelMessage(
          key: item.key, recipient: item.thread, replyTo: item.replyTo, content: content,
          sound: try await sound(of: item)))
      policy.succeeded(at: clock.now)
      outcome = .sent(channelID: id)
    } catch {
      outcome = policy.outcome(
        of: error, attempts: item.attempts, content: content, at: clock.now, jitter: .random(in: 0...1))
      log.warning(
        "a message was not taken",
        metadata: ["message": "\(item.key)", "reason": "\(error)", "next": "\(outcome.word)"])
      if error.kind == .accountRefused || error.kind == .accountThrottled,
        case .retry(_, let counts, let reason) = outcome
      {
        // The pause is the account's. Whoever mends it and starts us anew waits for nothing.
        outcome = .retry(at: clock.now, counts: counts, reason: reason)
      }
      if error.kind == .accountRefused { await report(.accountRefused(reason: error.description)) }
    }
    await finish(item, outcome)
  }

  private func sound(of item: OutboxItem) async throws(ChatError) -> StoredMedia? {
    guard let id = item.media else { return nil }
    do {
      return try await store.media(id)
    } catch {
      throw ChatError(.transient, message: "\(error)")
    }
  }

  /// Notes an outcome, again and again if the store fails: what was sent must not be taken for unsent.
  private func finish(_ item: OutboxItem, _ outcome: SendOutcome) async {
    let isKept = await rounds.insist {
      do {
        try await store.finishSending(item.key, outcome, at: clock.now)
        return true
      } catch {
        log.error("an outcome can't be stored; it is tried again", metadata: ["reason": "\(error)"])
        return false
      }
    }
    guard isKept else { return }
    switch outcome {
    case .sent: await report(.sent(item))
    case .held: await report(.held(item))
    case .failed(let code, let reason): await report(.failed(item, code: code, reason: reason))
    case .retry, .uncertain, .replaced: break
    }
  }
}

extension SendOutcome {
  /// For the log.
  fileprivate var word: String {
    switch self {
    case .sent: "sent"
    case .retry: "again later"
    case .uncertain: "waits for a report"
    case .held: "held until the customer writes"
    case .failed: "given up"
    case .replaced: "as text"
    }
  }
}
