/// The order statistics that a benchmark reports.
public struct Percentiles {
  private let sorted: [Double]

  /// Of `values`, in any order.
  public init(_ values: [Double]) { sorted = values.sorted() }

  /// How many values there are.
  public var count: Int { sorted.count }

  /// The value below which `share` (0 to 1) of all lie; 0 when there is none.
  public func at(_ share: Double) -> Double {
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.down)))]
  }

  /// `p50 p95 p99 max`, each with one decimal.
  public var summary: String {
    "p50 \(tenths(at(0.5)))  p95 \(tenths(at(0.95)))  p99 \(tenths(at(0.99)))  max \(tenths(at(1)))"
  }
}

/// `value` with one decimal.
public func tenths(_ value: Double) -> String {
  let scaled = Int((value * 10).rounded())
  return "\(scaled < 0 ? "-" : "")\(abs(scaled) / 10).\(abs(scaled) % 10)"
}
