public import Audio

/// What carries a conversation's sound: a phone leg, a voice note, a file, a script of a test. An adapter outside this
/// module makes one.
///
/// Playout positions count samples since the carrier's start, at `sampleRate`; they never run backwards except by
/// `resumePlayout`, which plays the last moment again.
public protocol VoiceCarrier: Sendable {
  /// Samples a second of the frames it delivers and takes.
  var sampleRate: Int { get }
  /// What comes from the far end, in order. One reader. Ends when the far end is gone.
  var events: AsyncStream<CarrierEvent> { get }

  /// Queues sound behind what is already queued and returns the position just behind it. Waits while the queue is full
  /// (more than some seconds ahead); returns at once after `dropPlayout` or the end. Throws `CancellationError` only.
  func play(_ samples: [Int16]) async throws -> UInt64
  /// Says that nothing follows for now, so that a queue that runs dry is an end and not a gap.
  func finishPlayout()
  /// Throws away all that is queued and paused. The position stays where sound was last sent.
  func dropPlayout()
  /// Goes on after an interruption, a little before where it stopped.
  func resumePlayout()
  /// Sets what counts as an interruption from now on.
  func arm(_ policy: BargeInPolicy)
  /// The position up to which sound has been sent.
  var playedPosition: UInt64 { get }

  /// Hands the far end to a person. Progress and outcome come as events.
  func transfer(to target: String)
  /// Ends the connection.
  func hangUp()
}

/// What a carrier reports. Instants are those of packets: arrival from, or departure to, the wire.
public enum CarrierEvent: Sendable {
  /// The next stretch of the far end's sound, silence included.
  case audio(AudioFrame)
  /// Speech began; `at` is the arrival of its first packet.
  case speechStarted(at: Instant)
  /// Speech has stopped for now; `lastSpeech` is the arrival of its last packet.
  case speechStopped(lastSpeech: Instant)
  /// The policy's condition was met and playout stands still since `at`. `position` is what had been sent.
  case interrupted(at: Instant, position: UInt64)
  /// The first audible packet since playout began, or began anew, left at `at`.
  case audible(at: Instant, position: UInt64)
  /// All that was queued has been sent, and `finishPlayout` had been called.
  case playedOut(at: Instant, position: UInt64)
  /// A digit: `0`–`9`, `*`, `#`, `A`–`D`.
  case digit(Character)
  /// The person who takes over is being rung; provisional word from the far end (a SIP status).
  case transferProgress(status: Int)
  /// How the transfer ended. On success the carrier ends soon after.
  case transferFinished(TransferOutcome)
  /// The far end put us on hold, or took us back.
  case hold(Bool)
  /// The far end is gone. The stream ends after this.
  case ended(reason: String)
}

/// How a hand-over by the carrier ended.
public enum TransferOutcome: Sendable, Equatable {
  /// A person has the far end.
  case succeeded
  /// Nobody took it: `status` is the SIP status of whoever refused (or 408), `reason` one line of why.
  case failed(status: Int, reason: String)
}

/// What counts as an interruption, decided by the carrier the moment the condition is met.
public struct BargeInPolicy: Sendable, Equatable {
  /// Whether the caller may interrupt at all.
  public var isEnabled: Bool
  /// How much speech interrupts. Default 120 ms, 40 ms to 2 s.
  public var speech: Duration

  /// A policy; the defaults are those of the configuration.
  public init(isEnabled: Bool = true, speech: Duration = .milliseconds(120)) {
    self.isEnabled = isEnabled
    self.speech = speech
  }
}
