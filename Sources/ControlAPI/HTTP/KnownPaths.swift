import Coordination
import HTTPTypes
import Hummingbird

/// Which methods each path has, so that a known path with another method is 405 and not 404 (RFC 9110 section 15.5.6).
final class KnownPaths: Sendable {
  private struct Known: Sendable {
    var segments: [Substring]
    var methods: Set<String>
  }

  /// In the order in which they are told.
  private static let order = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
  private let known = Locked<[Known]>([])

  /// Learns the routes that `router` has by now. What can be had by GET can be had by HEAD.
  func learn(_ router: Router<BasicRequestContext>) {
    let paths = Dictionary(grouping: router.routes) { $0.path.description }
    let learnt = paths.map { path, routes in
      var methods = Set(routes.map(\.method.rawValue))
      if methods.contains("GET") { methods.insert("HEAD") }
      return Known(segments: path.split(separator: "/"), methods: methods)
    }
    known.withLock { $0 = learnt }
  }

  /// The methods of a path, e.g. `GET, HEAD`; nil if nothing is there.
  func methods(of path: String) -> String? {
    let segments = path.split(separator: "/")
    let methods = known.withLock { known in
      known.filter { $0.segments.count == segments.count && zip($0.segments, segments).allSatisfy(Self.takes) }
        .reduce(into: Set<String>()) { $0.formUnion($1.methods) }
    }
    return methods.isEmpty ? nil : Self.order.filter(methods.contains).joined(separator: ", ")
  }

  private static func takes(_ pattern: Substring, _ segment: Substring) -> Bool {
    pattern == segment || (pattern.first == "{" && pattern.last == "}")
  }
}
