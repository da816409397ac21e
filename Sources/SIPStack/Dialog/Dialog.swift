import Net

/// What names a dialog: RFC 3261 section 12.
public struct DialogID: Sendable, Hashable {
  /// The Call-ID.
  public var callID: String
  /// Our tag.
  public var localTag: String
  /// The peer's tag; empty for a peer of RFC 2543 that has none.
  public var remoteTag: String

  /// A name of these three parts.
  public init(callID: String, localTag: String, remoteTag: String) {
    self.callID = callID
    self.localTag = localTag
    self.remoteTag = remoteTag
  }

  /// The value of a Replaces field (RFC 3891 3) with which someone takes our place in this dialog. It is read by the
  /// peer, to whom its own tag is the To tag.
  public var replaces: String { "\(callID);to-tag=\(remoteTag);from-tag=\(localTag)" }

  /// The dialog that a request inside it is meant for; nil when it has no To tag or no Call-ID.
  init?(incoming request: SIPRequest) {
    guard let callID = request.callID, let localTag = request.toTag else { return nil }
    self.init(callID: callID, localTag: localTag, remoteTag: request.fromTag ?? "")
  }
}

/// One dialog: RFC 3261 section 12.
public struct Dialog: Sendable {
  /// Whether an arriving request comes in its turn.
  public enum Order: Sendable {
    case inOrder
    /// Its CSeq is lower than one already seen: 500 (RFC 3261 12.2.2).
    case outOfOrder
  }

  /// The dialog's name.
  public private(set) var id: DialogID
  /// Our address with tag, as From shows it in our requests.
  public private(set) var local: NameAddress
  /// The peer's address with tag, as To shows it in our requests.
  public private(set) var remote: NameAddress
  /// The CSeq number of our last request.
  public private(set) var localSequence: UInt32
  /// The CSeq number of the peer's last request.
  public private(set) var remoteSequence: UInt32?
  /// The peer's Contact.
  public private(set) var remoteTarget: URI
  /// The proxies in between.
  public private(set) var routeSet: RouteSet
  /// The path that the dialog's last message came on.
  public internal(set) var flow: Flow

  /// The dialog that a response of ours to `request` makes (12.1.1).
  ///
  /// A request without Contact, which RFC 2543 allowed, has its From URI as the target. Nil when From, To, Call-ID
  /// or CSeq is missing.
  public init?(serverSide request: SIPRequest, localTag: String, flow: Flow) {
    guard let callID = request.callID, let sequence = request.cSeq?.number, var to = request.to, let from = request.from
    else { return nil }
    to.tag = localTag
    id = DialogID(callID: callID, localTag: localTag, remoteTag: request.fromTag ?? "")
    local = to.withoutDisplayParameters
    remote = from.withoutDisplayParameters
    localSequence = 0
    remoteSequence = sequence
    remoteTarget = request.contacts.first?.uri ?? from.uri
    routeSet = RouteSet(serverSide: request)
    self.flow = flow
  }

  /// The dialog that `response` to our `request` makes (12.1.2).
  ///
  /// A response without Contact leaves the Request-URI as the target. Nil when From, To, Call-ID or CSeq is missing.
  public init?(clientSide request: SIPRequest, response: SIPResponse, flow: Flow) {
    guard let callID = request.callID, let sequence = request.cSeq?.number, let from = request.from,
      let localTag = request.fromTag, let to = response.to
    else { return nil }
    let remoteTag = response.toTag ?? ""
    id = DialogID(callID: callID, localTag: localTag, remoteTag: remoteTag)
    local = from.withoutDisplayParameters
    remote = to.withoutDisplayParameters
    localSequence = sequence
    remoteSequence = nil
    remoteTarget = response.contacts.first?.uri ?? request.uri
    routeSet = RouteSet(clientSide: response)
    self.flow = flow
  }

