/// The start line and the fields of a message, with the first thing found wrong in them.
///
/// Reading goes on after an error, since a malformed request can only be answered with its Via, From, To, Call-ID
/// and CSeq at hand.
struct MessageHead {
  enum StartLine {
    case request(method: String, uri: URI?)
    case response(status: Int, reason: String)
    case unknown
  }

  private(set) var startLine: StartLine = .unknown
  private(set) var headers = Headers()
  private(set) var error: ParseError?

  /// Where the head ends and where the body begins: before and after the empty line.
  static func end(in bytes: ArraySlice<UInt8>, from start: Int? = nil) -> (head: Int, body: Int)? {
    var index = max(start ?? bytes.startIndex, bytes.startIndex)
    while index + 3 < bytes.endIndex {
      // The third and fourth byte decide how far one may leap.
      if bytes[index + 3] != 0x0A {
        index += bytes[index + 3] == 0x0D ? 1 : 4
      } else if bytes[index] == 0x0D, bytes[index + 1] == 0x0A, bytes[index + 2] == 0x0D {
        return (index, index + 4)
      } else {
        index += bytes[index + 2] == 0x0D ? 2 : 4
      }
    }
    return nil
  }

  /// - Parameter bytes: from the first byte of the start line to the end of the last field, without the empty line.
  init(bytes: ArraySlice<UInt8>, limits: ParserLimits) {
    var rest = bytes
    guard let first = Self.takeLine(&rest) else {
      note(ParseError(.notSIP, in: "start line"))
      return
    }
    readStartLine(first, limits: limits)
    while let line = Self.takeLine(&rest) {
      var length = line.count
      var parts = [line]
      while let next = rest.first, next.isLinearSpace, let folded = Self.takeLine(&rest) {
        length += folded.count
        // Only what fits the limit is kept of a field that goes on and on.
        if length <= limits.lineLength { parts.append(folded) }
      }
      guard headers.count < limits.fieldCount else {
        note(ParseError(.tooManyFields, in: "message"))
        break
      }
      readField(parts, isTooLong: length > limits.lineLength)
    }
  }

  /// Keeps the first error; but an unsupported version says more than what else is wrong.
  mutating func note(_ problem: ParseError) {
    if error == nil || problem.problem == .version { error = problem }
  }

