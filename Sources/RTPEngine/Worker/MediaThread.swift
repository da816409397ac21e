import Audio
import CLinux
import Glibc
import Net

/// Counters of a media thread as plain numbers, so that they can be handed over without an allocation.
struct ThreadCounters: Sendable {
  var legs = 0
  var ticks: UInt64 = 0
  var skippedTicks: UInt64 = 0
  var lateness: [8 of UInt64] = .init(repeating: 0)
  var received: UInt64 = 0
  var sent: UInt64 = 0
  var sendFailures: UInt64 = 0
  var audioDropped: UInt64 = 0
  var eventsLost: UInt64 = 0
  var tapDropped: UInt64 = 0
  var throttled: UInt64 = 0
  var busy: Int64 = 0

  /// Counts a tick that began `nanoseconds` late.
  mutating func countTick(late nanoseconds: Int64) {
    ticks += 1
    let index =
      switch nanoseconds {
      case ..<250_000: 0
      case ..<500_000: 1
      case ..<1_000_000: 2
      case ..<2_000_000: 3
      case ..<5_000_000: 4
      case ..<10_000_000: 5
      case ..<20_000_000: 6
      default: 7
      }
    lateness[index] += 1
  }

  var statistics: EngineStatistics {
    var statistics = EngineStatistics()
    statistics.legs = legs
    statistics.ticks = ticks
    statistics.skippedTicks = skippedTicks
    statistics.lateness = (0..<8).map { lateness[$0] }
    statistics.received = received
    statistics.sent = sent
    statistics.sendFailures = sendFailures
    statistics.audioDropped = audioDropped
    statistics.eventsLost = eventsLost
    statistics.tapDropped = tapDropped
    statistics.throttled = throttled
    statistics.busy = .nanoseconds(busy)
    return statistics
  }
}

/// What a media thread works with; made beforehand, since a thread can't report an error.
struct MediaThreadParts: Sendable {
  var epoll: Int32
  var timer: Int32
  var commandEvent: Int32
  var newsEvent: Int32
  var commands: SPSCRing<LegCommand>
  var events: EventRing
  var counters: LatestValue<ThreadCounters>
}

/// The loop of a media thread: sleeps in epoll on its legs' sockets, its commands and one timer; takes datagrams as they
/// come and lets each leg tick every 20 ms.
///
/// Media path: does not allocate after `init`.
struct MediaThread: ~Copyable {
  /// Datagrams taken from one socket before others get their turn.
  private static let datagramsPerWake = 4
  private static let batch = 256
  /// How long after its peer's packets a leg ticks, in nanoseconds. Twelve milliseconds: a packet that a busy machine or
  /// network delivers somewhat late is still in time, and an answer that is ready within them, counted from the end of a
  /// turn's silence (which ends in the phase of the packets), leaves on that tick instead of the one after.
  private static let margin: Int64 = 12_000_000
  // What the epoll word of a registration says beside the leg's address, whose low bits are zero.
  private static let timerWord: UInt64 = 2
  private static let commandWord: UInt64 = 3
  private static let reportBit: UInt64 = 1

  private let parts: MediaThreadParts
  private let ready: UnsafeMutablePointer<clinux_ready>
  private var desk: LegDesk
  private var schedule: PhaseSchedule
  private var armedFor: Int64 = 0
  private var ticksSincePublish = 0
  private var hasStopped = false
  /// Legs that are closed, but whose last event found no room yet.
  private var closing: SPSCRing<LegHandle>

  // One moment on both clocks, to turn nanoseconds into instants.
  private let originInstant: Instant
  private let originNanoseconds: Int64

  init(parts: MediaThreadParts, capacity: Int) {
    self.parts = parts
    ready = .allocate(capacity: Self.batch)
    desk = LegDesk(events: parts.events)
    originInstant = ContinuousClock.now
    originNanoseconds = clinux_boottime_ns()
    schedule = PhaseSchedule(capacity: capacity, at: originNanoseconds)
    closing = .allocate(minimumCapacity: capacity + 1)
    _ = clinux_epoll_add(parts.epoll, parts.timer, CLINUX_EPOLLIN, Self.timerWord)
    _ = clinux_epoll_add(parts.epoll, parts.commandEvent, CLINUX_EPOLLIN, Self.commandWord)
  }

