import Net

/// Where a message shall go.
enum Destination: Sendable, Hashable {
  /// On a path that was open when a message came on it; when it is closed, to the hop, if one is known.
  case flow(Flow, otherwise: Hop? = nil)
  /// To a place to which a path may have to be found first.
  case hop(Hop)

  /// The path, if it is known.
  var flow: Flow? {
    switch self {
    case .flow(let flow, _): flow
    case .hop: nil
    }
  }

  /// The place, if it is known.
  var hop: Hop? {
    switch self {
    case .flow(_, let hop): hop
    case .hop(let hop): hop
    }
  }

  /// That of the path, which its connector has given it, or the one that the place asks for.
  var transport: TransportKind {
    switch self {
    case .flow(let flow, _): flow.transport
    case .hop(let hop): hop.transport
    }
  }
}