  /// Takes note of an arriving request's CSeq.
  public mutating func admit(_ request: SIPRequest) -> Order {
    guard let number = request.cSeq?.number else { return .outOfOrder }
    if let remoteSequence, number < remoteSequence { return .outOfOrder }
    remoteSequence = number
    return .inOrder
  }

  /// Takes the Contact of a target refresh request or of the 2xx to one (12.2).
  public mutating func refreshTarget(from contacts: [NameAddress]) {
    if let contact = contacts.first { remoteTarget = contact.uri }
  }

  /// Takes what the final response settles after an early one: target and route set (13.2.2.4).
  public mutating func confirm(with response: SIPResponse) {
    refreshTarget(from: response.contacts)
    routeSet = RouteSet(clientSide: response)
  }

  /// The next request of this dialog, without Via and Contact (12.2.1.1).
  public mutating func makeRequest(_ method: Method) -> SIPRequest {
    request(method, sequence: takeSequence())
  }

  /// The next CSeq number of ours.
  mutating func takeSequence() -> UInt32 {
    localSequence = localSequence &+ 1 & 0x7FFF_FFFF
    return localSequence
  }

  /// The ACK for the 2xx to the INVITE with CSeq number `sequence`, without Via (13.2.2.4).
  public func makeAcknowledgement(sequence: UInt32) -> SIPRequest {
    request(.ack, sequence: sequence)
  }

  private func request(_ method: Method, sequence: UInt32) -> SIPRequest {
    let path = routeSet.applied(to: remoteTarget.asRequestURI)
    var request = SIPRequest(method: method, uri: path.requestURI, headers: Headers(), body: [])
    for route in path.routes { request.headers.append(.route, route.description) }
    request.headers.append(.from, local.description)
    request.headers.append(.to, remote.description)
    request.headers.append(.callID, id.callID)
    request.headers.append(.cSeq, "\(sequence) \(method.rawValue)")
    request.headers.append(.maxForwards, "70")
    return request
  }

  /// Where requests of this dialog go: the path it lives on, or when that is a closed connection or UDP, the next hop.
  ///
  /// Over UDP a private Contact of a peer that is seen at a public address stands behind a NAT without help from its
  /// router; then the address it is seen at is the only one that reaches it.
  var destination: Destination {
    let nextHop = routeSet.applied(to: remoteTarget).nextHop
    let hop = Hop(nextHop, on: flow.transport)
    guard flow.transport == .udp else {
      // A peer's ephemeral port can't be connected to; its Contact can.
      return .flow(flow, otherwise: hop)
    }
    guard let hop else { return .flow(flow) }
    if routeSet.routes.isEmpty, hop.transport == .udp, hop.address.host.address?.isRoutable == false,
      flow.remote.address.isRoutable
    {
      return .flow(flow)
    }
    if hop.transport == .udp, hop.address == HostPort(flow.remote) { return .flow(flow) }
    return .hop(hop)
  }
}

extension IPAddress {
  /// Whether the public internet leads to it.
  fileprivate var isRoutable: Bool { !isPrivate && !isLoopback }
}

extension Hop {
  /// The hop that a SIP URI names, without looking anything up (RFC 3263 4.1 and 4.2 for literals and explicit
  /// ports); nil for another scheme. A URI without `transport` takes `transport`.
  init?(_ uri: URI, on transport: TransportKind) {
    guard let sip = uri.sip else { return nil }
    var chosen = transport
    switch sip.transport {
    case "udp": chosen = .udp
    case "tcp": chosen = .tcp
    case "tls": chosen = .tls
    default: break
    }
    if sip.isSecure { chosen = .tls }
    self.init(transport: chosen, address: HostPort(host: Host(sip.host), port: sip.port ?? chosen.defaultPort))
  }
}

extension NameAddress {
  /// The address with no parameter but the tag, as From and To of a dialog's requests carry it.
  var withoutDisplayParameters: NameAddress {
    var copy = self
    copy.parameters = Parameters()
    copy.tag = tag
    return copy
  }
}