  /// Takes the bytes up to CRLF or the end.
  private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    var index = rest.startIndex
    while index < rest.endIndex {
      if rest[index] == 0x0D, index + 1 < rest.endIndex, rest[index + 1] == 0x0A {
        let line = rest[rest.startIndex..<index]
        rest = rest[(index + 2)...]
        return line
      }
      index += 1
    }
    defer { rest = rest[rest.endIndex...] }
    return rest
  }

  private mutating func readStartLine(_ line: ArraySlice<UInt8>, limits: ParserLimits) {
    let parts = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
    let text = parts.map { String(wire: $0) }
    if let first = text.first, Self.version(first) != nil {
      readStatusLine(text, line: line)
    } else {
      readRequestLine(line)
    }
    if line.count > limits.lineLength { note(ParseError(.lineTooLong, in: "start line")) }
    if line.contains(where: Self.isForbidden) { note(ParseError(.forbiddenByte, in: "start line")) }
  }

  private mutating func readStatusLine(_ parts: [String], line: ArraySlice<UInt8>) {
    guard parts.first.flatMap(Self.version) == true else { return note(ParseError(.version, in: "start line")) }
    guard parts.count >= 2, parts[1].utf8.count == 3, let status = decimal(parts[1], maximum: 699), status >= 100 else {
      return note(ParseError(.outOfRange, in: "start line"))
    }
    startLine = .response(status: Int(status), reason: parts.count > 2 ? parts[2] : "")
  }

  private mutating func readRequestLine(_ line: ArraySlice<UInt8>) {
    let parts = line.split(separator: 0x20, omittingEmptySubsequences: false).map { String(wire: $0) }
    guard let method = parts.first, method.isToken, parts.count >= 3,
      let versionText = parts.last(where: { !$0.isEmpty }), let isSupported = Self.version(versionText)
    else { return note(ParseError(.notSIP, in: "start line")) }
    startLine = .request(method: method, uri: nil)
    guard isSupported else { return note(ParseError(.version, in: "start line")) }
    guard parts.count == 3, Self.version(parts[2]) != nil else { return note(ParseError(.syntax, in: "start line")) }
    guard let uri = URI(parts[1]) else { return note(ParseError(.syntax, in: "Request-URI")) }
    // Headers may not stand in a Request-URI (RFC 3261 section 19.1.1, RFC 4475 section 3.1.2.11).
    if let headers = uri.sip?.headers, !headers.isEmpty { return note(ParseError(.syntax, in: "Request-URI")) }
    startLine = .request(method: method, uri: uri)
  }

  /// Whether the text is `SIP/2.0`; nil when it is no SIP version at all.
  private static func version(_ text: String) -> Bool? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 7, text.lowercasedASCII.hasPrefix("sip/") else { return nil }
    let parts = bytes.dropFirst(4).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isDigit) }) else { return nil }
    return bytes.dropFirst(4).elementsEqual("2.0".utf8)
  }

  /// NUL and line ends may not stand in a field; a lone CR or LF would become a line of its own further on.
  private static func isForbidden(_ byte: UInt8) -> Bool { byte == 0 || byte == 0x0D || byte == 0x0A }

  /// As `isForbidden`, but a quoted-pair may hold NUL.
  private static func hasForbiddenByte(_ value: [UInt8]) -> Bool {
    var previous: UInt8 = 0
    for byte in value {
      if isForbidden(byte), byte != 0 || previous != UInt8(ascii: "\\") { return true }
      previous = byte
    }
    return false
  }

  private mutating func readField(_ lines: [ArraySlice<UInt8>], isTooLong: Bool) {
    guard let first = lines.first, let colon = first.firstIndex(of: UInt8(ascii: ":")) else {
      return note(ParseError(.syntax, in: "field name"))
    }
    var name = first[first.startIndex..<colon]
    while let last = name.last, last.isLinearSpace { name.removeLast() }
    guard !name.isEmpty, name.allSatisfy(\.isToken) else { return note(ParseError(.syntax, in: "field name")) }
    let header = HeaderName(String(wire: name))
    guard !isTooLong else { return note(ParseError(.lineTooLong, in: header.name)) }
    var value: [UInt8] = []
    for (index, line) in lines.enumerated() {
      var part = index == 0 ? line[(colon + 1)...] : line
      while let byte = part.first, byte.isLinearSpace { part.removeFirst() }
      while let byte = part.last, byte.isLinearSpace { part.removeLast() }
      guard !part.isEmpty else { continue }
      if !value.isEmpty { value.append(0x20) }
      value += part
    }
    guard !Self.hasForbiddenByte(value) else { return note(ParseError(.forbiddenByte, in: header.name)) }
    headers.append(header, String(wire: value))
  }
}

extension MessageHead {
  /// What Content-Length says; nil when it is absent.
  var contentLength: Result<Int?, ParseError> {
    let values = headers.all(.contentLength)
    guard let value = values.first else { return .success(nil) }
    guard values.count == 1 else { return .failure(ParseError(.repeated, in: "Content-Length")) }
    guard value.utf8.allSatisfy(\.isDigit), !value.isEmpty else {
      return .failure(ParseError(.syntax, in: "Content-Length"))
    }
    guard let length = decimal(value, maximum: UInt64(Int32.max)) else {
      return .failure(ParseError(.outOfRange, in: "Content-Length"))
    }
    return .success(Int(length))
  }

  /// The message, or what to do about a malformed one.
  func outcome(body: [UInt8]) -> ParseOutcome {
    switch startLine {
    case .unknown:
      return .unusable(error ?? ParseError(.notSIP, in: "start line"))
    case .response(let status, let reason):
      let response = SIPResponse(status: status, reason: reason, headers: headers, body: body)
      if let problem = error ?? FieldValidation.problem(in: headers, method: nil) { return .unusable(problem) }
      return .message(.response(response))
    case .request(let method, let uri):
      let method = Method(rawValue: method)
      if let problem = error ?? FieldValidation.problem(in: headers, method: method) {
        return .malformedRequest(MalformedRequest(error: problem, method: method, headers: headers))
      }
      guard let uri else { return .unusable(ParseError(.syntax, in: "Request-URI")) }
      return .message(.request(SIPRequest(method: method, uri: uri, headers: headers, body: body)))
    }
  }
}
