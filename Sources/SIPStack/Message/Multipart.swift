/// One part of a multipart body (RFC 2046 section 5.1, RFC 5621).
public struct BodyPart: MessageFields, Sendable, Equatable {
  /// The part's fields.
  public var headers: Headers
  /// The part's content.
  public var body: [UInt8]

  /// A part.
  public init(headers: Headers, body: [UInt8]) {
    self.headers = headers
    self.body = body
  }

  /// More parts than this are not looked at.
  public static let maximumCount = 32

  /// Takes a multipart body apart. What is outside the delimiters, and a part without its end, are left out.
  public static func parts(of body: [UInt8], boundary: String) -> [BodyPart] {
    guard !boundary.isEmpty, boundary.utf8.count <= 70 else { return [] }
    let delimiter = Array("--\(boundary)".utf8)
    var parts: [BodyPart] = []
    var partStart: Int?
    var lineStart = 0
    while lineStart < body.count, parts.count < maximumCount {
      let lineEnd = body[lineStart...].firstIndex(of: 0x0A) ?? body.count
      if body[lineStart..<lineEnd].starts(with: delimiter) {
        var tail = body[(lineStart + delimiter.count)..<lineEnd]
        while let last = tail.last, last.isLinearSpace || last == 0x0D { tail.removeLast() }
        let isLast = tail.elementsEqual([0x2D, 0x2D])
        if tail.isEmpty || isLast {
          if let partStart {
            // The line end before a delimiter belongs to the delimiter.
            var end = lineStart
            if end > partStart, body[end - 1] == 0x0A { end -= 1 }
            if end > partStart, body[end - 1] == 0x0D { end -= 1 }
            parts.append(part(body[partStart..<end]))
          }
          guard !isLast else { break }
          partStart = min(lineEnd + 1, body.count)
        }
      }
      lineStart = lineEnd + 1
    }
    return parts
  }

  private static func part(_ bytes: ArraySlice<UInt8>) -> BodyPart {
    var headers = Headers()
    var rest = bytes
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
      var line = rest[rest.startIndex..<end]
      rest = rest[min(end + 1, rest.endIndex)...]
      if line.last == 0x0D { line.removeLast() }
      if line.isEmpty { break }
      guard headers.count < 32, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      headers.append(
        HeaderName(String(wire: line[..<colon]).trimmedLinearSpace),
        String(wire: line[(colon + 1)...]).trimmedLinearSpace)
    }
    return BodyPart(headers: headers, body: Array(rest))
  }
}

extension MessageFields {
  /// The parts of a multipart body; none when the body is not multipart.
  public var bodyParts: [BodyPart] {
    guard let type = contentType, type.type == "multipart", let boundary = type.parameters["boundary"] else {
      return []
    }
    return BodyPart.parts(of: body, boundary: boundary)
  }

  /// The content of the given type: the body itself, or the first such part of a multipart body.
  public func content(of type: MediaType) -> [UInt8]? { content(of: type, depth: 3) }

  private func content(of type: MediaType, depth: Int) -> [UInt8]? {
    guard let contentType, !body.isEmpty else { return nil }
    if contentType.matches(type) { return body }
    guard depth > 0 else { return nil }
    for part in bodyParts {
      if let content = part.content(of: type, depth: depth - 1) { return content }
    }
    return nil
  }
}
