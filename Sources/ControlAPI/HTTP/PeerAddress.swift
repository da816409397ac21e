import Hummingbird
import SocketIO

/// Where requests come from.
enum PeerAddress {
  /// The address of the other end; `-` if the server does not tell.
  static func of(_ request: Request) -> String { HTTPPeer.current?.address ?? "-" }
}