  deinit {
    ready.deallocate()
    closing.deallocate()
  }

  private func instant(_ nanoseconds: Int64) -> Instant {
    originInstant + .nanoseconds(nanoseconds - originNanoseconds)
  }

  /// Runs till told to stop.
  mutating func run() {
    while !hasStopped || closing.count > 0 {
      // With a leg waiting to be reported closed, soon; without legs now and then; else the timer wakes.
      let patience: Int32 = closing.count > 0 ? 1 : schedule.total == 0 ? 1000 : -1
      // The sanitizer's realm is all but the waiting.
      let count = clinux_epoll_wait(parts.epoll, ready, Int32(Self.batch), patience)
      clinux_realtime_enter()
      turn(Int(count))
      clinux_realtime_exit()
    }
  }

  /// One awakening. Commands come after the sockets and before the ticks: what a command closes can then no longer
  /// be named by an event of this awakening.
  private mutating func turn(_ count: Int) {
    let now = clinux_boottime_ns()
    let arrival = instant(now)
    var hasCommands = false
    for index in 0..<max(0, count) {
      let event = ready[index]
      switch event.data {
      case Self.timerWord: _ = clinux_timer_read(parts.timer)
      case Self.commandWord: hasCommands = true
      default: receive(event, at: arrival, now)
      }
    }
    if hasCommands {
      _ = clinux_event_read(parts.commandEvent)
      while let command = parts.commands.pop() { obey(command, at: now) }
    }
    runDueSlots()
    finishClosing()
    sleepUntilNext()
    if desk.takeNews() { _ = clinux_event_signal(parts.newsEvent) }
  }

  // MARK: Sockets

  private mutating func receive(_ event: clinux_ready, at arrival: Instant, _ now: Int64) {
    let port: MediaPort = event.data & Self.reportBit == 0 ? .rtp : .rtcp
    guard let state = UnsafeMutablePointer<HostedLeg>(bitPattern: UInt(event.data & ~Self.reportBit)) else { return }
    let leg = LegHandle(state: state)
    let hasError = event.events & CLINUX_EPOLLERR != 0
    for _ in 0..<Self.datagramsPerWake {
      guard leg.state.pointee.mayRead(port) else {
        desk.counters.throttled += 1
        leg.state.pointee.throttle(port, in: parts.epoll, word: event.data, hasError: hasError, desk: &desk)
        return
      }
      guard
        case .taken(let fills, let hasLatched) = leg.state.pointee.read(
          port, into: desk.incoming, at: arrival, desk: &desk)
      else { return }
      if hasLatched { follow(leg, now) }
      // A socket that had but one datagram is not asked again for nothing: epoll will tell.
      if !fills, !hasError { return }
    }
  }

  /// Moves a leg to a slot that comes soon after its peer's packets.
  private mutating func follow(_ leg: LegHandle, _ now: Int64) {
    let slot = schedule.slot(after: now + Self.margin)
    guard slot != leg.state.pointee.slot else { return }
    schedule.remove(leg)
    schedule.add(leg, to: slot)
  }

  private func watch(_ leg: LegHandle, isNew: Bool) {
    let word = UInt64(UInt(bitPattern: leg.state))
    leg.state.pointee.sockets.watch(in: parts.epoll, word: word, reportWord: word | Self.reportBit, isNew: isNew)
  }

  // MARK: Commands

