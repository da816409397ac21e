/// How much delay a jitter buffer may add.
public struct JitterBufferSettings: Sendable, Equatable {
  /// The least delay aimed at, over that of the fastest packets. Default 0: a frame plays in the tick after it came.
  public var minimumDelay: Duration
  /// The most delay kept, over that of the fastest packets; what would need more is dropped. 20 ms to 400 ms, default
  /// 200 ms: more makes people talk over each other (ITU-T G.114).
  public var maximumDelay: Duration

  /// Settings; `maximumDelay` is brought into its range, `minimumDelay` below it.
  public init(minimumDelay: Duration = .zero, maximumDelay: Duration = .milliseconds(200)) {
    self.maximumDelay = min(max(maximumDelay, .milliseconds(20)), .milliseconds(400))
    self.minimumDelay = min(max(minimumDelay, .zero), self.maximumDelay)
  }
}
