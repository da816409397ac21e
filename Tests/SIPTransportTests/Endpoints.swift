import Logging
import Net
import NIOCore
import NIOPosix
import SIPStack
import SIPTransport
import Testing

let group = MultiThreadedEventLoopGroup.singleton

/// An endpoint on loopback that takes anyone's calls.
func start(
  _ transports: [TransportKind] = [.udp, .tcp],
  logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
  configure: (inout SIPEndpointConfiguration) -> Void = { _ in }
) async throws -> SIPEndpoint {
  var configuration = SIPEndpointConfiguration(
    listeners: transports.map { SIPListener(transport: $0, endpoint: SocketEndpoint(.loopback, port: 0)) })
  configuration.userAgent.admission.anonymous = true
  configure(&configuration)
  return try await SIPEndpoint.start(configuration, group: group, logger: logger)
}

func uri(of endpoint: SIPEndpoint, _ transport: TransportKind) throws -> SIPURI {
  let listener = try #require(endpoint.boundAddresses.first { $0.transport == transport })
  return SIPURI(user: "bot", host: "\(listener.local.address)", port: listener.local.port)
}

func port(of endpoint: SIPEndpoint) throws -> Int { Int(try #require(endpoint.boundAddresses.first).local.port) }

func offer(_ version: Int = 1) throws -> SessionDescription {
  try SessionDescription(
    "v=0\r\no=- 1 \(version) IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n")
}

/// A request outside of dialogs as a peer sends it over TCP.
func request(_ method: String, _ number: Int, fields: String = "", body: String = "") -> String {
  "\(method) sip:bot@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK\(method)\(number)\r\n"
    + "From: <sip:ana@127.0.0.1>;tag=t\(number)\r\nTo: <sip:bot@127.0.0.1>\r\nCall-ID: \(method)-\(number)\r\n"
    + "CSeq: 1 \(method)\r\nMax-Forwards: 70\r\nContact: <sip:ana@127.0.0.1>\r\n\(fields)"
    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

/// A peer of bytes alone.
func connect(to endpoint: SIPEndpoint) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
  try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: port(of: endpoint)) { channel in
    channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
  }
}
