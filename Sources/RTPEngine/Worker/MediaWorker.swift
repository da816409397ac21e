import Audio
import CLinux
import Coordination
import Glibc
import Synchronization

/// What runs on each media thread, before its first leg and after its last. For measurements.
package struct MediaThreadHooks: Sendable {
  package var begin: @Sendable () -> Void
  package var end: @Sendable () -> Void

  package init(begin: @escaping @Sendable () -> Void = {}, end: @escaping @Sendable () -> Void = {}) {
    self.begin = begin
    self.end = end
  }
}

/// A media thread and the thread that hands its legs' events on to those who wait for them.
final class MediaWorker: @unchecked Sendable {
  private let parts: MediaThreadParts
  private let configuration: MediaEngineConfiguration
  private let number: Int
  private let hooks: MediaThreadHooks
  private let released: @Sendable (UInt16) -> Void
  /// Commands that found the ring full; they keep their order.
  private let backlog = Locked([LegCommand]())
  private let counters = Locked(())
  private let delivery = DeliveryCounters()
  private let mediaHasEnded = Atomic<Bool>(false)
  private var mediaThread: UInt64 = 0
  private var pumpThread: UInt64 = 0

  /// Legs given to this worker and not yet freed.
  let legs = Atomic<Int>(0)

  /// Starts both threads. `released` is told the port of each leg that has been freed.
  init(
    number: Int, configuration: MediaEngineConfiguration, hooks: MediaThreadHooks,
    released: @escaping @Sendable (UInt16) -> Void
  ) throws(MediaEngineError) {
    self.number = number
    self.configuration = configuration
    self.hooks = hooks
    self.released = released
    parts = try Self.makeParts(frameSamples: configuration.frameSamples)
    let context = Unmanaged.passUnretained(self).toOpaque()
    var failure = clinux_thread_start(
      &pumpThread, { $0.map { Unmanaged<MediaWorker>.fromOpaque($0).takeUnretainedValue().pump() } }, context)
    if failure == 0 {
      failure = clinux_thread_start(
        &mediaThread, { $0.map { Unmanaged<MediaWorker>.fromOpaque($0).takeUnretainedValue().runMedia() } }, context)
      if failure != 0 {
        mediaHasEnded.store(true, ordering: .releasing)
        _ = clinux_thread_join(pumpThread)
      }
    }
    if failure != 0 {
      throw .system(call: "pthread_create", code: -failure)
    }
  }

  deinit {
    for fd in [parts.epoll, parts.timer, parts.commandEvent, parts.newsEvent] { _ = clinux_close(fd) }
    parts.commands.deallocate()
    parts.events.deallocate()
  }

  private static func makeParts(frameSamples: Int) throws(MediaEngineError) -> MediaThreadParts {
    var opened: [Int32] = []
    func open(_ call: String, _ fd: Int32) throws(MediaEngineError) -> Int32 {
      guard fd >= 0 else {
        for fd in opened { _ = clinux_close(fd) }
        throw .system(call: call, code: -fd)
      }
      opened.append(fd)
      return fd
    }
    let epoll = try open("epoll_create1", clinux_epoll_create())
    let timer = try open("timerfd_create", clinux_timer_create())
    let commandEvent = try open("eventfd", clinux_event_create())
    let newsEvent = try open("eventfd", clinux_event_create())
    return MediaThreadParts(
      epoll: epoll, timer: timer, commandEvent: commandEvent, newsEvent: newsEvent,
      commands: .allocate(minimumCapacity: 4096),
      events: .allocate(minimumCapacity: 8192, frameSamples: frameSamples),
      counters: LatestValue(ThreadCounters()))
  }

  // MARK: From outside

  /// Takes a place for a leg; false when there is none.
  func reserve() -> Bool {
    if legs.add(1, ordering: .relaxed).newValue <= min(max(configuration.legsPerWorker, 1), 65536) { return true }
    unreserve()
    return false
  }

  func unreserve() { legs.subtract(1, ordering: .relaxed) }

  func send(_ command: LegCommand) {
    backlog.withLock { backlog in
      if !backlog.isEmpty || !parts.commands.push(command) { backlog.append(command) }
    }
    _ = clinux_event_signal(parts.commandEvent)
  }

  func statistics() -> EngineStatistics {
    var statistics = counters.withLock { _ in parts.counters.read() }.statistics
    delivery.add(to: &statistics)
    return statistics
  }

