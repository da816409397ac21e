/// The two sockets of a leg: RTP on an even port, RTCP on the odd one above it (RFC 3550 section 11).
struct PortPair: Sendable, Equatable {
  let port: UInt16
  let rtp: Int32
  let rtcp: Int32
}
