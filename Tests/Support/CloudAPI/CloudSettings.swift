/// How a stand-in for the Cloud API is set up.
public struct CloudSettings: Sendable {
  /// Where webhooks go, `http://127.0.0.1:8080/webhooks/whatsapp`; nil drops them.
  public var webhookURL: String?
  /// What the access token has to be.
  public var accessToken = "EAAtest"
  /// Key of the signatures.
  public var appSecret = "app-secret"
  /// What the verification request carries.
  public var verifyToken = "verify-token"
  /// Id of the business's number.
  public var phoneNumberID = "106540000000001"
  /// The business's number, digits only.
  public var displayPhoneNumber = "15550001111"
  /// Id of the business account.
  public var businessAccountID = "102290000000001"
  /// Whether paths are Meta's, `/v25.0/PHONE_NUMBER_ID/messages`; 360dialog's are `/messages`.
  public var phoneNumberIDInPath = true
  /// The header with the token.
  public var authorization = Authorization.bearer
  /// Messages in any second; nil for no limit.
  public var messagesPerSecond: Int? = 80
  /// Whether the limit for one customer holds.
  public var hasPairRate = true
  /// Whether a message outside the customer service window is accepted and fails later, instead of being refused.
  public var windowFailsLater = false
  /// Templates that may be sent.
  public var templates = [
    Template(name: "reopen_case", language: "es", bodyParameters: 1),
    Template(name: "hello_world", language: "en_US", bodyParameters: 0),
  ]
  /// Which statuses come, and when after the message was accepted.
  public var statuses = StatusPlan.none
  /// How webhooks are delivered.
  public var delivery = Delivery()
  /// What the time is for windows, rates and expiry. Pauses before statuses and retries are real ones.
  public var clock = CloudClock.real
  /// How many accepted messages are remembered.
  public var remembersMessages = 100_000
  /// Whether webhook bodies are remembered, up to 10,000.
  public var remembersBodies = true

  /// The usual set-up.
  public init(webhookURL: String? = nil) {
    self.webhookURL = webhookURL
  }

  /// The header that carries the token.
  public enum Authorization: Sendable {
    /// `Authorization: Bearer TOKEN`.
    case bearer
    /// `D360-API-KEY: TOKEN`.
    case key360dialog
  }

  /// A template that Meta has approved.
  public struct Template: Sendable {
    /// Its name.
    public var name: String
    /// Its language, `es` or `en_US`.
    public var language: String
    /// How many parameters the body has.
    public var bodyParameters: Int

    /// A template.
    public init(name: String, language: String, bodyParameters: Int) {
      self.name = name
      self.language = language
      self.bodyParameters = bodyParameters
    }
  }

  /// Which statuses come for an accepted message, each at its time after the acceptance; nil: never.
  public struct StatusPlan: Sendable {
    /// It has left Meta.
    public var sent: Duration?
    /// It has reached the phone.
    public var delivered: Duration?
    /// It was seen.
    public var read: Duration?
    /// It was listened to; for voice notes only.
    public var played: Duration?

    /// A plan.
    public init(sent: Duration?, delivered: Duration?, read: Duration?, played: Duration?) {
      self.sent = sent
      self.delivered = delivered
      self.read = read
      self.played = played
    }

    /// No status at all.
    public static let none = StatusPlan(sent: nil, delivered: nil, read: nil, played: nil)
    /// `sent`, at once.
    public static let sent = StatusPlan(sent: .zero, delivered: nil, read: nil, played: nil)
    /// All, shortly after one another.
    public static let all = StatusPlan(
      sent: .milliseconds(20), delivered: .milliseconds(60), read: .milliseconds(120), played: .milliseconds(180))
  }

  /// How webhooks are delivered.
  public struct Delivery: Sendable {
    /// Most updates in one body, 1 to 1,000.
    public var batchLimit = 1
    /// How long an update waits for others to share its body.
    public var batchPause = Duration.zero
    /// Where the updates of one body are kept apart.
    public var batchShape = BatchShape.changes
    /// Most requests at the same time.
    public var concurrency = 64
    /// How long an answer may take.
    public var timeout = Duration.seconds(20)
    /// The pauses before the second, third, … attempt; the last one repeats.
    public var retryPauses: [Duration] = [
      .milliseconds(200), .seconds(1), .seconds(5), .seconds(30), .seconds(120), .seconds(600),
    ]
    /// If set, updates that wait are taken in an order drawn from this seed.
    public var shuffleSeed: UInt64?
    /// If set, each so many-th body is delivered twice.
    public var duplicatesEvery: Int?
    /// Sent along with each body, by name: 360dialog shows so who it is.
    public var headers: [String: String] = [:]

    /// One update a body, 64 at a time, retried for ever.
    public init() {}
  }

  /// Where the updates of one body are kept apart.
  public enum BatchShape: Sendable, CaseIterable {
    /// In `entry[]`.
    case entries
    /// In `changes[]` of one entry.
    case changes
    /// In `messages[]` and `statuses[]` of one change where they are of one kind.
    case messages
  }
}
