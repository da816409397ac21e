/// The proxies that want to see every request of a dialog, nearest first: RFC 3261 12.1 and 12.2.1.1.
public struct RouteSet: Sendable, Equatable {
  /// The routes as they go into Route header fields, parameters and all.
  public let routes: [NameAddress]

  /// No proxies.
  public init() {
    routes = []
  }

  /// What the one who was called keeps: the Record-Route of the request in its order (12.1.1).
  public init(serverSide request: SIPRequest) {
    routes = Array(request.recordRoutes.prefix(Self.maximumRoutes))
  }

  /// What the caller keeps: the Record-Route of the response in reverse (12.1.2).
  public init(clientSide response: SIPResponse) {
    routes = Array(response.recordRoutes.prefix(Self.maximumRoutes).reversed())
  }

  /// A route set that was configured, such as an outbound proxy (8.1.2).
  public init(_ routes: [NameAddress]) {
    self.routes = routes
  }

  /// More proxies than any real path has; what follows is not kept.
  static let maximumRoutes = 32

  /// The Request-URI and Route header fields of a request to `target`, and the URI it is to be sent to.
  ///
  /// A first route without the `lr` parameter is a strict router of RFC 2543: it wants to find itself in the
  /// Request-URI and the target as the last route.
  public func applied(to target: URI) -> (requestURI: URI, routes: [NameAddress], nextHop: URI) {
    guard let first = routes.first else { return (target, [], target) }
    if first.uri.isLooseRouter { return (target, routes, first.uri) }
    return (first.uri.asRequestURI, routes.dropFirst() + [NameAddress(uri: target)], first.uri)
  }
}

extension URI {
  /// Whether the URI has `lr` as a whole parameter; `lrx` or a value that contains it does not count.
  var isLooseRouter: Bool {
    sip?.isLooseRouter ?? false
  }

  /// The URI without what a Request-URI may not have: headers and `method` (RFC 3261 19.1.1, table 1).
  var asRequestURI: URI {
    guard var sip else { return self }
    sip.headers = Parameters()
    sip.parameters.remove("method")
    return .sip(sip)
  }
}
