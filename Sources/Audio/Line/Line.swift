/// What sound goes through, both ways: a phone leg, a voice note, a file, a script of a test.
///
/// Positions count samples since the line's beginning, at `sampleRate`. They never run backwards except by
/// `resumePlayout`, which plays the last moment again: `playedPosition` stays put at a drop and goes on behind what was
/// dropped.
public protocol Line: Sendable {
  /// Samples a second of the frames it delivers and takes.
  var sampleRate: Int { get }
  /// What comes from the far end, in order. One reader. Ends after `closed`.
  var events: LineEvents { get }

  /// Queues sound behind what is already queued and returns the position just behind it. Waits while the queue is full
  /// (more than some seconds ahead); returns at once after `dropPlayout` or the end. Throws `CancellationError` only.
  func play(_ samples: [Int16]) async throws -> LinePosition
  /// Says that nothing follows for now, so that a queue that runs dry is an end and not a gap.
  func finishPlayout()
  /// Throws away all that is queued and paused. The position stays where sound was last sent.
  func dropPlayout()
  /// Goes on after an interruption, a little before where it stopped.
  func resumePlayout()
  /// Sets what counts as an interruption from now on.
  func arm(_ policy: InterruptionPolicy)
  /// The position up to which sound has been sent.
  var playedPosition: LinePosition { get }
}
