import Audio
import Coordination
import Glibc
import Synchronization

/// The media threads of the process and the ports they use.
public final class MediaEngine: Sendable {
  /// Samples a second of all legs.
  public var sampleRate: Int { configuration.sampleRate }

  private let configuration: MediaEngineConfiguration
  private let workers: [MediaWorker]
  private let ports: Locked<PortPool>
  private let nextID = Atomic<UInt64>(1)
  private let isStopped = Locked(false)

  /// Starts the media threads. Binds no port yet.
  public convenience init(_ configuration: MediaEngineConfiguration = .init()) throws(MediaEngineError) {
    try self.init(configuration, hooks: MediaThreadHooks())
  }

  /// With what else is to run on the media threads.
  package init(_ configuration: MediaEngineConfiguration, hooks: MediaThreadHooks) throws(MediaEngineError) {
    guard [8000, 16_000, 24_000, 32_000, 48_000].contains(configuration.sampleRate) else {
      throw .unsupportedRate(configuration.sampleRate)
    }
    HostedLeg.rehearse(configuration, at: ContinuousClock.now)
    let ports = Locked(
      try PortPool(
        address: configuration.bindAddress, ports: configuration.ports,
        cooldown: max(configuration.portCooldown, .zero),
        bufferBytes: min(max(configuration.socketBufferBytes, 4096), 1 << 24)))
    let cores = configuration.workers > 0 ? configuration.workers : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    var workers: [MediaWorker] = []
    do throws(MediaEngineError) {
      for number in 0..<min(cores, 64) {
        workers.append(
          try MediaWorker(number: number, configuration: configuration, hooks: hooks) { port in
            ports.withLock { $0.release(port, at: ContinuousClock.now) }
          })
      }
    } catch {
      for worker in workers { worker.stop() }
      throw error
    }
    self.configuration = configuration
    self.workers = workers
    self.ports = ports
  }

  deinit { stop() }

  /// Binds a pair of ports on the least loaded media thread. The leg sends and receives nothing before its `start`.
  public func openLeg() throws(MediaEngineError) -> MediaLeg {
    guard !isStopped.withLock({ $0 }) else { throw .stopped }
    guard
      let worker = workers.min(by: {
        $0.legs.load(ordering: .relaxed) < $1.legs.load(ordering: .relaxed)
      }), worker.reserve()
    else { throw .tooManyLegs }
    let pair: PortPair
    do throws(MediaEngineError) {
      pair = try ports.withLock { pool throws(MediaEngineError) in try pool.bind(at: ContinuousClock.now) }
    } catch {
      worker.unreserve()
      throw error
    }
    let link = LegLink(
      id: nextID.add(1, ordering: .relaxed).oldValue, localPort: pair.port, sampleRate: sampleRate,
      configuration: configuration)
    let state = UnsafeMutablePointer<HostedLeg>.allocate(capacity: 1)
    var random = SystemRandomNumberGenerator()
    state.initialize(
      to: HostedLeg(
        core: LegCore(link: link, configuration: configuration, seed: random.next(), at: ContinuousClock.now),
        sockets: LegSockets(ports: pair, datagramsPerTick: configuration.datagramsPerTick)))
    return MediaLeg(link: link, worker: worker, handle: LegHandle(state: state))
  }

  /// Closes all legs and ends the threads; returns when that is done. Idempotent. Not to be called from the task that
  /// alone reads a leg's events.
  public func stop() {
    let wasStopped = isStopped.withLock { stopped in
      defer { stopped = true }
      return stopped
    }
    guard !wasStopped else { return }
    for worker in workers { worker.stop() }
  }

  /// What the media threads have done so far, as of a moment ago.
  public func statistics() -> EngineStatistics {
    var sum = EngineStatistics()
    for worker in workers { sum.add(worker.statistics()) }
    return sum
  }

  /// Pairs of ports that were passed over, since someone else had one of them.
  public var portsPassedOver: UInt64 { ports.withLock { $0.passedOver } }
}
