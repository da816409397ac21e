import Audio

/// An audio codec that a leg can send and receive.
///
/// What is known of a codec stands here and in `AudioDecoder` and `AudioEncoder`, and nowhere else in this module: a new
/// one is a case here, and its state there.
public enum AudioCodec: UInt8, Sendable, Equatable, CaseIterable {
  /// G.711 µ-law.
  case pcmu
  /// G.711 A-law.
  case pcma

  /// Ticks of the RTP timestamp a second.
  public var clockRate: Int {
    switch self {
    case .pcmu, .pcma: 8000
    }
  }

  /// Samples of sound a second, which need not be ticks: G.722 has 16,000, and a clock of 8000 (RFC 3551 section 4.5.2).
  public var sampleRate: Int {
    switch self {
    case .pcmu, .pcma: 8000
    }
  }

  /// The static payload type of RFC 3551.
  public var staticPayloadType: UInt8 {
    switch self {
    case .pcmu: 0
    case .pcma: 8
    }
  }

  /// The most that any codec has of samples a second.
  public static let widestSampleRate = allCases.map(\.sampleRate).max() ?? 8000

  /// How many ticks `payload` lasts.
  func ticks(of payload: Span<UInt8>) -> Int {
    switch self {
    case .pcmu, .pcma: payload.count
    }
  }

  /// The most bytes that a packet of `ticks` has.
  func maximumBytes(of ticks: Int) -> Int {
    switch self {
    case .pcmu, .pcma: ticks
    }
  }
}
