import Audio
import Coordination
import Synchronization

/// What a leg's media thread and everyone else share.
final class LegLink: Sendable {
  private struct Producer {
    /// Goes up with each drop, so that whoever waits for room learns of one that came in between.
    var drops = 0
    var isClosed = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  let id: UInt64
  let localPort: UInt16
  let sampleRate: Int
  let mailbox: LineMailbox
  /// What the media thread knows, now and then.
  let statistics: LatestValue<MediaLegStatistics>
  /// The position up to which sound has been sent.
  let playedPosition = Atomic<UInt64>(0)
  /// Whether someone waits for room in the playout ring.
  let wantsSpace = Atomic<Bool>(false)
  /// Who listens in.
  let taps: LegTaps
  /// The bridges that the media thread may still look at, and which end of each is this leg's.
  let bridges = Locked([(bridge: LegBridge, isFirst: Bool)]())
  private let playout: PCMRingStorage
  private let producer = Locked(Producer())
  private let reader = Locked(())

  init(id: UInt64, localPort: UInt16, sampleRate: Int, configuration: MediaEngineConfiguration) {
    self.id = id
    self.localPort = localPort
    self.sampleRate = sampleRate
    mailbox = LineMailbox(audioBacklog: configuration.audioBacklog)
    statistics = LatestValue(MediaLegStatistics())
    taps = LegTaps(sampleRate: sampleRate)
    let ahead = min(max(configuration.playoutAhead / .milliseconds(1), 200), 60_000)
    playout = PCMRingStorage(minimumCapacity: Int(ahead * Double(sampleRate) / 1000) + sampleRate)
  }

  /// Whose memory lives as long as this.
  var ring: PCMRing { playout.ring }

  func readStatistics() -> MediaLegStatistics {
    reader.withLock { _ in statistics.read() }
  }

  /// What an attempt to queue sound came to.
  struct Appended {
    var accepted: Int
    var end: UInt64
    var drops: Int
    var isClosed: Bool
  }

  func append(_ samples: Span<Int16>) -> Appended {
    producer.withLock { producer in
      let accepted = producer.isClosed ? 0 : ring.append(samples)
      return Appended(accepted: accepted, end: ring.end, drops: producer.drops, isClosed: producer.isClosed)
    }
  }

  /// Waits till the ring has room, or till something is dropped or closed after `seen`. Returns the drops till then.
  func waitForSpace(after seen: Appended) async -> Int {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = producer.withLock { producer in
          if producer.isClosed || producer.drops != seen.drops || Task.isCancelled { return true }
          producer.waiters.append(continuation)
          // Under the lock, so that it is not cleared between.
          wantsSpace.store(true, ordering: .releasing)
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      // All of them look again; that is rare enough.
      wake()
    }
    return producer.withLock { $0.drops }
  }

  /// Lets all who wait for room look again.
  func wake() {
    let waiters = producer.withLock { producer in
      defer { producer.waiters = [] }
      return producer.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Runs `body` with the end of what has been queued, while nothing is queued, unless the leg is closed; it
  /// marks a drop if `isDrop`.
  func mark(isDrop: Bool, _ body: (UInt64) -> Void) {
    producer.withLock { producer in
      if isDrop { producer.drops += 1 }
      if !producer.isClosed { body(ring.end) }
    }
    if isDrop { wake() }
  }

  /// Runs `body` unless the leg is closed, and keeps it from being closed meanwhile.
  func ifOpen(_ body: () -> Void) {
    producer.withLock { producer in
      if !producer.isClosed { body() }
    }
  }

  /// From now on nothing more is queued. False if that was so already.
  func close() -> Bool {
    let isFirst = producer.withLock { producer in
      defer { producer.isClosed = true }
      return !producer.isClosed
    }
    wake()
    return isFirst
  }

  /// Keeps `bridge` till this leg's end of it has let go.
  func hold(_ bridge: LegBridge, isFirst: Bool) {
    bridges.withLock { bridges in
      bridges.removeAll { $0.bridge.hasLetGo(isFirst: $0.isFirst) }
      bridges.append((bridge, isFirst))
    }
  }
}
