import HTTPTypes
package import Hummingbird
import Logging
import NIOCore

extension EngineServer {
  /// Adds polling to a router. WebSockets need `HTTPServerBuilder.upgradable(_:)` beside it.
  package func addRoutes(to router: Router<some RequestContext>) {
    let path = RouterPath(configuration.path)
    let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .head, .options]
    for method in methods {
      router.on(path, method: method) { request, _ in try await self.respond(to: request) }
    }
  }

  private func respond(to request: Request) async throws -> Response {
    let peer = HTTPPeer.current
    let engineRequest = EngineRequest(
      headers: request.headers, query: Query.parse(request.uri.query), remoteAddress: peer?.address)
    let host = request.head.authority
    if request.method == .options { return preflight(engineRequest, host: host) }
    do throws(EngineError) {
      let answer: Response
      switch try target(method: request.method.rawValue, request: engineRequest, host: host, isUpgrade: false) {
      case .handshake:
        let connection = try open(engineRequest)
        answer = packets(
          EncodedPacket.body(of: [configuration.open(id: connection.id, upgrades: ["websocket"])]), engineRequest)
      case .session(let connection):
        answer = try await respond(to: request, engineRequest, connection, peer)
      }
      return answer
    } catch {
      return refusal(error, engineRequest, host: host)
    }
  }

  private func respond(
    to request: Request, _ engineRequest: EngineRequest, _ connection: EngineConnection, _ peer: HTTPPeer?
  ) async throws(EngineError) -> Response {
    switch request.method {
    case .get:
      guard case .packets(let body) = await connection.get(peer: peer) else { throw .badRequest }
      return packets(body, engineRequest)
    case .post:
      guard let id = connection.postBegan() else { throw .badRequest }
      let body: [UInt8]?
      do {
        let buffer = try await request.body.collect(upTo: configuration.maxPayload)
        body = Array(buffer.readableBytesView)
      } catch {
        _ = connection.postEnded(id, nil)
        throw error is NIOTooManyBytesError ? .payloadTooLarge : .badRequest
      }
      guard connection.postEnded(id, body) else { throw .badRequest }
      var headers = self.headers(engineRequest)
      headers[.contentType] = "text/html"
      return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: "ok")))
    default:
      throw .badRequest
    }
  }

  private func packets(_ body: ByteBuffer, _ request: EngineRequest) -> Response {
    var headers = headers(request)
    headers[.contentType] = "text/plain; charset=UTF-8"
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
  }

  private func refusal(_ error: EngineError, _ request: EngineRequest, host: String?) -> Response {
    logger.debug("request refused", metadata: ["reason": "\(error.message)"])
    let isAllowed = request.origin.map { configuration.allowsOrigin($0, host) } ?? false
    var headers = isAllowed ? headers(request) : [.cacheControl: "no-store"]
    headers[.contentType] = "application/json"
    // What is left of the body would have to be read.
    if error == .payloadTooLarge { headers[.connection] = "close" }
    return Response(
      status: HTTPResponse.Status(code: error.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: error.body)))
  }

  /// The headers of an answer to a request whose origin is allowed. Cookies come along, so that the origin is named.
  private func headers(_ request: EngineRequest) -> HTTPFields {
    var headers: HTTPFields = [.cacheControl: "no-store"]
    if let origin = request.origin {
      headers[.accessControlAllowOrigin] = origin
      headers[.accessControlAllowCredentials] = "true"
      headers[.vary] = "Origin"
    }
    return headers
  }

  private func preflight(_ request: EngineRequest, host: String?) -> Response {
    if let origin = request.origin, !configuration.allowsOrigin(origin, host) {
      return refusal(.forbidden, request, host: host)
    }
    var headers = headers(request)
    headers[.accessControlAllowMethods] = "GET,HEAD,PUT,PATCH,POST,DELETE"
    headers[.vary] = request.origin == nil ? "Access-Control-Request-Headers" : "Origin, Access-Control-Request-Headers"
    if let wanted = request.headers[.accessControlRequestHeaders] { headers[.accessControlAllowHeaders] = wanted }
    return Response(status: .noContent, headers: headers)
  }
}

/// The query of a URL.
enum Query {
  static func parse(_ text: String?) -> [String: String] {
    var query: [String: String] = [:]
    for pair in (text ?? "").split(separator: "&").prefix(64) {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first else { continue }
      query[decoded(name)] = parts.count > 1 ? decoded(parts[1]) : ""
    }
    return query
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"):
        bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        let digits = rest.prefix(2)
        if digits.count == 2, let value = UInt8(String(Substring(digits)), radix: 16) {
          bytes.append(value)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      default:
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
