extension StepTimes {
  /// The figures of `times`, in milliseconds and any order, with a histogram by `bounds`, which grow.
  init(counting times: [Double], bounds: [Double]) {
    let sorted = times.filter(\.isFinite).sorted()
    func share(_ part: Double) -> Double? {
      sorted.isEmpty ? nil : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }
    var histogram = Array(repeating: 0, count: bounds.count + 1)
    for time in sorted { histogram[bounds.firstIndex { time <= $0 } ?? bounds.count] += 1 }
    self.init(count: sorted.count, p50: share(0.5), p95: share(0.95), p99: share(0.99), histogram: histogram)
  }
}
