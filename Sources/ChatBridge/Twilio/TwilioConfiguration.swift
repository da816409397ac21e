/// A WhatsApp number that is reached through Twilio.
public struct TwilioConfiguration: Sendable, Equatable {
  /// `AC…`
  public var accountSID: String
  /// Signs deliveries and opens the API.
  public var authToken: String
  /// Our number in digits.
  public var number: String
  /// Where Twilio reaches this server, without a slash at its end: it is part of what Twilio signs, and where it fetches
  /// voice notes.
  public var publicURL: String
  /// Default `https://api.twilio.com`.
  public var baseURL: String

  /// A number.
  public init(
    accountSID: String, authToken: String, number: String, publicURL: String,
    baseURL: String = "https://api.twilio.com"
  ) {
    self.accountSID = accountSID
    self.authToken = authToken
    self.number = number
    self.publicURL = publicURL
    self.baseURL = baseURL
  }
}
