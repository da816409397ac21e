/// Which payload type means what on a leg: for what arrives, the numbers that *our* SDP assigned.
public struct PayloadMap: Sendable, Equatable {
  /// Stands for no number: payload types have seven bits.
  private static let none: UInt8 = 255

  /// A number a codec, at the codec's place.
  private var audio = SIMD16<UInt8>(repeating: none)
  /// The number of telephone-event (RFC 4733), if negotiated.
  public var telephoneEvent: UInt8?
  /// Comfort noise (RFC 3389). It may come though nobody negotiated it, and must never sound as voice.
  public var comfortNoise: UInt8?

  /// A map with the static numbers of all codecs, events on 101 and comfort noise on 13.
  public init() {
    self.init([:])
    for codec in AudioCodec.allCases { self[codec] = codec.staticPayloadType }
  }

  /// A map with the codecs' numbers as given.
  public init(_ audio: [AudioCodec: UInt8], telephoneEvent: UInt8? = 101, comfortNoise: UInt8? = 13) {
    self.telephoneEvent = telephoneEvent
    self.comfortNoise = comfortNoise
    for (codec, number) in audio { self[codec] = number }
  }

  /// The number of `codec`, if negotiated.
  public subscript(codec: AudioCodec) -> UInt8? {
    get {
      let number = audio[Int(codec.rawValue) % audio.scalarCount]
      return number == Self.none ? nil : number
    }
    set { audio[Int(codec.rawValue) % audio.scalarCount] = newValue ?? Self.none }
  }

  /// What a payload type stands for.
  public enum Meaning: Sendable, Equatable {
    /// Voice in this codec.
    case audio(AudioCodec)
    /// A named telephone event.
    case telephoneEvent
    /// Comfort noise parameters.
    case comfortNoise
  }

  /// What `payloadType` stands for; `nil` when it was not negotiated.
  public func meaning(of payloadType: UInt8) -> Meaning? {
    if payloadType != Self.none {
      for place in 0..<audio.scalarCount where audio[place] == payloadType {
        return AudioCodec(rawValue: UInt8(truncatingIfNeeded: place)).map { .audio($0) }
      }
    }
    if payloadType == telephoneEvent { return .telephoneEvent }
    if payloadType == comfortNoise { return .comfortNoise }
    return nil
  }
}
