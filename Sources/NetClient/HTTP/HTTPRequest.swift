/// One request.
public struct HTTPRequest: Sendable {
  /// The verb.
  public enum Method: String, Sendable {
    /// RFC 9110, section 9.3.1.
    case get = "GET"
    /// RFC 9110, section 9.3.2.
    case head = "HEAD"
    /// RFC 9110, section 9.3.3.
    case post = "POST"
    /// RFC 9110, section 9.3.4.
    case put = "PUT"
    /// RFC 5789.
    case patch = "PATCH"
    /// RFC 9110, section 9.3.5.
    case delete = "DELETE"
  }

  /// What is sent with it.
  public enum Body: Sendable {
    /// Nothing.
    case none
    /// These bytes; the content type is a header of yours.
    case bytes([UInt8])
    /// A form (RFC 7578); its content type is added.
    case multipart(MultipartForm)
  }

  /// The verb.
  public var method: Method
  /// Absolute, `http` or `https`.
  public var url: String
  /// Names and values in the order in which they go out.
  public var headers: [HTTPHeader]
  /// What is sent with it.
  public var body: Body
  /// How long each stretch may take.
  public var timeouts: HTTPTimeouts
  /// The largest answer taken, in bytes. Default 64 MiB.
  public var maximumBodyBytes: Int
  /// Whether it may go out twice: when a kept connection breaks before any answer, a repeatable request is sent again on
  /// a new one, unseen by the caller. Turn it off where a second one would do harm: then the first one's fate is told
  /// as `interrupted`, unless none of its body had left. Default true.
  public var isRepeatable = true

  /// A request of `url`.
  public init(
    _ method: Method, _ url: String, headers: [HTTPHeader] = [], body: Body = .none,
    timeouts: HTTPTimeouts = HTTPTimeouts(), maximumBodyBytes: Int = 64 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeouts = timeouts
    self.maximumBodyBytes = maximumBodyBytes
  }
}

/// A header field.
public struct HTTPHeader: Sendable, Equatable {
  /// Compared without regard to case.
  public var name: String
  /// Without the white space around it.
  public var value: String

  /// The field `name: value`.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The answer: its head at once, its body as it arrives.
public struct HTTPResponse: Sendable {
  /// The status code, 200 to 599.
  public var status: Int
  /// In the order of arrival.
  public var headers: [HTTPHeader]
  /// The body in pieces of any length, none empty. One reader. The transfer waits while the reader lags; it ends when
  /// the reading task is cancelled or this stream is dropped. Throws `HTTPError`.
  public var body: AsyncThrowingStream<[UInt8], any Error>

  /// The first value of the header `name`, whatever its case.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }

  /// The whole body, but at most its first `limit` bytes: an error's explanation needs no more. Throws `HTTPError`.
  public func collect(upTo limit: Int) async throws(HTTPError) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      for try await chunk in body {
        bytes += chunk.prefix(limit - bytes.count)
        if bytes.count >= limit { break }
      }
    } catch let error as HTTPError {
      throw error
    } catch {
      throw HTTPError(.cancelled, host: "", message: "the request was cancelled")
    }
    return bytes
  }
}

/// A form with files (RFC 7578).
public struct MultipartForm: Sendable {
  private var parts: [UInt8] = []
  private let boundary: String

  /// An empty form. `boundary` must not occur in any part; the default is random.
  public init(boundary: String = MultipartForm.randomBoundary()) {
    self.boundary = boundary
  }

  /// Adds a field of text.
  public mutating func add(field name: String, _ value: String) {
    open("Content-Disposition: form-data; name=\"\(Self.quoted(name))\"\r\n\r\n")
    parts += value.utf8
    parts += "\r\n".utf8
  }

  /// Adds a file.
  public mutating func add(file name: String, filename: String, contentType: String, _ bytes: [UInt8]) {
    open(
      "Content-Disposition: form-data; name=\"\(Self.quoted(name))\"; filename=\"\(Self.quoted(filename))\"\r\n"
        + "Content-Type: \(contentType)\r\n\r\n")
    parts += bytes
    parts += "\r\n".utf8
  }

  /// The value of the request's `Content-Type`.
  public var contentType: String { "multipart/form-data; boundary=\(boundary)" }

  /// The form on the wire.
  public var encoded: [UInt8] { parts + Array("--\(boundary)--\r\n".utf8) }

  /// A boundary that no part holds but by a chance of 2⁻¹²⁸.
  public static func randomBoundary() -> String {
    "assist-" + String(UInt64.random(in: .min ... .max), radix: 36)
      + String(UInt64.random(in: .min ... .max), radix: 36)
  }

  private mutating func open(_ head: String) {
    parts += "--\(boundary)\r\n".utf8
    parts += head.utf8
  }

  /// RFC 7578, section 2, leaves it to HTML: quotes and line ends are percent-encoded.
  private static func quoted(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\"": "%22"
      case "\r": "%0D"
      case "\n": "%0A"
      case "\r\n": "%0D%0A"
      default: String(character)
      }
    }.joined()
  }
}
