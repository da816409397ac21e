package import Store

/// How one wish for a person stands against the times that were promised: first reply (FRT), next reply (NRT) and
/// resolution (RT).
///
/// The first reply is in time if it comes by its deadline. The next one is counted, once there was a first, from the
/// oldest message that nobody has answered, and missed once for each such wait however many messages come in it. The
/// resolution counts until the end. All of them stand still outside business hours.
package struct ServiceLevel: Sendable, Equatable {
  /// What can be missed.
  package enum Target: String, Sendable, CaseIterable {
    case firstReply = "first_reply"
    case nextReply = "next_reply"
    case resolution
  }

  /// How it stands.
  package enum State: String, Sendable {
    /// Nothing was missed so far.
    case active
    /// Something was, and it is not at its end.
    case activeWithMisses = "active_with_misses"
    /// It ended and nothing was missed.
    case hit
    /// It ended and something was.
    case missed
  }

  /// A deadline that passed.
  package struct Miss: Sendable, Equatable {
    /// Which.
    package var target: Target
    /// When it was.
    package var dueAt: Timestamp
  }

  private let times: SLASettings.Times
  private let hours: BusinessHours
  private let createdAt: Timestamp
  /// When a person first said something.
  package private(set) var firstReplyAt: Timestamp?
  /// Since when a customer waits for words of a person, after the first.
  package private(set) var waitingSince: Timestamp?
  /// When it was resolved.
  package private(set) var resolvedAt: Timestamp?
  /// What was missed, in its order.
  package private(set) var misses: [Miss] = []
  /// Deadlines are worked out once, since that may mean to walk through weeks.
  private var due: [Target: Timestamp] = [:]

  /// A wish for a person that began at `createdAt`.
  package init(times: SLASettings.Times, hours: BusinessHours, createdAt: Timestamp) {
    self.times = times
    self.hours = hours
    self.createdAt = createdAt
    due[.firstReply] = hours.time(after: times.firstReply, from: createdAt)
    due[.resolution] = times.resolution.flatMap { hours.time(after: $0, from: createdAt) }
  }

  /// How it stands.
  package var state: State {
    if resolvedAt != nil { return misses.isEmpty ? .hit : .missed }
    return misses.isEmpty ? .active : .activeWithMisses
  }

  /// When the first reply is due.
  package var firstReplyDue: Timestamp? { due[.firstReply] }

  /// When `check` has something to find.
  package var nextDeadline: Timestamp? { resolvedAt == nil ? open.map(\.dueAt).min() : nil }

  /// The customer wrote, or spoke.
  package mutating func customerWrote(at now: Timestamp) -> [Miss] {
    guard resolvedAt == nil else { return [] }
    let found = check(at: now)
    if firstReplyAt != nil, waitingSince == nil {
      waitingSince = now
      due[.nextReply] = times.nextReply.flatMap { hours.time(after: $0, from: now) }
    }
    return found
  }

  /// A person wrote, or spoke.
  package mutating func replied(at now: Timestamp) -> [Miss] {
    guard resolvedAt == nil else { return [] }
    let found = check(at: now)
    if firstReplyAt == nil { firstReplyAt = now }
    waitingSince = nil
    due[.firstReply] = nil
    due[.nextReply] = nil
    return found
  }

  /// It is done. A first reply that never came is missed only if its time was up.
  package mutating func resolved(at now: Timestamp) -> [Miss] {
    guard resolvedAt == nil else { return [] }
    let found = check(at: now)
    resolvedAt = now
    due = [:]
    return found
  }

  /// What was missed by `now` and not told before.
  package mutating func check(at now: Timestamp) -> [Miss] {
    let found = open.filter { $0.dueAt < now }.sorted { $0.dueAt < $1.dueAt }
    for miss in found { due[miss.target] = nil }
    misses += found
    return found
  }

  private var open: [Miss] {
    Target.allCases.compactMap { target in due[target].map { Miss(target: target, dueAt: $0) } }
  }
}
