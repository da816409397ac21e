public import Net

/// How a caller was let in.
public enum Admission: Sendable, Hashable {
  /// From a network whose calls are taken as they come; with the name that the policy has for it, such as a trunk's.
  case network(String)
  /// By digest authentication, as this user.
  case user(String)
  /// Like anyone.
  case anonymous
}

/// Whose calls are taken.
public struct AdmissionPolicy: Sendable {
  /// Those who are known by where they call from.
  public struct Neighbour: Sendable, Hashable {
    /// What they are called, e.g. the name of a trunk.
    public var name: String
    /// Where their calls come from.
    public var networks: [Network]

    /// Calls from `networks` are those of `name`.
    public init(name: String, networks: [Network]) {
      self.name = name
      self.networks = networks
    }
  }

  /// What is to be done with a call.
  enum Decision: Sendable, Hashable {
    case accept(Admission)
    case challenge
    case refuse
  }

  /// Whether anyone may call. Default false.
  public var anonymous: Bool
  /// Whose calls are taken without a challenge; the first who fits is taken for the caller.
  public var neighbours: [Neighbour]
  /// Users who may call with digest authentication; no user, no challenge.
  public var users: [SIPCredentials]
  /// The realm of the challenge.
  public var realm: String

  /// A policy that takes no call unless told so.
  public init(
    anonymous: Bool = false, neighbours: [Neighbour] = [], users: [SIPCredentials] = [], realm: String = "assist"
  ) {
    self.anonymous = anonymous
    self.neighbours = neighbours
    self.users = users
    self.realm = realm
  }

  /// What becomes of a call from `address`. Where somebody calls from tells who they are even where anyone may call.
  func decide(from address: IPAddress) -> Decision {
    if let neighbour = neighbours.first(where: { $0.networks.contains { $0.contains(address) } }) {
      return .accept(.network(neighbour.name))
    }
    if anonymous { return .accept(.anonymous) }
    return users.isEmpty ? .refuse : .challenge
  }
}
