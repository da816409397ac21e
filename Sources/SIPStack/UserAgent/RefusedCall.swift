public import Net

/// A call that the user agent has refused before the application heard of it: who, whom, and why, for a log.
public struct RefusedCall: Sendable, Hashable {
  /// What a peer can make of a log's line.
  private static let maximumLength = 128

  /// The Call-ID, by which the peer knows the call as well; empty if it has none.
  public let callID: String
  /// The user part of From; empty if it has none.
  public let from: String
  /// The user part of the Request-URI; empty if it has none.
  public let to: String
  /// Where the call came from.
  public let peer: SocketEndpoint
  /// The status of the answer.
  public let status: Int
  /// In words.
  public let why: String

  init(_ request: SIPRequest, from peer: SocketEndpoint, status: Int, why: String) {
    self.init(headers: request.headers, to: request.uri, from: peer, status: status, why: why)
  }

  init(_ request: MalformedRequest, from peer: SocketEndpoint) {
    let to = request.headers.first(.to).flatMap { NameAddress($0) }?.uri
    self.init(headers: request.headers, to: to, from: peer, status: request.status, why: request.warningText)
  }

  private init(headers: Headers, to: URI?, from peer: SocketEndpoint, status: Int, why: String) {
    callID = Self.shown(headers.first(.callID))
    from = Self.shown(headers.first(.from).flatMap { NameAddress($0) }?.uri.sip?.user)
    self.to = Self.shown(to?.sip?.user)
    self.peer = peer
    self.status = status
    self.why = why
  }

  private static func shown(_ text: String?) -> String {
    String(String.UnicodeScalarView((text ?? "").unicodeScalars.prefix(maximumLength).filter { $0.value >= 0x20 }))
  }
}
