import Store

/// When a customer's messages are answered: what comes in a burst is one turn, and one that comes while its answer is
/// worked out, or waits to be sent, begins it anew. A value without a clock.
struct ChatTurn: Sendable {
  /// What the owner has to do, in order.
  enum Action: Sendable, Equatable {
    /// Work out an answer to all that waits, under this number.
    case answer(Int)
    /// The answer of this number is not wanted any more.
    case cancel(Int)
    /// Take the answer back if none of it has been sent.
    case withdraw(String)
  }

  /// How an answer ended.
  enum Ending: Sendable, Equatable {
    /// It is stored under this name and will be sent.
    case committed(String)
    /// The customer had written more.
    case superseded
    /// There was nothing to answer.
    case nothing
    /// It could not be worked out or stored; worth trying again.
    case failed
  }

  private enum State: Equatable {
    case idle
    case gathering(since: Timestamp, until: Timestamp)
    case answering(Int, since: Timestamp)
    case answered(String)
  }

  /// How long somebody who keeps writing is waited for in all.
  static let longestGathering = Duration.seconds(30)
  /// The first pause before a failed answer is tried again; each further one is twice as long.
  private static let firstRetry = Duration.seconds(1)
  private static let longestRetry = Duration.seconds(60)

  private var state = State.idle
  private var count = 0
  private var failures = 0

  /// When `tick` has to be called, if nothing else happens before.
  var nextDeadline: Timestamp? {
    if case .gathering(_, let until) = state { until } else { nil }
  }

  /// Whether nothing is under way.
  var isIdle: Bool {
    switch state {
    case .idle, .answered: true
    case .gathering, .answering: false
    }
  }

  /// Whether the answer of this number stands although more has come: the customer has been waiting long enough.
  func allowsMore(_ number: Int, at now: Timestamp) -> Bool {
    if case .answering(number, let since) = state { since.duration(to: now) >= Self.longestGathering } else { false }
  }

  /// A message came; the customer may write more within `burst`.
  mutating func messageArrived(burst: Duration, at now: Timestamp) -> [Action] {
    let wait = now.advanced(by: max(.zero, burst))
    switch state {
    case .idle:
      state = .gathering(since: now, until: wait)
      return []
    case .gathering(let since, let until):
      state = .gathering(since: since, until: max(until, min(wait, since.advanced(by: Self.longestGathering))))
      return []
    case .answering(let number, let since):
      // Who has been writing for so long is answered first; what has come since is the next turn.
      guard since.duration(to: now) < Self.longestGathering else { return [] }
      state = .gathering(since: since, until: wait)
      return [.cancel(number)]
    case .answered(let answer):
      state = .gathering(since: now, until: wait)
      return [.withdraw(answer)]
    }
  }

  /// A deadline has passed.
  mutating func tick(at now: Timestamp) -> [Action] {
    guard case .gathering(let since, let until) = state, until <= now else { return [] }
    count += 1
    state = .answering(count, since: since)
    return [.answer(count)]
  }

  /// The answer of this number has ended. `more` says whether messages wait that it did not answer.
  mutating func ended(_ number: Int, _ ending: Ending, more: Bool, at now: Timestamp) -> [Action] {
    guard case .answering(number, let since) = state else {
      // Cancelled too late: it must not stand beside the one that is coming. If that has come already, it was worked out
      // knowing this one, and both stand.
      if !isIdle, case .committed(let answer) = ending { return [.withdraw(answer)] }
      return []
    }
    switch ending {
    case .committed(let answer):
      failures = 0
      state = more ? .gathering(since: now, until: now) : .answered(answer)
    case .superseded:
      state = .gathering(since: since, until: now)
    case .nothing:
      failures = 0
      state = more ? .gathering(since: now, until: now) : .idle
    case .failed:
      let pause = Self.firstRetry * (Int(1) << min(failures, 10))
      failures += 1
      state = .gathering(since: now, until: now.advanced(by: min(pause, Self.longestRetry)))
    }
    return []
  }
}
