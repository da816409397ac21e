/// What must hold for the fields of every message (RFC 3261 section 8.1.1, RFC 4475 section 3).
///
/// Fields that processing does not need may be malformed: section 8.2 has them ignored.
enum FieldValidation {
  private static let mandatory: [HeaderName] = [.via, .from, .to, .callID, .cSeq]

  private static let single: [HeaderName] = [
    .from, .to, .callID, .cSeq, .maxForwards, .contentType, .contentLength, .referTo, .replaces, .event, .rSeq, .rAck,
  ]

  /// The first thing wrong.
  /// - Parameter method: of the request line; nil for a response.
  static func problem(in headers: Headers, method: Method?) -> ParseError? {
    var counts: [HeaderName: Int] = [:]
    for field in headers { counts[field.name, default: 0] += 1 }
    for name in mandatory where counts[name] == nil { return ParseError(.missing, in: name.name) }
    for name in single where counts[name, default: 0] > 1 { return ParseError(.repeated, in: name.name) }
    for field in headers {
      do throws(ParseError) { try check(field) } catch { return error }
    }
    if let method, let cSeq = headers.first(.cSeq).flatMap({ CSeq($0) }), cSeq.method != method {
      return ParseError(.mismatch, in: "CSeq")
    }
    return nil
  }

  private static func check(_ field: Headers.Field) throws(ParseError) {
    let name = field.name.name
    switch field.name {
    case .via:
      _ = try Via.parseList(field.value)
    case .from, .to, .referTo:
      _ = try NameAddress(parsing: field.value, in: name)
    case .contact:
      if field.value.trimmedLinearSpace != "*" { _ = try NameAddress.parseList(field.value, in: name) }
    case .route, .recordRoute:
      _ = try NameAddress.parseList(field.value, in: name)
    case .callID:
      guard !field.value.isEmpty, field.value.utf8.allSatisfy(\.isVisible) else { throw ParseError(.syntax, in: name) }
    case .cSeq:
      _ = try CSeq(parsing: field.value)
    case .maxForwards:
      guard !field.value.isEmpty, field.value.utf8.allSatisfy(\.isDigit) else { throw ParseError(.syntax, in: name) }
    case .contentType:
      guard MediaType(field.value) != nil else { throw ParseError(.syntax, in: name) }
    default:
      break
    }
  }
}
