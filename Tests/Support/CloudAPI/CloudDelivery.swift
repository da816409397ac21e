/// One body that was, or is being, delivered.
public struct CloudDelivery: Sendable, Equatable {
  /// Counted from 1.
  public var number: Int
  /// What it holds: ids of messages; for statuses the id, a slash and the status.
  public var updates: [String]
  /// The exact bytes.
  public var body: [UInt8]
  /// The value of `X-Hub-Signature-256`.
  public var signature: String
  /// The HTTP status of each attempt so far; 0 where none came.
  public var answers: [Int] = []

  /// Whether it was answered with 200.
  public var isAcknowledged: Bool { answers.last == 200 }

  /// The body, parsed.
  public var json: CloudJSON { (try? CloudJSON(parsing: body)) ?? .null }
}
