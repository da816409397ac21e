import Calls
import Net
import RTPEngine
import Settings
import SIPStack
import SIPTransport
import Store

/// Finds where a number is called, and sends the INVITE.
struct Dialer: Sendable {
  let surroundings: CallSurroundings

  /// Where `to`, a SIP URI or a number, is called, and over which trunk.
  func route(_ to: String, over name: String? = nil) throws(CallOrderError) -> (SIPURI, TrunkConfiguration?) {
    if name == nil, let uri = URI(to)?.sip { return (uri, nil) }
    guard let number = CustomerIdentity.phone(to) else { throw .badTarget }
    let trunk = surroundings.trunks.first { $0.proxy != nil && (name == nil || $0.name == name) }
    guard let trunk, let proxy = trunk.proxy, var target = URI(proxy)?.sip else { throw .noTrunk(name) }
    target.user = "+" + number.value
    return (target, trunk)
  }

  /// Sends the INVITE of a call of ours, with a leg of its own.
  func dial(
    _ target: SIPURI, over trunk: TrunkConfiguration?, from user: String?, headers: Headers = Headers(),
    ringing: Duration = .seconds(60)
  ) async throws(CallOrderError) -> (SIPCall, MediaSession) {
    // Looked up once: the INVITE goes where the offer says that we can be reached from.
    let remote: IPAddress
    do {
      remote = try await surroundings.endpoint.address(of: target.host)
    } catch {
      throw .unavailable("\(error)")
    }
    let leg: MediaLeg
    do {
      leg = try surroundings.engine.openLeg()
    } catch {
      throw .unavailable("no media ports are free (rtp.ports)")
    }
    let address = surroundings.localAddress(reaching: remote)
    var media = MediaSession(leg: leg, mode: .conversation, address: address, codecs: surroundings.codecs)
    do {
      let call = try await surroundings.endpoint.call(
        target, from: from(user, trunk, at: address), offer: media.negotiation.offer(),
        credentials: trunk.flatMap { trunk in
          trunk.username.map { SIPCredentials(username: $0, password: trunk.password?.value ?? "") }
        }, ringTimeout: ringing, at: remote, headers: headers)
      return (call, media)
    } catch {
      leg.close()
      throw .unavailable("\(error)")
    }
  }

  private func from(_ wanted: String?, _ trunk: TrunkConfiguration?, at address: IPAddress) -> NameAddress? {
    guard let user = wanted ?? trunk?.callerID else { return nil }
    let host = trunk?.proxy.flatMap { URI($0)?.sip?.host } ?? address.description
    // Only what may stand in a URI as it is.
    guard user.utf8.allSatisfy({ $0 == 0x2B || $0 == 0x2E || $0 == 0x2D || $0 == 0x5F || Self.isWordByte($0) }) else {
      return nil
    }
    return NameAddress(uri: .sip(SIPURI(user: user, host: host)))
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
