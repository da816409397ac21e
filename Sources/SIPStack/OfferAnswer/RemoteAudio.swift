import Net

/// The audio line of the peer's description, checked for what we can work with.
struct RemoteAudio {
  let media: MediaDescription
  let rtp: SocketEndpoint
  let rtcp: SocketEndpoint
  /// What the peer is willing to do, seen from its side.
  let direction: Direction

  /// The transport profiles that plain RTP can meet: feedback is allowed, not demanded (RFC 4585 section 4.4).
  private static let profiles: Set<String> = ["RTP/AVP", "RTP/AVPF"]

  init(_ media: MediaDescription, in session: SessionDescription, local: IPAddress.Family) throws(NegotiationError) {
    guard media.kind == "audio", media.port != 0 else { throw .noAudio }
    guard Self.profiles.contains(media.proto) else { throw .incompatibleTransport(media.proto) }
    guard let connection = session.connection(of: media) else { throw .missingConnection }
    self.media = media
    let isHeld = connection.isUnspecified
    let address = try Self.address(connection, local: local)
    rtp = SocketEndpoint(address, port: media.port)
    var rtcpAddress = address
    if let other = media.rtcp?.connection {
      do throws(NegotiationError) { rtcpAddress = try Self.address(other, local: local) } catch {}
    }
    rtcp = SocketEndpoint(
      rtcpAddress, port: media.rtcp?.port ?? (media.port < .max ? media.port + 1 : media.port))
    let stated = session.direction(of: media)
    // Hold as before RFC 3264: the peer does not receive, whatever else it says.
    direction = isHeld ? Direction(sends: stated.sends, receives: false) : stated
  }

  private static func address(
    _ connection: Connection, local: IPAddress.Family
  ) throws(NegotiationError) -> IPAddress {
    guard connection.networkType == "IN" else { throw .incompatibleNetwork(connection.networkType) }
    let families: [String: IPAddress.Family] = ["IP4": .v4, "IP6": .v6]
    guard let family = families[connection.addressType] else { throw .incompatibleAddress(connection.addressType) }
    // Nobody is to make us send to a group.
    guard let address = IPAddress(connection.host), address.family == family, !address.isMulticast else {
      throw .incompatibleAddress(connection.host)
    }
    guard connection.isUnspecified || family == local else { throw .incompatibleNetwork(connection.addressType) }
    return address
  }

  /// The telephone-event mapping to use with a codec: of its clock if there is one, else any.
  func telephoneEvent(clockRate: UInt32, where isUsable: (PayloadKey) -> Bool) -> RTPMap? {
    let maps = media.payloadMaps.filter { PayloadKey($0).isTelephoneEvent && isUsable(PayloadKey($0)) }
    return maps.first { $0.clockRate == clockRate } ?? maps.first
  }

  /// The packet time to send with: what the peer asks for, never above its maximum.
  func packetTime(local: Int) -> Int {
    let asked = media.packetTime.map { (10...120).contains($0) ? $0 : local } ?? local
    guard let maximum = media.maximumPacketTime, maximum >= 10 else { return asked }
    return min(asked, maximum)
  }
}
