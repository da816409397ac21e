/// What the media threads have done since the start.
public struct EngineStatistics: Sendable, Equatable {
  /// Upper bounds of `lateness`' classes but the last, which is open.
  public static let latenessBounds: [Duration] = [
    .microseconds(250), .microseconds(500), .milliseconds(1), .milliseconds(2), .milliseconds(5), .milliseconds(10),
    .milliseconds(20),
  ]

  /// Legs that are open.
  public var legs = 0
  /// Packets' times that were worked through, a leg at a time.
  public var ticks: UInt64 = 0
  /// Those that were left out, since the thread had been kept from running for more than 60 ms.
  public var skippedTicks: UInt64 = 0
  /// How late ticks were, by class.
  public var lateness = [UInt64](repeating: 0, count: 8)
  /// RTP datagrams received.
  public var received: UInt64 = 0
  /// RTP packets sent.
  public var sent: UInt64 = 0
  /// Packets the kernel did not take.
  public var sendFailures: UInt64 = 0
  /// Received packets of sound that were dropped, on their way to whoever reads the legs' events or since those lagged
  /// behind.
  public var audioDropped: UInt64 = 0
  /// Other events that were lost. Zero, unless the process stands still for seconds or a reader for minutes.
  public var eventsLost: UInt64 = 0
  /// Packets' times of taps that were dropped, on their way or since who listens in lagged behind.
  public var tapDropped: UInt64 = 0
  /// How often a leg's socket was shut off till its next tick for a flood.
  public var throttled: UInt64 = 0
  /// CPU time of the media threads.
  public var busy: Duration = .zero

  /// None yet.
  public init() {}

  /// The least class bound within which `share` (0 to 1) of the ticks began; `nil` if that is the open class.
  public func lateness(at share: Double) -> Duration? {
    let total = lateness.reduce(0, +)
    var sum: UInt64 = 0
    for (index, count) in lateness.enumerated() {
      sum += count
      if Double(sum) >= Double(total) * share {
        return index < Self.latenessBounds.count ? Self.latenessBounds[index] : nil
      }
    }
    return nil
  }

  mutating func add(_ other: EngineStatistics) {
    legs += other.legs
    ticks += other.ticks
    skippedTicks += other.skippedTicks
    for index in lateness.indices where index < other.lateness.count { lateness[index] += other.lateness[index] }
    received += other.received
    sent += other.sent
    sendFailures += other.sendFailures
    audioDropped += other.audioDropped
    eventsLost += other.eventsLost
    tapDropped += other.tapDropped
    throttled += other.throttled
    busy += other.busy
  }
}
