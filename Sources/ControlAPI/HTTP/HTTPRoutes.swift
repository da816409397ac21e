package import Hummingbird

/// Some routes of the HTTP side.
package protocol HTTPRoutes: Sendable {
  func add(to router: Router<BasicRequestContext>)
}
