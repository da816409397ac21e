/// `routes`: which call goes where. The first that matches wins.
struct RouteTable: Sendable, Equatable {
  var routes: [Route] = []

  /// The route of a call, by the user parts of its Request-URI and its From.
  func route(called: String, calling: String) -> Route? {
    routes.first { $0.to.matches(called) && ($0.from?.matches(calling) ?? true) }
  }

  /// What runs without a file.
  static let builtIn = RouteTable(routes: [
    Route(to: Glob("echo"), destination: .application(.echo, file: nil)),
    Route(to: Glob("record"), destination: .application(.record, file: nil)),
    Route(to: Glob("play-*"), destination: .application(.play, file: nil)),
    Route(to: Glob("*"), destination: .assistant(AssistantConfiguration.builtIn.name)),
  ])
}

/// One line of the table.
struct Route: Sendable, Equatable {
  /// The called user.
  var to: Glob
  /// The calling user; `nil` for any.
  var from: Glob?
  var destination: Destination

  /// Where a call goes.
  enum Destination: Sendable, Equatable {
    /// An assistant, by name.
    case assistant(String)
    /// An application; `file` is the WAV to play or the folder to record in.
    case application(CallApplication, file: String?)
  }
}

/// What answers a call without a mind.
enum CallApplication: String, Sendable, CaseIterable {
  /// Sends the caller's audio back.
  case echo
  /// Plays a WAV.
  case play
  /// Records the caller.
  case record
  /// Rings till the API answers or refuses; then says and does what the API orders.
  case api
}

/// A pattern for a user part: `*` stands for any characters, `?` for one. Everything else is itself, case included.
struct Glob: Sendable, Equatable, CustomStringConvertible {
  let pattern: String

  init(_ pattern: String) { self.pattern = pattern }

  var description: String { pattern }

  /// Takes time in the order of the product of both lengths at worst, whatever the pattern.
  func matches(_ text: String) -> Bool {
    let (pattern, text) = (Array(self.pattern.unicodeScalars), Array(text.unicodeScalars))
    var (p, t) = (0, 0)
    // Where to go on when the last star has to swallow one more.
    var retry: (pattern: Int, text: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        retry = (p + 1, t)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
        p += 1
        t += 1
      } else if let last = retry {
        retry = (last.pattern, last.text + 1)
        (p, t) = (last.pattern, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
