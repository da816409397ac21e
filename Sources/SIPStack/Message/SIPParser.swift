/// How large a message may be. Beyond a limit it is answered with 400, 413 or 513 and never stored.
public struct ParserLimits: Sendable, Equatable {
  /// Fields of one message. Default 200.
  public var fieldCount: Int
  /// Bytes of the start line or one field with its folded lines. Default 8 KiB.
  public var lineLength: Int
  /// Bytes of head and body together. Default 64 KiB, which no datagram exceeds.
  public var messageLength: Int

  /// The limits.
  public init(fieldCount: Int = 200, lineLength: Int = 8192, messageLength: Int = 65_536) {
    self.fieldCount = fieldCount
    self.lineLength = lineLength
    self.messageLength = messageLength
  }
}

/// What came in one datagram, or one message of a stream.
public enum ParseOutcome: Sendable, Equatable {
  /// A message whose mandatory fields are well formed.
  case message(SIPMessage)
  /// A request to be refused; see `MalformedRequest.response(toTag:)`.
  case malformedRequest(MalformedRequest)
  /// A malformed response, or no SIP at all: to be dropped and counted.
  case unusable(ParseError)
  /// Empty lines or zero bytes that keep a NAT binding alive: to be ignored.
  case keepAlive
}

/// Reads messages (RFC 3261 section 25) and checks what section 8.2 and RFC 4475 ask of a well-formed one.
public struct SIPParser: Sendable {
  /// The limits in force.
  public var limits: ParserLimits

  /// A parser; it has no other state.
  public init(limits: ParserLimits = ParserLimits()) { self.limits = limits }

  /// Reads the message of one datagram with the default limits. Bytes after Content-Length are ignored.
  public static func parse(datagram: [UInt8]) -> ParseOutcome { SIPParser().parse(datagram: datagram) }

  /// Reads the message of one datagram with the default limits. Bytes after Content-Length are ignored.
  public static func parse(datagram: Span<UInt8>) -> ParseOutcome { SIPParser().parse(datagram: datagram) }

  /// Reads the message of one datagram.
  public func parse(datagram: Span<UInt8>) -> ParseOutcome {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(datagram.count)
    for index in datagram.indices { bytes.append(datagram[index]) }
    return parse(datagram: bytes)
  }

  /// Reads the message of one datagram.
  public func parse(datagram: [UInt8]) -> ParseOutcome {
    guard let start = datagram.firstIndex(where: { $0 != 0x0D && $0 != 0x0A && $0 != 0 }) else { return .keepAlive }
    let bytes = datagram[start...]
    let end = MessageHead.end(in: bytes)
    var head = MessageHead(bytes: bytes[..<(end?.head ?? bytes.endIndex)], limits: limits)
    if end == nil { head.note(ParseError(.truncated, in: "message")) }
    if bytes.count > limits.messageLength { head.note(ParseError(.tooLong, in: "message")) }
    let rest = bytes[(end?.body ?? bytes.endIndex)...]
    switch head.contentLength {
    case .success(nil):
      return head.outcome(body: Array(rest))
    case .success(let length?):
      if length > rest.count { head.note(ParseError(.truncated, in: "Content-Length")) }
      return head.outcome(body: Array(rest.prefix(length)))
    case .failure(let error):
      head.note(error)
      return head.outcome(body: [])
    }
  }
}
