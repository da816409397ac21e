/// A person with WhatsApp.
public struct CloudCustomer: Sendable, Equatable {
  /// The number without `+`.
  public var waID: String
  /// The name in the profile.
  public var name: String
  /// The business-scoped user id.
  public var userID: String
  /// The username, once there is one.
  public var username: String?
  /// Whether webhooks leave the number out, as they may once there is a username.
  public var hidesNumber = false
  /// When they last wrote or called, in time since 1970; opens the customer service window.
  public var lastContact: Duration?

  /// How long after the last contact anything but a template may be sent.
  static let window = Duration.seconds(86400)

  func isInWindow(at now: Duration) -> Bool {
    guard let lastContact else { return false }
    return now - lastContact < Self.window
  }

  /// The element of `contacts[]`.
  var contactJSON: CloudJSON {
    let profile = (["name": .string(name)] as CloudJSON).adding("username", username.map { .string($0) })
    return (["profile": profile] as CloudJSON).adding("wa_id", hidesNumber ? nil : .string(waID))
      .adding("user_id", .string(userID))
  }
}
