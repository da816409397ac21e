public import Audio
import Coordination
import Synchronization

/// One call's media: a pair of ports, and the sound that goes through them. Its work is done on a media thread; all
/// that is asked of it here takes effect within a tick.
///
/// When the last reference to it goes, it is closed.
public final class MediaLeg: Line {
  /// Its number within the engine.
  public let id: UInt64
  /// The RTP port; RTCP has the one above.
  public let localPort: UInt16
  /// Samples a second of the sound that it delivers and takes.
  public let sampleRate: Int

  private let link: LegLink
  private let worker: MediaWorker
  private let handle: LegHandle

  init(link: LegLink, worker: MediaWorker, handle: LegHandle) {
    id = link.id
    localPort = link.localPort
    sampleRate = link.sampleRate
    self.link = link
    self.worker = worker
    self.handle = handle
    worker.send(.add(handle))
  }

  deinit { close() }

  /// What comes from the far end, in order: the leg's mailbox itself, bounded as `LineMailbox` says, for sound by the
  /// configured backlog. One reader at a time. Ends after `closed`, when `statistics` has the final figures.
  public var events: LineEvents { link.mailbox.events }

  /// Received packets of sound that the reader of `events` was too slow for.
  public var droppedAudio: UInt64 { link.mailbox.drops.audio }

  /// Begins to send and to receive. Once only; later calls are ignored.
  public func start(_ session: LegSession, mode: LegMode = .conversation) {
    send(.start(handle, session, mode))
  }

  /// Goes on as a new negotiation says (a re-INVITE). SSRC, sequence and timestamp continue.
  public func update(_ session: LegSession) { send(.update(handle, session)) }

  /// Sets what counts as an interruption from now on.
  public func arm(_ policy: InterruptionPolicy) { send(.arm(handle, policy)) }

  /// Queues as much of `samples` as there is room for and returns how many that were.
  public func enqueue(_ samples: Span<Int16>) -> Int { link.append(samples).accepted }

  /// Queues `samples` behind what is already queued and returns the position just behind them. Waits while the queue is
  /// full; returns at once after `dropPlayout` or the end. Throws `CancellationError` only.
  public func play(_ samples: [Int16]) async throws -> LinePosition {
    var rest = samples[...]
    while true {
      try Task.checkCancellation()
      let appended = link.append(rest.span)
      rest = rest.dropFirst(appended.accepted)
      if rest.isEmpty || appended.isClosed { return LinePosition(appended.end) }
      let after = await link.waitForSpace(after: appended)
      if after != appended.drops { return LinePosition(link.ring.end) }
    }
  }

  /// Says that nothing follows for now, so that a queue that runs dry is an end and not a gap.
  public func finishPlayout() {
    link.mark(isDrop: false) { worker.send(.finish(handle, mark: $0)) }
  }

  /// Throws away all that is queued and paused. The position stays where sound was last sent.
  public func dropPlayout() {
    link.mark(isDrop: true) { worker.send(.drop(handle, mark: $0)) }
  }

  /// Goes on after an interruption, a little before where it stopped.
  public func resumePlayout() { send(.resume(handle)) }

  /// The position up to which sound has been sent.
  public var playedPosition: LinePosition { LinePosition(link.playedPosition.load(ordering: .acquiring)) }

  /// Sends `digits` (`0`–`9`, `*`, `#`, `A`–`D`; others are left out) as telephone events. Returns how many it took;
  /// they are sent only if the peer takes telephone events, and no more than 64 wait at once.
  @discardableResult
  public func send(digits: String) -> Int {
    let keys = digits.prefix(64).compactMap { DTMFDigit($0) }
    for key in keys { send(.digit(handle, key)) }
    return keys.count
  }

  /// What has happened so far, as of the last third of a second.
  public func statistics() -> MediaLegStatistics { link.readStatistics() }

  /// Says good-bye by RTCP, closes the ports and ends `events`. Idempotent.
  public func close() {
    if link.close() { worker.send(.close(handle)) }
  }

  /// After `close` the handle may lead nowhere.
  private func send(_ command: LegCommand) {
    link.ifOpen { worker.send(command) }
  }

  /// Sends what `make` returns, unless the leg is closed; then false, and `make` is not called.
  @discardableResult
  func command(_ make: (LegHandle, LegLink) -> LegCommand) -> Bool {
    var isOpen = false
    link.ifOpen {
      worker.send(make(handle, link))
      isOpen = true
    }
    return isOpen
  }

  /// Bridges whose memory is kept for this leg.
  var bridgesHeld: Int { link.bridges.withLock { $0.count } }

  /// Who listens in.
  var taps: LegTaps { link.taps }
}