  /// Closes all legs and waits for both threads. Once only.
  func stop() {
    send(.stop)
    _ = clinux_thread_join(mediaThread)
    mediaHasEnded.store(true, ordering: .releasing)
    _ = clinux_event_signal(parts.newsEvent)
    _ = clinux_thread_join(pumpThread)
  }

  // MARK: The media thread

  private func runMedia() {
    _ = clinux_thread_name("media-\(number)")
    _ = clinux_thread_timer_slack(1)
    if let core = configuration.firstCore { _ = clinux_thread_pin(Int32(truncatingIfNeeded: core + number)) }
    if let priority = configuration.realtimePriority { _ = clinux_thread_fifo(Int32(truncatingIfNeeded: priority)) }
    var thread = MediaThread(parts: parts, capacity: min(max(configuration.legsPerWorker, 1), 65536))
    hooks.begin()
    thread.run()
    hooks.end()
  }

  // MARK: The other thread

  private func pump() {
    _ = clinux_thread_name("media-\(number)-out")
    while true {
      _ = clinux_event_wait(parts.newsEvent, 100)
      _ = clinux_event_read(parts.newsEvent)
      // Before the ring is emptied, so that nothing that came before the end stays in it.
      let isLast = mediaHasEnded.load(ordering: .acquiring)
      while parts.events.take({ event, sound in deliver(event, sound) }) {}
      flushBacklog()
      if isLast { return }
    }
  }

  private func flushBacklog() {
    let moved = backlog.withLock { backlog in
      var count = 0
      while count < backlog.count, parts.commands.push(backlog[count]) { count += 1 }
      backlog.removeFirst(count)
      return count
    }
    if moved > 0 { _ = clinux_event_signal(parts.commandEvent) }
  }

  private func deliver(_ event: WireEvent, _ sound: UnsafeBufferPointer<Int16>) {
    let link = event.leg.takeUnretainedValue()
    switch event.kind {
    case .happened(.audio(let isSpeech)):
      guard link.mailbox.hasRoomForAudio() else {
        delivery.audio.add(1, ordering: .relaxed)
        return
      }
      let frame = AudioFrame(
        samples: Array(sound), sampleRate: link.sampleRate, arrival: event.at, isSpeech: isSpeech)
      link.mailbox.push(.audio(frame))
    case .happened(.tapped): delivery.stretches.add(link.taps.drain(), ordering: .relaxed)
    case .happened(.space): link.wake()
    case .happened(let kind):
      guard let event = Self.lineEvent(kind, at: event.at, position: LinePosition(event.position)) else { return }
      if !link.mailbox.push(event) { delivery.events.add(1, ordering: .relaxed) }
    case .closed(let leg):
      _ = link.close()
      delivery.stretches.add(link.taps.finish(), ordering: .relaxed)
      let port = leg.state.pointee.ports.port
      leg.state.deinitialize(count: 1)
      leg.state.deallocate()
      legs.subtract(1, ordering: .relaxed)
      released(port)
      // Last, so that whoever reads of the end finds that all has been given back.
      link.mailbox.push(.closed)
    }
  }

  /// What the reader of a leg's events is told of `kind`; `nil` for what is not for it.
  private static func lineEvent(_ kind: LegEvent.Kind, at: Instant, position: LinePosition) -> LineEvent? {
    switch kind {
    case .speechStarted: .speechStarted(at: at)
    case .speechStopped: .speechStopped(lastSpeech: at)
    case .interrupted: .interrupted(at: at, position: position)
    case .audible: .audible(at: at, position: position)
    case .playedOut: .playedOut(at: at, position: position)
    case .digit(let code): DTMFDigit(event: code).map { .digit($0.character) }
    case .mediaTimeout(let isFirst): .mediaTimeout(lastPacket: isFirst ? nil : at)
    case .unbridged: .unbridged
    case .audio, .tapped, .space: nil
    }
  }
}

/// What found no room behind the media thread: in a mailbox whose reader lags, or with one who listens in.
private final class DeliveryCounters: Sendable {
  let audio = Atomic<UInt64>(0)
  let events = Atomic<UInt64>(0)
  let stretches = Atomic<UInt64>(0)

  func add(to statistics: inout EngineStatistics) {
    statistics.audioDropped += audio.load(ordering: .relaxed)
    statistics.eventsLost += events.load(ordering: .relaxed)
    statistics.tapDropped += stretches.load(ordering: .relaxed) * UInt64(TapPort.framesPerNews)
  }
}
