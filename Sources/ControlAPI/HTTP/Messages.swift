import HTTPTypes
import Hummingbird
import NIOCore
import Store

extension Request {
  /// The value of a header by its name in lower case.
  func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}

extension Response {
  init(status: HTTPResponse.Status, text: String, type: String = "text/plain; charset=utf-8") {
    self.init(
      status: status, headers: [.contentType: type, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// Bytes that somebody sent: never run by a browser, whatever they pretend to be.
  init(media: StoredMedia) {
    var headers: HTTPFields = [
      .contentType: media.mimeType.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        ? media.mimeType : "application/octet-stream",
      .cacheControl: "private, no-store", .contentSecurityPolicy: "default-src 'none'; sandbox",
    ]
    if let name = HTTPField.Name("X-Content-Type-Options") { headers[name] = "nosniff" }
    self.init(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: media.bytes)))
  }
}
