/// A request that may be made again, as stored.
package struct StoredRequest: Sendable, Equatable {
  /// By which it is known when it comes again.
  package var key: String
  /// Of its contents.
  package var digest: String
  /// The answer's status; nil while somebody is doing it.
  package var status: Int?
  /// The answer.
  package var body: String?
  /// When it came.
  package var at: Timestamp

  /// A request.
  package init(key: String, digest: String, status: Int? = nil, body: String? = nil, at now: Timestamp) {
    self.key = key
    self.digest = digest
    self.status = status
    self.body = body
    at = now
  }
}

/// Whether a request that carries a key is to be done.
enum RepeatedRequests {
  /// What callers may rely on.
  private static let day = Duration.seconds(86_400)
  /// A request that never ended (the process did) is free again after this.
  private static let patience = Duration.seconds(60)

  /// Answers that came before are not known any more at `now`.
  static func oldestAnswer(at now: Timestamp) -> Timestamp { now.advanced(by: .zero - day) }

  /// Requests without an answer that came before are free at `now`.
  static func oldestOpen(at now: Timestamp) -> Timestamp { now.advanced(by: .zero - patience) }

  /// What becomes of a request that comes at `now`, where `known` has come with its key before.
  static func claim(_ known: StoredRequest?, digest: String, at now: Timestamp) -> KeptRequest {
    guard let known, known.at >= (known.status == nil ? oldestOpen(at: now) : oldestAnswer(at: now)) else {
      return .new
    }
    guard known.digest == digest else { return .other }
    guard let status = known.status else { return .underWay }
    return .done(status: status, body: known.body ?? "")
  }
}
