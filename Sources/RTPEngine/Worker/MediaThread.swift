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
  private var output: LegOutput
  private var schedule: PhaseSchedule
  private var counters = ThreadCounters()
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
    output = LegOutput(events: parts.events)
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
    if output.takeNews() { _ = clinux_event_signal(parts.newsEvent) }
  }

  // MARK: Sockets

  private mutating func receive(_ event: clinux_ready, at arrival: Instant, _ now: Int64) {
    let isReport = event.data & Self.reportBit != 0
    guard let state = UnsafeMutablePointer<LegState>(bitPattern: UInt(event.data & ~Self.reportBit)) else { return }
    let leg = LegHandle(state: state)
    let fd = isReport ? leg.state.pointee.ports.rtcp : leg.state.pointee.ports.rtp
    var source = sockaddr_storage()
    for _ in 0..<Self.datagramsPerWake {
      guard isReport ? leg.state.pointee.reportBudget > 0 : leg.state.pointee.budget > 0 else {
        throttle(leg, event)
        return
      }
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let count = clinux_receive(fd, output.datagram.baseAddress, LegOutput.datagramBytes, &source, &length)
      // Nothing there, or the news that an earlier packet of ours found nobody: which reading has cleared.
      guard count >= 0 else { return }
      if isReport { leg.state.pointee.reportBudget -= 1 } else { leg.state.pointee.budget -= 1 }
      guard count <= LegOutput.datagramBytes, let address = SocketEndpoint(source) else {
        leg.state.pointee.countOversized()
        continue
      }
      let datagram = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(output.datagram)[..<count]).span
      if isReport {
        leg.state.pointee.receiveReport(datagram, from: address, at: arrival)
      } else {
        counters.received += 1
        if leg.state.pointee.receive(datagram, from: address, at: arrival, output: &output) {
          follow(leg, now)
        }
      }
      // A socket that had but one datagram is not asked again for nothing: epoll will tell.
      if count < LegOutput.datagramBytes, event.events & CLINUX_EPOLLERR == 0 { return }
    }
  }

  /// Moves a leg to a slot that comes soon after its peer's packets.
  private mutating func follow(_ leg: LegHandle, _ now: Int64) {
    let slot = schedule.slot(after: now + Self.margin)
    guard slot != leg.state.pointee.slot else { return }
    schedule.remove(leg)
    schedule.add(leg, to: slot)
  }

  private mutating func throttle(_ leg: LegHandle, _ event: clinux_ready) {
    counters.throttled += 1
    leg.state.pointee.countThrottled()
    leg.state.pointee.isThrottled = true
    let isReport = event.data & Self.reportBit != 0
    let fd = isReport ? leg.state.pointee.ports.rtcp : leg.state.pointee.ports.rtp
    _ = clinux_epoll_modify(parts.epoll, fd, 0, event.data)
    if event.events & CLINUX_EPOLLERR != 0 {
      // An error is reported whatever is asked for, till it is read.
      var source = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      _ = clinux_receive(fd, output.datagram.baseAddress, LegOutput.datagramBytes, &source, &length)
    }
  }

  private func watch(_ leg: LegHandle, isNew: Bool) {
    let word = UInt64(UInt(bitPattern: leg.state))
    let change = isNew ? clinux_epoll_add : clinux_epoll_modify
    _ = change(parts.epoll, leg.state.pointee.ports.rtp, CLINUX_EPOLLIN, word)
    _ = change(parts.epoll, leg.state.pointee.ports.rtcp, CLINUX_EPOLLIN, word | Self.reportBit)
  }

  // MARK: Commands

  private mutating func obey(_ command: LegCommand, at now: Int64) {
    switch command {
    case .add(let leg):
      schedule.add(leg, to: schedule.leastLoaded(at: now))
      watch(leg, isNew: true)
    case .start(let leg, let session, let mode): leg.state.pointee.start(session, mode: mode, at: instant(now))
    case .update(let leg, let session): leg.state.pointee.update(session, at: instant(now))
    case .arm(let leg, let policy): leg.state.pointee.arm(policy)
    case .finish(let leg, let mark): leg.state.pointee.finish(at: mark)
    case .drop(let leg, let mark): leg.state.pointee.drop(before: mark)
    case .resume(let leg): leg.state.pointee.resume()
    case .digit(let leg, let digit): leg.state.pointee.queue(digit)
    case .bridge(let leg, let end): leg.state.pointee.bridge(end)
    case .unbridge(let leg): leg.state.pointee.unbridge(at: instant(now), output: &output)
    case .bridgedPlayout(let leg, let playout): leg.state.pointee.setBridgedPlayout(playout)
    case .tap(let leg, let ring): leg.state.pointee.tap(ring)
    case .close(let leg): close(leg, at: now)
    case .stop:
      for slot in 0..<PhaseSchedule.slots {
        while schedule.count(in: slot) > 0 { close(schedule.leg(0, in: slot), at: now) }
      }
      hasStopped = true
    }
  }

  private mutating func close(_ leg: LegHandle, at now: Int64) {
    schedule.remove(leg)
    leg.state.pointee.close(at: instant(now), output: &output)
    _ = closing.push(leg)
  }

  /// Reports what is closed. That event must not get lost, since it frees the leg.
  private mutating func finishClosing() {
    while let (leg, _) = closing.peek() {
      guard output.push(leg.state.pointee.core, .closed(leg), at: instant(originNanoseconds)) else { return }
      closing.discard()
    }
  }

  // MARK: Ticks

  private mutating func runDueSlots() {
    var now = clinux_boottime_ns()
    while let slot = schedule.nextDue(at: now) {
      let due = schedule.due(slot)
      let count = schedule.count(in: slot)
      for index in 0..<count {
        // Reading the clock costs less than a percent of a tick, but not nothing.
        if index % 8 == 7 { now = clinux_boottime_ns() }
        tick(schedule.leg(index, in: slot), due: due, now)
      }
      if count > 0 { now = clinux_boottime_ns() }
      let missed = schedule.advance(slot, at: now)
      if missed > 0 {
        counters.skippedTicks += UInt64(missed * count)
        for index in 0..<count { schedule.leg(index, in: slot).state.pointee.skip(frames: missed) }
      }
    }
    if ticksSincePublish >= 256 || schedule.total == 0 { publish() }
  }

  private mutating func tick(_ leg: LegHandle, due: Int64, _ now: Int64) {
    counters.countTick(late: now - due)
    ticksSincePublish += 1
    leg.state.pointee.tick(at: instant(now), output: &output)
    if leg.state.pointee.isThrottled {
      leg.state.pointee.isThrottled = false
      watch(leg, isNew: false)
    }
  }

  private mutating func publish() {
    ticksSincePublish = 0
    counters.legs = schedule.total
    counters.sent = output.sent
    counters.sendFailures = output.sendFailures
    counters.audioDropped = output.audioDropped
    counters.eventsLost = output.eventsLost
    counters.tapDropped = output.tapDropped
    counters.busy = clinux_thread_cpu_ns()
    parts.counters.publish(counters)
  }

  private mutating func sleepUntilNext() {
    guard let next = schedule.nextWake(), next != armedFor else { return }
    armedFor = next
    _ = clinux_timer_set(parts.timer, next, 0)
  }
}
