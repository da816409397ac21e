/// Cuts a byte stream into messages by Content-Length (RFC 3261 section 18.3, RFC 5626 section 3.5.1).
public struct StreamFramer: Sendable {
  /// What the stream held.
  public enum Event: Sendable, Equatable {
    /// A whole message; never `.keepAlive`.
    case message(ParseOutcome)
    /// A keep-alive ping, to be answered with CRLF.
    case ping
    /// The answer to our own ping.
    case pong
    /// Nobody knows where the next message begins: answer the request, if there is one, then close.
    case framingLost(ParseError, MalformedRequest?)
  }

  /// The limits in force.
  public let limits: ParserLimits
  /// Set after a ping was sent: a single CRLF then is its answer and not one half of a ping.
  public var awaitsPong = false
  /// Whether framing was lost; what comes afterwards is ignored.
  public private(set) var isLost = false

  private var buffer: [UInt8] = []
  /// Where the search for the empty line goes on.
  private var searched = 0
  /// The message whose body is still on its way.
  private var pending: (head: MessageHead, bodyStart: Int, length: Int)?

  /// A framer for one connection.
  public init(limits: ParserLimits = ParserLimits()) { self.limits = limits }

  /// Bytes held back for a message that is not complete.
  public var bufferedCount: Int { buffer.count }

  /// Takes bytes as they come, cut anywhere, and returns what is complete.
  public mutating func receive(_ bytes: some Sequence<UInt8>) -> [Event] {
    guard !isLost else { return [] }
    buffer.append(contentsOf: bytes)
    var events: [Event] = []
    var start = 0
    while !isLost, let event = next(&start) { events.append(event) }
    if isLost {
      buffer = []
    } else if start > 0 {
      buffer.removeFirst(start)
      searched = max(0, searched - start)
      pending?.bodyStart -= start
    }
    return events
  }

  private mutating func next(_ start: inout Int) -> Event? {
    if pending == nil {
      if let event = skipEmptyLines(&start) { return event }
      guard let end = MessageHead.end(in: buffer[start...], from: max(searched, start)) else {
        searched = max(start, buffer.count - 3)
        return buffer.count - start > limits.messageLength ? loseLongHead(start) : nil
      }
      // As if its end had yet to come: what is lost must not depend on how the bytes were cut.
      if end.body - start > limits.messageLength { return loseLongHead(start) }
      let head = MessageHead(bytes: buffer[start..<end.head], limits: limits)
      switch head.contentLength {
      case .success(nil): return lose(head, .missing, "Content-Length")
      case .failure(let error): return lose(head, error.problem, error.field)
      case .success(let length?):
        if length > limits.messageLength { return lose(head, .tooLong, "Content-Length") }
        if length + (end.body - start) > limits.messageLength { return lose(head, .tooLong, "message") }
        pending = (head, end.body, length)
      }
    }
    guard let (head, bodyStart, length) = pending, buffer.count - bodyStart >= length else { return nil }
    let outcome = head.outcome(body: Array(buffer[bodyStart..<(bodyStart + length)]))
    start = bodyStart + length
    searched = start
    pending = nil
    // What is no SIP at all cannot be trusted to say where it ends.
    if case .unusable(let error) = outcome, case .unknown = head.startLine {
      return lose(head, error.problem, error.field)
    }
    return .message(outcome)
  }

  private mutating func skipEmptyLines(_ start: inout Int) -> Event? {
    while start + 1 < buffer.count, buffer[start] == 0x0D, buffer[start + 1] == 0x0A {
      if awaitsPong {
        awaitsPong = false
        start += 2
        return .pong
      }
      // One CRLF may be the first half of a ping.
      guard start + 2 < buffer.count else { return nil }
      guard buffer[start + 2] == 0x0D else {
        start += 2
        continue
      }
      guard start + 3 < buffer.count else { return nil }
      guard buffer[start + 3] == 0x0A else {
        start += 2
        continue
      }
      start += 4
      return .ping
    }
    return nil
  }

  /// The beginning of a head that is too long is enough to refuse it.
  private mutating func loseLongHead(_ start: Int) -> Event {
    let beginning = buffer[start...].prefix(min(limits.lineLength, limits.messageLength))
    return lose(MessageHead(bytes: beginning, limits: limits), .tooLong, "message")
  }

  private mutating func lose(_ head: MessageHead, _ problem: ParseError.Problem, _ field: String) -> Event {
    isLost = true
    pending = nil
    let error = ParseError(problem, in: field)
    guard case .request(let method, _) = head.startLine else { return .framingLost(error, nil) }
    // Another version is the reason to name, whatever else is wrong.
    let cause = head.error?.problem == .version ? head.error ?? error : error
    return .framingLost(
      error, MalformedRequest(error: cause, method: Method(rawValue: method), headers: head.headers))
  }
}
