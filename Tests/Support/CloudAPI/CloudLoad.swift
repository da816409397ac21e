import Coordination

/// Texts of many customers at a constant rate, whether they are answered or not.
public struct CloudLoadPlan: Sendable {
  /// Messages a second.
  public var rate: Double
  /// For how long, in seconds.
  public var seconds: Double
  /// How many customers take turns.
  public var customers: Int
  /// What each writes.
  public var text: String

  /// - Returns: nil beyond 200,000 messages, 600 s, 200,000 customers or 5,000 a second.
  public init?(rate: Double, seconds: Double, customers: Int, text: String) {
    guard rate > 0, rate <= 5000, seconds > 0, seconds <= 600, rate * seconds <= 200_000,
      (1...200_000).contains(customers), !text.isEmpty, text.utf8.count <= 16384
    else { return nil }
    self.rate = rate
    self.seconds = seconds
    self.customers = customers
    self.text = text
  }

  /// How many messages it makes.
  public var count: Int { Int(rate * seconds) }

  /// The number of a customer, counted from 0.
  public static func waID(_ index: Int) -> String {
    let digits = String(index)
    return "1999" + String(repeating: "0", count: max(0, 7 - digits.count)) + digits
  }
}

/// How a load goes on.
public struct CloudLoad: Sendable {
  /// What was asked for.
  public var plan: CloudLoadPlan
  /// When it began.
  public var start: ContinuousClock.Instant
  /// How many messages were written.
  public var made = 0
  /// When all was acknowledged; nil until then.
  public var end: ContinuousClock.Instant?
  fileprivate var task: Task<Void, Never>?

  func cancel() {
    task?.cancel()
  }
}

extension StandInCloudAPI {
  /// The load that runs, or ran last.
  public var load: CloudLoad? { loads.withLock { $0 } }

  /// Starts a load.
  /// - Returns: false while another one runs.
  public func startLoad(_ plan: CloudLoadPlan) -> Bool {
    let isFree = loads.withLock { load in
      if let load, load.end == nil { return false }
      load = CloudLoad(plan: plan, start: .now)
      return true
    }
    guard isFree else { return false }
    let task = Task { [weak self] in
      guard let self else { return }
      await run(plan)
    }
    loads.withLock { $0?.task = task }
    return true
  }

  private func run(_ plan: CloudLoadPlan) async {
    let start = ContinuousClock.now
    var made = 0
    while made < plan.count, !Task.isCancelled {
      let elapsed = start.duration(to: .now) / .seconds(1)
      let due = min(plan.count, Int(elapsed * plan.rate) + 1)
      // Each is due at its own moment, even if this task comes late.
      let updates = (made..<max(made, due)).map { index in
        message(
          .text(plan.text), from: CloudLoadPlan.waID(index % plan.customers),
          name: "load-\(index % plan.customers)", due: start + .seconds(Double(index) / plan.rate))
      }
      made += updates.count
      sender.enqueue(updates)
      loads.withLock { [made] in $0?.made = made }
      try? await Task.sleep(until: start + .seconds(Double(made) / plan.rate), tolerance: .zero, clock: .continuous)
    }
    while !Task.isCancelled, sender.unacknowledgedCount > 0 {
      try? await Task.sleep(for: .milliseconds(20))
    }
    loads.withLock { $0?.end = .now }
  }
}
