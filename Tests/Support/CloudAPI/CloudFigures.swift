/// Counts and times of a stand-in's webhooks.
public struct CloudFigures: Sendable, Equatable {
  /// Bodies that were made.
  public var bodies = 0
  /// Requests that were sent, retries included.
  public var attempts = 0
  /// Bodies that were answered with 200.
  public var acknowledged = 0
  /// Requests beyond a body's first.
  public var retries = 0
  /// How long the answers with 200 took, from the request on.
  public var answerTimes = CloudTimes()
  /// How long it was from when an update was due to the answer with 200.
  public var dueTimes = CloudTimes()

  /// No webhook yet.
  public init() {}
}

/// Times in whole microseconds, the last 200,000 of them.
public struct CloudTimes: Sendable, Equatable {
  private var values: [Int32] = []
  private var oldest = 0
  private static let limit = 200_000

  /// No time yet.
  public init() {}

  /// How many there are.
  public var count: Int { values.count }

  mutating func add(_ time: Duration) {
    let microseconds = Int32(clamping: Int64(time / .microseconds(1)))
    if values.count < Self.limit {
      values.append(microseconds)
    } else {
      values[oldest] = microseconds
      oldest = (oldest + 1) % Self.limit
    }
  }

  /// The times in milliseconds that these shares of all stay within; nil without any.
  /// - Parameter shares: from 0 to 1.
  public func percentiles(_ shares: [Double]) -> [Double]? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return shares.map { share in
      let index = Int((Double(sorted.count) * share).rounded(.up)) - 1
      return Double(sorted[min(max(index, 0), sorted.count - 1)]) / 1000
    }
  }

  /// The count and, in milliseconds, the usual percentiles.
  public var json: CloudJSON {
    guard let times = percentiles([0.5, 0.95, 0.99, 1]) else { return ["count": 0] }
    return [
      "count": .integer(count), "p50": .number(times[0]), "p95": .number(times[1]), "p99": .number(times[2]),
      "max": .number(times[3]),
    ]
  }
}
