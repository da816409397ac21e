public import Net

/// How the media threads run and which ports they use.
public struct MediaEngineConfiguration: Sendable, Equatable {
  /// Media threads. Default 1 a core, when 0; at most 64.
  public var workers = 0
  /// Ports for RTP (even) and RTCP (the odd one above). Default 10000 to 19999, which is outside what Linux hands out
  /// to sockets that ask for no port.
  public var ports: ClosedRange<UInt16> = 10000...19999
  /// The address that media sockets are bound to, and by it their family. Default `0.0.0.0`.
  public var bindAddress = IPAddress.unspecified(.v4)
  /// How long a port rests after a call. Default 2 s.
  public var portCooldown: Duration = .seconds(2)
  /// Legs at once on one media thread. Default 4096.
  public var legsPerWorker = 4096
  /// A leg that should receive and has not for so long reports `mediaTimeout`. Default 30 s; at least 1 s.
  public var mediaTimeout: Duration = .seconds(30)
  /// From whom a leg takes media besides the SDP's address.
  public var latch: LatchPolicy = .sdpAddressOrNAT
  /// When speech is held to begin and to end.
  public var speech = SpeechSegmenter.Configuration()
  /// How much delay a leg's jitter buffer may add. Default at least 20 ms, at most 200 ms: a packet of slack covers what
  /// a busy machine or a trunk's own grid does to arrivals, and costs a caller nothing, since the silence that ends a
  /// turn is counted from arrivals.
  public var jitterBuffer = JitterBufferSettings(minimumDelay: .milliseconds(20))
  /// How far playout goes back when it resumes after an interruption. Default 200 ms, at most 1 s.
  public var resumeRewind: Duration = .milliseconds(200)
  /// How much sound may be queued ahead on a leg. Default 8 s, rounded up to a power of two of samples.
  public var playoutAhead: Duration = .seconds(8)
  /// Received packets of sound that wait for a slow reader of a leg's events; what comes then is dropped and counted.
  /// Default 500 (10 s).
  public var audioBacklog = 500
  /// Datagrams a leg takes in one packet's time (20 ms). What comes above that waits in the kernel's buffer and is
  /// lost there if it goes on. Default 24: a burst after a stall of half a second fits, a flood does not.
  public var datagramsPerTick = 24
  /// Bytes of each media socket's kernel buffers. Default 64 KiB.
  public var socketBufferBytes: Int32 = 65536
  /// Core of the first media thread; the next ones take the following cores. Default `nil`: the kernel chooses.
  public var firstCore: Int?
  /// Real-time priority (SCHED_FIFO, 1 to 99) of the media threads. Default `nil`: none. Needs CAP_SYS_NICE; without it
  /// the threads run on as usual.
  public var realtimePriority: Int?

  /// Samples a second of the sound of all legs, whatever their codecs have: 8000, 16000, 24000, 32000 or 48000. Default
  /// that of the codecs; another rate is converted at the codec.
  public var sampleRate = AudioCodec.widestSampleRate

  /// The defaults.
  public init() {}

  /// Samples of a packet's time, 20 ms.
  var frameSamples: Int { sampleRate / 50 }
}

/// Why the engine could not do what was asked.
public enum MediaEngineError: Error, Sendable, Equatable {
  /// The sample rate of the configuration is none that a leg can have.
  case unsupportedRate(Int)
  /// The range holds no pair of an even and the following odd port.
  case invalidPortRange(ClosedRange<UInt16>)
  /// No pair of ports is free. `blocked`: some are taken by other programs.
  case portsExhausted(inUse: Int, of: Int, blocked: Bool)
  /// A socket could not be bound, for a reason other than a taken port; `code` is errno.
  case bindFailed(address: String, code: Int32)
  /// The kernel refused a thread, a timer or an epoll instance; `code` is errno.
  case system(call: String, code: Int32)
  /// Every media thread has as many legs as it may have.
  case tooManyLegs
  /// The engine has been stopped.
  case stopped
}

extension MediaEngineError: CustomStringConvertible {
  /// One line that names what to change.
  public var description: String {
    switch self {
    case .unsupportedRate(let rate): "media at \(rate) Hz: the rate must be 8000, 16000, 24000, 32000 or 48000"
    case .invalidPortRange(let range):
      "media ports \(range.lowerBound)-\(range.upperBound) hold no pair of an even and an odd port"
    case .portsExhausted(let inUse, let of, let blocked):
      "no media port is free: \(inUse) of \(of) pairs carry calls"
        + (blocked ? " and other programs hold some of the rest" : "") + "; widen the range of media ports"
    case .bindFailed(let address, let code): "media socket on \(address) failed (errno \(code))"
    case .system(let call, let code): "\(call) failed for a media thread (errno \(code))"
    case .tooManyLegs: "every media thread has as many legs as it may have"
    case .stopped: "the media engine has been stopped"
    }
  }
}

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
