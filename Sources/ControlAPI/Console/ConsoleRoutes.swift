import ConsolePage
import HTTPTypes
import Hummingbird
import NIOCore

/// The console's page: files that are a part of the program.
struct ConsoleRoutes: HTTPRoutes {
  /// What the page may do: nothing that does not come from here, and nobody shows it inside of theirs.
  private static let policy = """
    default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; \
    media-src 'self' blob:; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'
    """

  private static let headers: HTTPFields = {
    var headers: HTTPFields = [.contentSecurityPolicy: policy, .cacheControl: "no-cache"]
    let more = [
      ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
      ("Permissions-Policy", "microphone=(self), camera=(), geolocation=()"),
      ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    for (name, value) in more { if let name = HTTPField.Name(name) { headers[name] = value } }
    return headers
  }()

  func add(to router: Router<BasicRequestContext>) {
    for file in Self.files {
      for method in [HTTPRequest.Method.get, .head] {
        router.on(RouterPath(file.path), method: method) { request, _ in
          if request.header("if-none-match") == file.tag { return Response(status: .notModified) }
          var headers = Self.headers
          headers[.contentType] = file.type
          headers[.eTag] = file.tag
          return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
        }
      }
    }
  }

  private struct File: Sendable {
    var path: String
    var type: String
    var bytes: ByteBuffer
    /// Changes with the contents.
    var tag: String
  }

  private static let files: [File] = {
    let table = UnsafeBufferPointer(start: console_files(), count: Int(console_file_count()))
    return table.map { file in
      let bytes = UnsafeBufferPointer(start: file.bytes, count: Int(file.length))
      // FNV-1a.
      let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
      return File(
        path: String(cString: file.path), type: String(cString: file.type), bytes: ByteBuffer(bytes: bytes),
        tag: "\"\(String(hash, radix: 16))\"")
    }
  }()
}
