/// One number of the WhatsApp Cloud API, or of a service that speaks the same JSON (360dialog).
public struct CloudConfiguration: Sendable, Equatable {
  /// How requests show who we are.
  public enum Authorization: Sendable, Equatable {
    /// `Authorization: Bearer TOKEN`, as Meta has it.
    case bearer
    /// The token in a header of this name, as 360dialog's `D360-API-KEY`.
    case header(String)
  }

  /// Names the number at Meta.
  public var phoneNumberID: String
  /// The key for sending and for media.
  public var accessToken: String
  /// With it deliveries are signed; nil for services that do not sign.
  public var appSecret: String?
  /// A header by which a service that does not sign shows who it is: name and value.
  public var webhookHeader: (name: String, value: String)?
  /// What the service shows when the webhook's address is set up.
  public var verifyToken: String
  /// Version and all, without a slash at its end. Default `https://graph.facebook.com/v25.0`.
  public var baseURL: String
  /// Default bearer.
  public var authorization: Authorization
  /// Whether paths begin with the number's id. Meta's do, 360dialog's don't. Default true.
  public var hasNumberInPath: Bool

  /// A number at Meta, unless told otherwise.
  public init(
    phoneNumberID: String, accessToken: String, appSecret: String?, verifyToken: String,
    webhookHeader: (name: String, value: String)? = nil, baseURL: String = "https://graph.facebook.com/v25.0",
    authorization: Authorization = .bearer, hasNumberInPath: Bool = true
  ) {
    self.phoneNumberID = phoneNumberID
    self.accessToken = accessToken
    self.appSecret = appSecret
    self.webhookHeader = webhookHeader
    self.verifyToken = verifyToken
    self.baseURL = baseURL
    self.authorization = authorization
    self.hasNumberInPath = hasNumberInPath
  }

  /// By what is the same.
  public static func == (left: CloudConfiguration, right: CloudConfiguration) -> Bool {
    left.phoneNumberID == right.phoneNumberID && left.accessToken == right.accessToken
      && left.appSecret == right.appSecret && left.verifyToken == right.verifyToken
      && left.webhookHeader?.name == right.webhookHeader?.name
      && left.webhookHeader?.value == right.webhookHeader?.value && left.baseURL == right.baseURL
      && left.authorization == right.authorization && left.hasNumberInPath == right.hasNumberInPath
  }
}
