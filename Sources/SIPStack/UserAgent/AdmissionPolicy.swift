/// Whose calls are taken.
public struct AdmissionPolicy: Sendable {
  /// What is to be done with a call.
  enum Decision: Sendable {
    case accept
    case challenge
    case refuse
  }

  /// Whether anyone may call. Default false.
  public var anonymous: Bool
  /// Networks whose calls are taken without a challenge, such as those of a trunk.
  public var networks: [Network]
  /// Users who may call with digest authentication; no user, no challenge.
  public var users: [SIPCredentials]
  /// The realm of the challenge.
  public var realm: String

  /// A policy that takes no call unless told so.
  public init(anonymous: Bool = false, networks: [Network] = [], users: [SIPCredentials] = [], realm: String = "assist")
  {
    self.anonymous = anonymous
    self.networks = networks
    self.users = users
    self.realm = realm
  }

  /// What becomes of a call from `address`.
  func decide(from address: String) -> Decision {
    if anonymous || networks.contains(where: { $0.contains(address) }) { return .accept }
    return users.isEmpty ? .refuse : .challenge
  }
}
