/// What is told of a step: stored together with what it changed, or not at all.
public struct Announcement: Sendable, Equatable {
  /// Events, in the order in which everyone is to hear of them.
  public var events: [NewEvent]
  /// What is to be posted of them.
  public var webhooks: [NewWebhook]
  /// When it was said: deliveries are due from then on.
  public var at: Timestamp

  /// Something to tell.
  public init(_ events: [NewEvent], webhooks: [NewWebhook] = [], at now: Timestamp) {
    self.events = events
    self.webhooks = webhooks
    at = now
  }

  /// Nothing is told.
  public static let nothing = Announcement([], at: Timestamp(milliseconds: 0))

  /// This and then `other`, as if it were one.
  public static func + (first: Announcement, other: Announcement) -> Announcement {
    Announcement(first.events + other.events, webhooks: first.webhooks + other.webhooks, at: max(first.at, other.at))
  }
}

/// Makes what is told of a step from what the step changed. It runs inside of the step, so that both are stored together,
/// and only if something has changed. It must not wait, must not use the store, and must have no effect but its result:
/// a store may begin a step anew, and one that fails in the end has told nothing.
public typealias Announcer = @Sendable (Transition) -> Announcement

/// Hears of events once they are durable: in the order in which they were stored, before the step that stored them returns
/// to whoever asked for it, one call at a time. It holds up all writing: it must not wait, and must not use the store.
public typealias EventObserver = @Sendable ([EventRecord]) -> Void

/// A part of the store whose steps can be announced.
public protocol Announcing: Sendable {
  /// The same store, of which each step tells what `announce` makes of it, in place of what it told before:
  ///
  /// ```swift
  /// let outcome = try await store.announcing { transition in
  ///   Announcement(transition.escalations.map { claimed($0.after) }, at: now)
  /// }.claim(id, by: person, force: false, at: now)
  /// ```
  func announcing(_ announce: @escaping Announcer) -> Self
}
