internal import SIPStack

/// How the bytes of a stream are cut into messages, and messages made into bytes. A value without IO.
///
/// A transport whose streams are framed in another way, such as SIP over WebSocket (RFC 7118), is one more of these.
protocol StreamFraming: Sendable {
  /// Takes bytes as they come, cut anywhere, and returns what is complete.
  mutating func receive(_ bytes: some Sequence<UInt8>) -> [StreamEvent]
  /// The bytes by which a message goes out.
  mutating func frame(_ message: [UInt8]) -> [UInt8]
}

/// What a stream held.
enum StreamEvent: Sendable, Equatable {
  /// A whole message.
  case message(ParseOutcome)
  /// Something of the framing's own that wants these bytes in return, as they are.
  case reply([UInt8])
  /// Nobody knows where the next message begins. This much was understood; then the connection is to be closed.
  case lost(ParseOutcome)
}
