import Audio
import Net

/// From whom a leg takes media besides the address and port that the SDP names.
///
/// Such a source has to wait: it is taken only after 200 ms in which the SDP's own kept silent.
public enum LatchPolicy: Sendable, Equatable {
  /// From the SDP's IP address alone, any port.
  case sdpAddress
  /// The default: as `sdpAddress`, and from any address while the SDP names a private one, since such a peer is behind
  /// a NAT, and only its packets tell where.
  case sdpAddressOrNAT
  /// From whoever sends valid packets. For peers that send from another address than they receive on.
  case anyAddress
}

/// Symmetric RTP that can't be stolen: sends to where media comes from, found once for each negotiation.
///
/// A valid packet from exactly the SDP's address and port latches at once, and finally. Another source that the policy
/// admits may be the peer behind its NAT, but also the left-over stream of another call through the same SBC, still
/// sending to a port that has a new user. So it becomes the candidate first, and latches with its first packet after
/// `candidacy`, if that is at least its `candidatePackets`th. Its packets before that are dropped: the first moments of
/// a peer behind a NAT are a smaller loss than a stranger's voice in the call. While a candidate waits, other sources
/// are strangers, unless it falls silent for `candidacy`. For `probation` after it has latched, the SDP's own source
/// may still take its place, once and finally.
///
/// A new negotiation that names another address arms it again, and for its first second no longer takes the old source,
/// since packets of the old one are still on their way. One that names the same address takes the source of before at
/// once.
///
/// Media path: does not allocate.
struct SymmetricLatch {
  /// How long a source other than the SDP's sends before it latches, while the SDP's keeps silent.
  static let candidacy: Duration = .milliseconds(200)
  /// How many packets a source other than the SDP's sends before it latches, counting the one that latches.
  static let candidatePackets = 5
  /// How long the SDP's source may displace another one that latched.
  static let probation: Duration = .seconds(2)

  enum Verdict: Equatable {
    /// From the latched source.
    case accepted
    /// From a source that is latched from now on. When it `isFinal`, no other is taken till the next negotiation; said
    /// again of a source whose probation is over. Before that the SDP's source must be able to get through.
    case latched(isFinal: Bool)
    /// From a source that latches if it goes on and the SDP's keeps silent; to be dropped.
    case candidate
    /// From someone else; to be dropped.
    case stranger
  }

  private struct Candidate {
    let source: SocketEndpoint
    let since: Instant
    var last: Instant
    var packets = 1
  }

  private struct Wait {
    let sdp: SocketEndpoint
    /// The source of before that is moved away from, and until when it is refused.
    var barred: (source: SocketEndpoint, until: Instant)?
    /// The source of before, found for the same SDP.
    var known: SocketEndpoint?
    var candidate: Candidate?
  }

  private enum State {
    case unarmed
    case waiting(Wait)
    /// `finalAt` is when the source's probation ends; `nil` when it is final.
    case latched(SocketEndpoint, sdp: SocketEndpoint, finalAt: Instant?)
  }

  private let policy: LatchPolicy
  private var state = State.unarmed

  init(policy: LatchPolicy) {
    self.policy = policy
  }

  /// Where to send: the latched source, or until there is one the SDP's address.
  var target: SocketEndpoint? {
    switch state {
    case .unarmed: nil
    case .waiting(let wait): wait.sdp.isUnspecified ? nil : wait.sdp
    case .latched(let source, _, _): source
    }
  }

  /// Whether the source is found.
  var isLatched: Bool { if case .latched = state { true } else { false } }

  /// Starts a negotiation: media is expected from `sdp`.
  mutating func arm(sdp: SocketEndpoint, at now: Instant) {
    var next = Wait(sdp: sdp)
    switch state {
    case .unarmed: break
    case .waiting(let wait):
      // The same said again, by a 200 after a 183 for instance, does not make the peer wait anew.
      if wait.sdp == sdp { return }
    case .latched(let source, let old, _):
      if old == sdp {
        next.known = source
      } else if source != sdp {
        next.barred = (source, now + .seconds(1))
      }
    }
    state = .waiting(next)
  }

  /// Judges a packet by its source. `isValid` says whether it is RTP of a payload type that was negotiated; `now` is
  /// its arrival.
  mutating func receive(from source: SocketEndpoint, isValid: Bool, at now: Instant) -> Verdict {
    switch state {
    case .unarmed: return .stranger
    case .latched(let latched, let sdp, let finalAt):
      if source == latched {
        guard let finalAt, now >= finalAt else { return .accepted }
        return latch(source, sdp: sdp, finalAt: nil)
      }
      guard let finalAt, now < finalAt, isValid, source == sdp else { return .stranger }
      return latch(source, sdp: sdp, finalAt: nil)
    case .waiting(var wait):
      guard isValid else { return .stranger }
      if source == wait.sdp { return latch(source, sdp: source, finalAt: nil) }
      if let barred = wait.barred, source == barred.source, now < barred.until { return .stranger }
      guard admits(source, sdp: wait.sdp) else { return .stranger }
      if source == wait.known { return latch(source, sdp: wait.sdp, finalAt: now + Self.probation) }
      let verdict = consider(source, &wait.candidate, at: now)
      if case .latched = verdict { return latch(source, sdp: wait.sdp, finalAt: now + Self.probation) }
      state = .waiting(wait)
      return verdict
    }
  }

  private mutating func latch(_ source: SocketEndpoint, sdp: SocketEndpoint, finalAt: Instant?) -> Verdict {
    state = .latched(source, sdp: sdp, finalAt: finalAt)
    return .latched(isFinal: finalAt == nil)
  }

  /// Weighs a packet of a source that is not the SDP's.
  private func consider(_ source: SocketEndpoint, _ candidate: inout Candidate?, at now: Instant) -> Verdict {
    guard var current = candidate, current.source == source || now - current.last < Self.candidacy else {
      candidate = Candidate(source: source, since: now, last: now)
      return .candidate
    }
    guard current.source == source else { return .stranger }
    current.last = now
    // No further than it counts, so that no flood of packets with one arrival makes it overflow.
    current.packets = min(current.packets + 1, Self.candidatePackets)
    candidate = current
    guard current.packets >= Self.candidatePackets, now - current.since >= Self.candidacy else { return .candidate }
    return .latched(isFinal: false)
  }

  private func admits(_ source: SocketEndpoint, sdp: SocketEndpoint) -> Bool {
    if source.address == sdp.address { return true }
    return switch policy {
    case .sdpAddress: false
    case .sdpAddressOrNAT: sdp.address.isPrivate
    case .anyAddress: true
    }
  }
}
