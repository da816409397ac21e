import Net

/// Where a leg sends to.
struct LegAim: Sendable, Equatable {
  /// Where RTP goes; `nil`: nowhere yet.
  var media: SocketEndpoint?
  /// Where RTCP goes; `nil`: nowhere yet.
  var reports: SocketEndpoint?
  /// Whether media comes from `media` and from nobody else till the next negotiation, so that the kernel may keep
  /// strangers away.
  var isFinal = false
}

/// One of a leg's two ports.
enum MediaPort: Sendable, Equatable {
  case rtp
  case rtcp
}
