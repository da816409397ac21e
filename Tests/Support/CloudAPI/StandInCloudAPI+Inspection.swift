import Coordination

extension StandInCloudAPI {
  /// The messages that were accepted, in order, as far as they are remembered.
  public var accepted: [CloudAcceptedMessage] { state.withLock { $0.accepted } }

  /// How many messages were accepted, remembered or not.
  public var acceptedCount: Int { state.withLock { $0.acceptedCount } }

  /// The accepted messages to a customer, by number or business-scoped user id.
  public func accepted(to id: String) -> [CloudAcceptedMessage] {
    accepted.filter { $0.recipient == id }
  }

  /// The calls that marked as read.
  public var reads: [CloudReadCall] { state.withLock { $0.reads } }

  /// The requests that were refused, up to 10,000.
  public var refusals: [CloudRefusal] { state.withLock { $0.refusals } }

  /// How many requests were refused, by code.
  public var refusedCounts: [Int: Int] { state.withLock { $0.refusedCounts } }

  /// How long customers waited for the first message after theirs.
  public var replyTimes: CloudTimes { state.withLock { $0.replyTimes } }

  /// A medium, expired or not; nil once it is deleted.
  public func medium(_ id: String) -> CloudMedia? { state.withLock { $0.media[id] } }

  /// What the business uploaded, oldest first.
  public var uploads: [CloudMedia] {
    state.withLock { $0.media.values.filter(\.isUploaded) }.sorted { $0.id < $1.id }
  }

  /// The files that customers sent, oldest first.
  public var received: [CloudMedia] {
    state.withLock { $0.media.values.filter { !$0.isUploaded } }.sorted { $0.id < $1.id }
  }

  /// Waits until so many messages were accepted in all, and gives those that are remembered.
  @discardableResult
  public func waitForAccepted(
    count: Int, within limit: Duration = .seconds(10)
  ) async throws(CloudTimeout) -> [CloudAcceptedMessage] {
    try await waitFor("\(count) accepted messages", within: limit) {
      self.acceptedCount >= count ? self.accepted : nil
    }
  }

  /// Waits for the first accepted message that fits.
  public func waitForMessage(
    within limit: Duration = .seconds(10), where fits: @escaping @Sendable (CloudAcceptedMessage) -> Bool
  ) async throws(CloudTimeout) -> CloudAcceptedMessage {
    try await waitFor("the message", within: limit) { self.accepted.first(where: fits) }
  }

  /// Waits until so many updates were acknowledged, repeats included.
  @discardableResult
  public func waitForAcknowledged(
    count: Int, within limit: Duration = .seconds(10)
  ) async throws(CloudTimeout) -> [String] {
    try await waitFor("\(count) acknowledged updates", within: limit) {
      let acknowledged = self.acknowledged
      return acknowledged.count >= count ? acknowledged : nil
    }
  }

  /// Waits until so many calls have marked messages as read.
  @discardableResult
  public func waitForReads(
    count: Int, within limit: Duration = .seconds(10)
  ) async throws(CloudTimeout) -> [CloudReadCall] {
    try await waitFor("\(count) read calls", within: limit) {
      let reads = self.reads
      return reads.count >= count ? reads : nil
    }
  }

  /// Waits until so many requests were refused.
  @discardableResult
  public func waitForRefusals(
    count: Int, within limit: Duration = .seconds(10)
  ) async throws(CloudTimeout) -> [CloudRefusal] {
    try await waitFor("\(count) refused requests", within: limit) {
      let refusals = self.refusals
      return refusals.count >= count ? refusals : nil
    }
  }

  /// Waits until `value` gives something. It is asked again whenever the stand-in has been sent or has delivered something.
  public func waitFor<Value: Sendable>(
    _ what: String, within limit: Duration = .seconds(10), _ value: @escaping @Sendable () -> Value?
  ) async throws(CloudTimeout) -> Value {
    try await signal.first(within: limit, what, value)
  }
}
