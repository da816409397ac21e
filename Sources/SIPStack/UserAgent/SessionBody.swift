/// What the body of a message says about the session.
enum SessionBody: Sendable {
  /// No body.
  case absent
  /// A session description, alone or as a part of a multipart body (RFC 5621).
  case description(SessionDescription)
  /// It claims to be a session description and is none.
  case malformed
  /// Something else that has to be understood.
  case unsupported

  /// Reads the body of a request or response.
  init(_ message: some MessageFields) {
    self.init(message, depth: 0)
  }

  private init(_ message: some MessageFields, depth: Int) {
    guard !message.body.isEmpty else {
      self = .absent
      return
    }
    let notUnderstood: SessionBody = Self.isOptional(message.headers) ? .absent : .unsupported
    if let encoding = message.headers.first(.contentEncoding), encoding.lowercased() != "identity" {
      self = notUnderstood
      return
    }
    guard let type = message.contentType else {
      self = notUnderstood
      return
    }
    if type.matches(.sdp) {
      do throws(SDPError) {
        self = .description(try SessionDescription(message.body))
      } catch {
        self = .malformed
      }
    } else if type.type == "multipart", depth < Self.maximumDepth, let boundary = type.parameters["boundary"] {
      self = Self.first(of: BodyPart.parts(of: message.body, boundary: boundary), depth: depth + 1)
    } else {
      self = notUnderstood
    }
  }

  /// The description, if that is what there is.
  var description: SessionDescription? {
    if case .description(let description) = self { description } else { nil }
  }

  private static let maximumDepth = 2

  /// The first description among the parts; what must be understood and is not counts only without one.
  private static func first(of parts: [BodyPart], depth: Int) -> SessionBody {
    var result = SessionBody.absent
    for part in parts {
      switch SessionBody(part, depth: depth) {
      case .description(let description): return .description(description)
      case .malformed: return .malformed
      case .unsupported: result = .unsupported
      case .absent: break
      }
    }
    return result
  }

  /// `handling=optional` (RFC 3204 4, RFC 3261 20.11).
  private static func isOptional(_ headers: Headers) -> Bool {
    (headers.first(.contentDisposition) ?? "").split(separator: ";").dropFirst().contains {
      $0.lowercased().filter { $0 != " " && $0 != "\t" } == "handling=optional"
    }
  }
}

extension MessageFields {
  /// Puts a session description into the body.
  mutating func setBody(_ description: SessionDescription) {
    body = description.serialized()
    contentType = .sdp
  }
}
