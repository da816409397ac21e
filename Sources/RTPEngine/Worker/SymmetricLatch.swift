import Audio

/// From whom a leg takes media besides the address that the SDP names.
public enum LatchPolicy: Sendable, Equatable {
  /// From the SDP's IP address alone, any port.
  case sdpAddress
  /// The default: as `sdpAddress`, and from any address while the SDP names a private one, since such a peer is behind
  /// a NAT, and only its first packet tells where.
  case sdpAddressOrNAT
  /// From whoever sends the first valid packet. For peers that send from another address than they receive on.
  case anyAddress
}

/// Symmetric RTP that can't be stolen: sends to where media comes from, found once for each negotiation.
///
/// The first valid packet from a source that the policy admits latches; all later ones must come from there. A new
/// negotiation arms it again, and for its first second no longer takes the old source, if the SDP names another one,
/// since packets of the old one are still on their way.
///
/// Media path: does not allocate.
struct SymmetricLatch {
  enum Verdict: Equatable {
    /// From the latched source.
    case accepted
    /// From a source that is latched from now on.
    case latched
    /// From someone else; to be dropped.
    case stranger
  }

  private enum State {
    case unarmed
    case waiting(sdp: SocketAddress, barred: SocketAddress?, until: Instant)
    case latched(SocketAddress, sdp: SocketAddress)
  }

  private let policy: LatchPolicy
  private var state = State.unarmed

  init(policy: LatchPolicy) {
    self.policy = policy
  }

  /// Where to send: the latched source, or until there is one the SDP's address.
  var target: SocketAddress? {
    switch state {
    case .unarmed: nil
    case .waiting(let sdp, _, _): sdp.isUnspecified ? nil : sdp
    case .latched(let source, _): source
    }
  }

  /// Whether the source is found.
  var isLatched: Bool { if case .latched = state { true } else { false } }

  /// Starts a negotiation: media is expected from `sdp`.
  mutating func arm(sdp: SocketAddress, at now: Instant) {
    var barred: SocketAddress?
    if case .latched(let source, let old) = state, old != sdp, source != sdp { barred = source }
    state = .waiting(sdp: sdp, barred: barred, until: now + .seconds(1))
  }

  /// Judges a packet by its source. `isValid` says whether it is RTP of a payload type that was negotiated.
  mutating func receive(from source: SocketAddress, isValid: Bool, at now: Instant) -> Verdict {
    switch state {
    case .unarmed: return .stranger
    case .latched(let known, _): return known == source ? .accepted : .stranger
    case .waiting(let sdp, let barred, let until):
      guard isValid, admits(source, sdp: sdp) else { return .stranger }
      if source == barred, now < until { return .stranger }
      state = .latched(source, sdp: sdp)
      return .latched
    }
  }

  private func admits(_ source: SocketAddress, sdp: SocketAddress) -> Bool {
    if source.hasSameHost(as: sdp) { return true }
    return switch policy {
    case .sdpAddress: false
    case .sdpAddressOrNAT: sdp.isPrivate
    case .anyAddress: true
    }
  }
}
