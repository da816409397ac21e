/// A refusal of the Cloud API. A client has to decide on `code`: HTTP statuses are not telling.
public struct CloudError: Error, Sendable, Equatable {
  /// The number that says what is wrong.
  public var code: Int
  /// What it is about; nil where Meta gives none.
  public var details: String?
  /// Meta's finer number.
  public var subcode: Int?

  /// A refusal.
  public init(_ code: Int, _ details: String? = nil, subcode: Int? = nil) {
    self.code = code
    self.details = details
    self.subcode = subcode
  }

  /// The HTTP status that goes with it.
  public var httpStatus: Int {
    switch code {
    case 0, 190: 401
    case 10, 200...299, 368, 130497, 131005, 131031: 403
    case 132001: 404
    case 3, 131000, 131016, 131045, 131057: 500
    case 2, 133004: 503
    default: 400
    }
  }

  /// The title that Meta gives the code.
  public var title: String { Self.titles[code] ?? "Unknown error" }

  /// The body of the answer.
  public func body(trace: String) -> CloudJSON {
    var error: CloudJSON = [
      "message": .string(message), "type": subcode == 33 ? "GraphMethodException" : "OAuthException",
      "code": .integer(code),
    ]
    if let subcode {
      error = error.adding("error_subcode", .integer(subcode))
    } else if let details {
      error = error.adding("error_data", ["messaging_product": "whatsapp", "details": .string(details)])
    }
    return ["error": error.adding("fbtrace_id", .string(trace))]
  }

  /// The form in which it comes in a webhook.
  var webhookForm: CloudJSON {
    [
      "code": .integer(code), "title": .string(title), "message": .string(title),
      "error_data": ["details": .string(details ?? title)],
      "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    ]
  }

  private var message: String {
    if subcode == 33 { return details ?? title }
    if code == 190 { return details ?? title }
    // Faults of the parameters that the Graph itself finds say what they are in the message.
    return "(#\(code)) \(code == 100 ? details ?? title : title)"
  }

  static func noSuchObject(_ id: String, method: String) -> CloudError {
    CloudError(
      100,
      "Unsupported \(method.lowercased()) request. Object with ID '\(id)' does not exist, cannot be loaded due to "
        + "missing permissions, or does not support this operation", subcode: 33)
  }

  static let titles: [Int: String] = [
    0: "AuthException", 1: "API Unknown", 2: "API Service", 3: "API Method", 4: "Application request limit reached",
    10: "Permission denied", 33: "Parameter value is not valid", 100: "Invalid parameter",
    190: "Access token has expired",
    200: "Permissions error", 368: "Temporarily blocked for policies violations",
    613: "Calls to this API have exceeded the rate limit",
    2500: "Unknown path components", 2635: "You are calling a deprecated version of the API",
    80007: "Rate limit issues", 130429: "Rate limit hit", 130472: "User's number is part of an experiment",
    130497: "Business account is restricted from messaging users in this country", 131000: "Something went wrong",
    131005: "Access denied", 131008: "Required parameter is missing", 131009: "Parameter value is not valid",
    131016: "Service unavailable", 131021: "Recipient cannot be sender", 131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list", 131031: "Account has been locked",
    131037: "Number needs display name approval", 131042: "Business eligibility payment issue",
    131044: "Business eligibility payment issue", 131045: "Incorrect certificate", 131047: "Re-engagement message",
    131048: "Spam rate limit hit", 131049: "Message not sent to maintain healthy ecosystem engagement",
    131050: "User has stopped marketing messages", 131051: "Message type unknown", 131052: "Media download error",
    131053: "Media upload error", 131055: "Method not allowed",
    131056: "(Business Account, Consumer Account) pair rate limit hit", 131057: "Account in maintenance mode",
    131062: "Business-scoped user ID is not allowed for this message", 132000: "Number of parameters does not match",
    132001: "Template does not exist", 132005: "Template text too long", 132007: "Template format policy violated",
    132008: "Template parameter value is invalid", 132012: "Template parameter format mismatch",
    132015: "Template is paused", 132016: "Template is disabled", 132068: "Flow is blocked",
    132069: "Flow is throttled",
    133004: "Server temporarily unavailable", 133010: "Phone number not registered",
    133016: "Account register deregister rate limit exceeded", 135000: "Generic user error",
  ]
}
