public import Net

/// An audio codec as SDP knows it.
public struct CodecDescription: Hashable, Sendable {
  /// The encoding's name; compared without case in negotiation.
  public var name: String
  /// The RTP clock in Hz, which is 8000 for G.722.
  public var clockRate: UInt32
  /// Channels as written in SDP: 2 for Opus, whatever is inside.
  public var channels: Int
  /// The static payload type, or the dynamic one (96 to 127) to use in offers when it is free.
  public var payloadType: UInt8
  /// What stands in `a=fmtp`, if anything.
  public var formatParameters: String?

  /// A codec.
  public init(
    name: String, clockRate: UInt32, channels: Int = 1, payloadType: UInt8, formatParameters: String? = nil
  ) {
    self.name = name
    self.clockRate = clockRate
    self.channels = channels
    self.payloadType = payloadType
    self.formatParameters = formatParameters
  }

  /// G.711 mu-law, payload type 0.
  public static let pcmu = CodecDescription(name: "PCMU", clockRate: 8000, payloadType: 0)
  /// G.711 A-law, payload type 8.
  public static let pcma = CodecDescription(name: "PCMA", clockRate: 8000, payloadType: 8)
  /// G.722, payload type 9; its clock is 8000 by RFC 3551 section 4.5.2 though it samples at 16 kHz.
  public static let g722 = CodecDescription(name: "G722", clockRate: 8000, payloadType: 9)
  /// Opus with in-band FEC (RFC 7587).
  public static let opus = CodecDescription(
    name: "opus", clockRate: 48_000, channels: 2, payloadType: 111, formatParameters: "minptime=10;useinbandfec=1")

  var key: PayloadKey { PayloadKey(name: name, clockRate: clockRate, channels: channels) }
}

/// What a payload type stands for: name without case, clock and channels. Numbers mean nothing across the two sides.
struct PayloadKey: Hashable {
  let name: String
  let clockRate: UInt32
  let channels: Int

  init(name: String, clockRate: UInt32, channels: Int) {
    self.name = name.lowercasedASCII
    self.clockRate = clockRate
    self.channels = channels
  }

  init(_ map: RTPMap) { self.init(name: map.encoding, clockRate: map.clockRate, channels: map.channels) }

  static func telephoneEvent(clockRate: UInt32) -> PayloadKey {
    PayloadKey(name: "telephone-event", clockRate: clockRate, channels: 1)
  }

  var isTelephoneEvent: Bool { name == "telephone-event" }
}

/// What we can do with audio in one session.
public struct MediaCapabilities: Hashable, Sendable {
  /// Whose order decides when both know several codecs.
  public enum Preference: Hashable, Sendable {
    /// The offer's (RFC 3264 section 6.1).
    case offerer
    /// Ours.
    case local
  }

  /// The codecs in order of preference.
  public var codecs: [CodecDescription]
  /// Whether DTMF goes as telephone-event (RFC 4733).
  public var telephoneEvent: Bool
  /// Where the peer reaches our RTP; RTCP is at the next port.
  public var endpoint: SocketEndpoint
  /// Milliseconds of sound in a packet that we want to receive. Default 20.
  public var packetTime: Int
  /// Whose order decides in answers. Default the offer's.
  public var preference: Preference

  /// What we can do.
  public init(
    codecs: [CodecDescription], telephoneEvent: Bool = true, endpoint: SocketEndpoint, packetTime: Int = 20,
    preference: Preference = .offerer
  ) {
    self.codecs = codecs
    self.telephoneEvent = telephoneEvent
    self.endpoint = endpoint
    self.packetTime = packetTime
    self.preference = preference
  }
}

/// What both sides agreed on for the audio stream.
public struct NegotiatedAudio: Hashable, Sendable {
  /// The codec for both ways, as our capabilities describe it.
  public var codec: CodecDescription
  /// What the peer wants its packets marked with.
  public var sendPayloadType: UInt8
  /// What the peer marks its packets with.
  public var receivePayloadType: UInt8
  /// The telephone-event payload type towards the peer; nil when DTMF cannot be sent as RTP.
  public var sendTelephoneEvent: UInt8?
  /// The telephone-event payload type from the peer.
  public var receiveTelephoneEvent: UInt8?
  /// The clock of telephone-event in Hz, which may not be that of the codec.
  public var telephoneEventClockRate: UInt32?
  /// The peer's fmtp of the codec, which our encoder has to honour.
  public var remoteFormatParameters: String?
  /// Where the peer wants RTP.
  public var remote: SocketEndpoint
  /// Where the peer wants RTCP.
  public var remoteRTCP: SocketEndpoint
  /// Whether we may send media.
  public var canSend: Bool
  /// Whether media from the peer is to be expected.
  public var canReceive: Bool
  /// Milliseconds of sound to put into a packet.
  public var packetTime: Int
}
