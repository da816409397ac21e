package import RTPEngine

/// `rtp`: the media.
package struct RTPConfiguration: Sendable, Equatable {
  /// UDP ports for RTP (even) and RTCP (the next). Default 10000 to 19999, below Linux's ephemeral range.
  package var ports: ClosedRange<Int> = 10_000...19_999
  /// In order of preference. Default PCMA, PCMU.
  package var codecs: [AudioCodec] = [.pcma, .pcmu]
  /// Default off.
  package var srtp: SRTPPolicy = .off
  /// A call whose far end sends nothing for so long is over. Default 30 s, 2 s to 1 h.
  package var mediaTimeout: Duration = .seconds(30)
  /// Media threads. Default one a core (`nil`), 1 to 64.
  package var threads: Int?
}

/// A codec by its name in SDP.
package enum CodecName: String, Sendable, CaseIterable {
  case opus
  case g722 = "G722"
  case pcma = "PCMA"
  case pcmu = "PCMU"

  /// The codec, if this build speaks it.
  package var codec: AudioCodec? {
    switch self {
    case .pcma: .pcma
    case .pcmu: .pcmu
    case .opus, .g722: nil
    }
  }
}

/// Whether media is encrypted.
package enum SRTPPolicy: String, Sendable, CaseIterable {
  case off, accept, require
}