  private mutating func obey(_ command: LegCommand, at now: Int64) {
    switch command {
    case .add(let leg):
      schedule.add(leg, to: schedule.leastLoaded(at: now))
      watch(leg, isNew: true)
    case .start(let leg, let session, let mode):
      let instant = instant(now)
      tell(leg) { $0.start(session, mode: mode, at: instant, output: &$1) }
    case .update(let leg, let session):
      let instant = instant(now)
      tell(leg) { $0.update(session, at: instant, output: &$1) }
    case .arm(let leg, let policy): tell(leg) { core, _ in core.arm(policy) }
    case .finish(let leg, let mark): tell(leg) { core, _ in core.finish(at: mark) }
    case .drop(let leg, let mark): tell(leg) { core, _ in core.drop(before: mark) }
    case .resume(let leg): tell(leg) { core, _ in core.resume() }
    case .digit(let leg, let digit): tell(leg) { core, _ in core.queue(digit) }
    case .bridge(let leg, let end): tell(leg) { core, _ in core.bridge(end) }
    case .unbridge(let leg):
      let instant = instant(now)
      tell(leg) { $0.unbridge(at: instant, output: &$1) }
    case .bridgedPlayout(let leg, let playout):
      tell(leg) { core, _ in core.setBridgedPlayout(playout) }
    case .tap(let leg, let ring): tell(leg) { core, _ in core.tap(ring) }
    case .close(let leg): close(leg, at: now)
    case .stop:
      for slot in 0..<PhaseSchedule.slots {
        while schedule.count(in: slot) > 0 { close(schedule.leg(0, in: slot), at: now) }
      }
      hasStopped = true
    }
  }

  private mutating func tell(_ leg: LegHandle, _ body: (inout LegCore, inout LegOutput) -> Void) {
    leg.state.pointee.command(desk: &desk, body)
  }

  private mutating func close(_ leg: LegHandle, at now: Int64) {
    schedule.remove(leg)
    leg.state.pointee.close(at: instant(now), desk: &desk)
    _ = closing.push(leg)
  }

  /// Reports what is closed. That event must not get lost, since it frees the leg.
  private mutating func finishClosing() {
    while let (leg, _) = closing.peek() {
      guard desk.reportClosed(leg, at: originInstant) else { return }
      closing.discard()
    }
  }

  // MARK: Ticks

  private mutating func runDueSlots() {
    var now = clinux_boottime_ns()
    guard schedule.nextDue(at: now) != nil else { return publishNowAndThen() }
    var wallClock = LegSockets.wallClock
    while let slot = schedule.nextDue(at: now) {
      let due = schedule.due(slot)
      let count = schedule.count(in: slot)
      for index in 0..<count {
        // Reading the clocks costs less than a percent of a tick, but not nothing.
        if index % 8 == 7 {
          now = clinux_boottime_ns()
          wallClock = LegSockets.wallClock
        }
        tick(schedule.leg(index, in: slot), due: due, now, wallClock)
      }
      if count > 0 { now = clinux_boottime_ns() }
      let missed = schedule.advance(slot, at: now)
      if missed > 0 {
        desk.counters.skippedTicks += UInt64(missed * count)
        for index in 0..<count { schedule.leg(index, in: slot).state.pointee.skip(frames: missed) }
      }
    }
    publishNowAndThen()
  }

  private mutating func publishNowAndThen() {
    if ticksSincePublish >= 256 || schedule.total == 0 { publish() }
  }

  private mutating func tick(_ leg: LegHandle, due: Int64, _ now: Int64, _ wallClock: NTPTimestamp) {
    desk.counters.countTick(late: now - due)
    ticksSincePublish += 1
    if leg.state.pointee.tick(at: instant(now), wallClock: wallClock, desk: &desk) { watch(leg, isNew: false) }
  }

  private mutating func publish() {
    ticksSincePublish = 0
    desk.counters.legs = schedule.total
    desk.counters.busy = clinux_thread_cpu_ns()
    parts.counters.publish(desk.figures)
  }

  private mutating func sleepUntilNext() {
    guard let next = schedule.nextWake(), next != armedFor else { return }
    armedFor = next
    _ = clinux_timer_set(parts.timer, next, 0)
  }
}
