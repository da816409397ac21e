/// `routes`: which call goes where. The first that matches wins.
package struct RouteTable: Sendable, Equatable {
  package var routes: [Route] = []

  /// The route of a call, by the user parts of its Request-URI and its From.
  package func route(called: String, calling: String) -> Route? {
    routes.first { $0.to.matches(called) && ($0.from?.matches(calling) ?? true) }
  }

  /// What runs without a file.
  package static let builtIn = RouteTable(routes: [
    Route(to: Glob("echo"), destination: .application(.echo, file: nil)),
    Route(to: Glob("record"), destination: .application(.record, file: nil)),
    Route(to: Glob("play-*"), destination: .application(.play, file: nil)),
    Route(to: Glob("*"), destination: .assistant(AssistantConfiguration.builtIn.name)),
  ])
}

/// One line of the table.
package struct Route: Sendable, Equatable {
  /// The called user.
  package var to: Glob
  /// The calling user; `nil` for any.
  package var from: Glob?
  package var destination: Destination

  /// Where a call goes.
  package enum Destination: Sendable, Equatable {
    /// An assistant, by name.
    case assistant(String)
    /// An application; `file` is the WAV to play or the folder to record in.
    case application(CallApplication, file: String?)
  }
}

/// What answers a call without a mind.
package enum CallApplication: String, Sendable, CaseIterable {
  /// Sends the caller's audio back.
  case echo
  /// Plays a WAV.
  case play
  /// Records the caller.
  case record
  /// Rings till the API answers or refuses; then says and does what the API orders.
  case api
}
