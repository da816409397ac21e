/// The audio line of the peer's description, checked for what we can work with.
struct RemoteAudio {
  let media: MediaDescription
  let address: String
  let rtcpAddress: String
  let rtcpPort: UInt16
  /// What the peer is willing to do, seen from its side.
  let direction: Direction

  /// The transport profiles that plain RTP can meet: feedback is allowed, not demanded (RFC 4585 section 4.4).
  private static let profiles: Set<String> = ["RTP/AVP", "RTP/AVPF"]

  init(_ media: MediaDescription, in session: SessionDescription, localAddress: String) throws(NegotiationError) {
    guard media.kind == "audio", media.port != 0 else { throw .noAudio }
    guard Self.profiles.contains(media.proto) else { throw .incompatibleTransport(media.proto) }
    guard let connection = session.connection(of: media) else { throw .missingConnection }
    self.media = media
    let isHeld = connection.isUnspecified
    address = try Self.address(connection, localAddress: localAddress)
    let rtcp = media.rtcp
    var rtcpAddress = address
    if let other = rtcp?.connection {
      do throws(NegotiationError) { rtcpAddress = try Self.address(other, localAddress: localAddress) } catch {}
    }
    self.rtcpAddress = rtcpAddress
    rtcpPort = rtcp?.port ?? (media.port < .max ? media.port + 1 : media.port)
    let stated = session.direction(of: media)
    // Hold as before RFC 3264: the peer does not receive, whatever else it says.
    direction = isHeld ? Direction(sends: stated.sends, receives: false) : stated
  }

  private static func address(_ connection: Connection, localAddress: String) throws(NegotiationError) -> String {
    guard connection.networkType == "IN" else { throw .incompatibleNetwork(connection.networkType) }
    let host = connection.host
    switch connection.addressType {
    case "IP4":
      guard let bytes = IPAddressText.version4(host) else { throw .incompatibleAddress(host) }
      // Above are multicast and broadcast: nobody is to make us send there.
      guard bytes[0] < 224 else { throw .incompatibleAddress(host) }
    case "IP6":
      guard let bytes = IPAddressText.version6(host), bytes[0] != 0xFF else { throw .incompatibleAddress(host) }
    default:
      throw .incompatibleAddress(connection.addressType)
    }
    let isVersion6 = connection.addressType == "IP6"
    guard connection.isUnspecified || isVersion6 == localAddress.utf8.contains(0x3A) else {
      throw .incompatibleNetwork(connection.addressType)
    }
    return host
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
