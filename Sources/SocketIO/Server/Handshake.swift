package import HTTPTypes

/// The request that a connection began with.
package struct EngineRequest: Sendable {
  package var headers: HTTPFields
  package var query: [String: String]
  /// The peer's address, without its port; of a proxy, if there is one.
  package var remoteAddress: String?

  package init(headers: HTTPFields, query: [String: String], remoteAddress: String?) {
    self.headers = headers
    self.query = query
    self.remoteAddress = remoteAddress
  }

  /// What the browser says of the page that connects.
  package var origin: String? { headers[.origin] }

  /// The value of a cookie.
  package func cookie(_ name: String) -> String? { headers.cookie(name) }
}

extension HTTPFields {
  /// The value of a cookie; nil if there is none, or it is empty.
  package func cookie(_ name: String) -> String? {
    for header in self[values: .cookie] {
      for pair in header.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else { continue }
        return String(parts[1])
      }
    }
    return nil
  }
}

/// Who wants to come into a namespace: what the authorisation goes by.
package struct Handshake: Sendable {
  package var namespace: String
  /// The request that the connection began with: headers with cookies and origin, query, address.
  package var request: EngineRequest
  /// What the client gave as `auth`; an empty object if nothing.
  package var auth: EventValue

  /// The value of a cookie.
  package func cookie(_ name: String) -> String? { request.cookie(name) }
}

/// A client is not let into a namespace. It sees the message as that of its `connect_error`.
package struct ConnectRefusal: Error, Equatable {
  package var message: String
  package var data: EventValue?

  package init(_ message: String, data: EventValue? = nil) {
    self.message = message
    self.data = data
  }
}
