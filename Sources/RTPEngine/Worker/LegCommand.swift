import Audio

/// The address of a leg's state. Only the media thread that owns the leg looks behind it, from `add` until it has
/// reported `closed`; then the thread that hands the events on frees it.
struct LegHandle: @unchecked Sendable, Equatable {
  let state: UnsafeMutablePointer<HostedLeg>
}

/// What others ask of a media thread.
enum LegCommand: Sendable {
  case add(LegHandle)
  case start(LegHandle, LegSession, LegMode)
  case update(LegHandle, LegSession)
  case arm(LegHandle, InterruptionPolicy)
  case finish(LegHandle, mark: UInt64)
  case drop(LegHandle, mark: UInt64)
  case resume(LegHandle)
  case digit(LegHandle, DTMFDigit)
  /// Takes the place of a bridge that there is.
  case bridge(LegHandle, BridgeEnd)
  case unbridge(LegHandle)
  case bridgedPlayout(LegHandle, BridgedPlayout)
  /// Begins to record both directions, or ends it.
  case tap(LegHandle, TapRing?)
  case close(LegHandle)
  /// Closes all legs and ends the thread.
  case stop
}
