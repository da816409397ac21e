import Audio

/// What happened on a leg, as its core says it: plain memory, for a fixed slab.
struct LegEvent: Sendable {
  enum Kind: Sendable {
    /// The next packet's time of the far end's sound; the samples lie in the output's `heard`.
    case audio(isSpeech: Bool)
    case speechStarted
    case speechStopped
    case interrupted
    /// At the departure of the packet that is sent beside it.
    case audible
    /// At the departure of the packet that is sent beside it.
    case playedOut
    case digit(UInt8)
    case mediaTimeout(isFirst: Bool)
    /// A bridge is over.
    case unbridged
    /// There is something for those who listen in.
    case tapped
    /// The playout ring has room again for whoever waits.
    case space
  }

  var kind: Kind
  var at: Instant
  var position: UInt64 = 0

  /// Whether its time is that at which the packet beside it leaves.
  var isDeparture: Bool {
    switch kind {
    case .audible, .playedOut: true
    default: false
    }
  }
}
