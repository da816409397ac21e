import Desk
import Settings

/// Who makes a request.
struct Principal: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    /// A program with a key of the configuration.
    case key
    /// A person at the console, in this session.
    case person(Person, session: String)
  }

  var kind: Kind
  /// The person's username, or the key's name: what is written down about who did something.
  var name: String
  var scopes: Set<APIScope>

  /// A program with a key.
  init(key name: String, scopes: Set<APIScope>) {
    kind = .key
    self.name = name
    self.scopes = scopes
  }

  /// A person who is signed in.
  init(_ person: Person, session: String) {
    kind = .person(person, session: session)
    name = person.username
    scopes = person.role == .supervisor ? Set(APIScope.allCases) : APIScope.agent
  }

  /// The person, if it is one.
  var person: Person? { if case .person(let person, _) = kind { person } else { nil } }

  /// The session, if there is one.
  var session: String? { if case .person(_, let session) = kind { session } else { nil } }

  func may(_ scope: APIScope) -> Bool { scopes.contains(scope) }
}
