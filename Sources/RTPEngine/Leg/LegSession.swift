import Audio
public import Net

/// What a leg does with what it hears.
public enum LegMode: Sendable, Equatable {
  /// Delivers it and says what is queued.
  case conversation
  /// Sends it back. Runs on the media thread alone; reports digits and the end, but no sound.
  case echo
}

/// What offer and answer agreed on for a leg.
public struct LegSession: Sendable, Equatable {
  /// Where the SDP says that media goes.
  public var remote: SocketEndpoint
  /// Where RTCP goes; `nil`: the port above `remote`'s.
  public var remoteRTCP: SocketEndpoint?
  /// What is sent.
  public var codec: AudioCodec
  /// The number that the *remote* SDP gave to `codec`.
  public var sendPayloadType: UInt8
  /// The numbers that *our* SDP gave.
  public var receive: PayloadMap
  /// The number that the remote SDP gave to telephone-event; `nil`: it takes none.
  public var sendTelephoneEvent: UInt8?
  /// Whether the peer wants media. When not (hold), RTCP alone is sent.
  public var canSend: Bool
  /// Whether media is expected; when not, its absence is no time-out.
  public var canReceive: Bool

  /// A session; the defaults are those of a plain call in both directions.
  public init(
    remote: SocketEndpoint, remoteRTCP: SocketEndpoint? = nil, codec: AudioCodec = .pcmu,
    sendPayloadType: UInt8? = nil, receive: PayloadMap = PayloadMap(), sendTelephoneEvent: UInt8? = 101,
    canSend: Bool = true, canReceive: Bool = true
  ) {
    self.remote = remote
    self.remoteRTCP = remoteRTCP
    self.codec = codec
    self.sendPayloadType = sendPayloadType ?? codec.staticPayloadType
    self.receive = receive
    self.sendTelephoneEvent = sendTelephoneEvent
    self.canSend = canSend
    self.canReceive = canReceive
  }
}

/// What happened on a leg: its streams, and what became of datagrams before and behind them.
public struct MediaLegStatistics: Sendable, Equatable {
  /// What was received and sent as RTP.
  public var stream = LegStatistics()
  /// Packets that the kernel did not take.
  public var sendFailures: UInt64 = 0
  /// Datagrams from sources other than the latched one. Once latched the kernel keeps most of them away, uncounted.
  public var fromStrangers: UInt64 = 0
  /// Datagrams of the latched source that were no RTP of a negotiated type, no RTCP, or too long.
  public var malformed: UInt64 = 0
  /// How often a socket was shut off till the next tick, for a flood.
  public var throttled: UInt64 = 0
  /// Times that sound ran dry amid playout.
  public var underruns: UInt64 = 0
  /// Packets of bridges for which the other leg had nothing to say.
  public var bridgeGaps: UInt64 = 0
  /// Packets of bridges that were skipped or not taken, since a media thread could not run.
  public var bridgeDropped: UInt64 = 0
  /// Packets' times that no longer fitted on the way to whoever listens in.
  public var tapDropped: UInt64 = 0
  /// Where media comes from, once it is known.
  public var source: SocketEndpoint?

  /// None yet.
  public init() {}
}
