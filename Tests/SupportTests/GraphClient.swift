import NIOHTTP1
import Testing

@testable import TestSupport

/// Asks a stand-in as a program would that sends WhatsApp messages.
struct GraphClient {
  struct Answer {
    var status: Int
    var bytes: [UInt8]

    var json: CloudJSON { (try? CloudJSON(parsing: bytes)) ?? .null }
    /// The code of a refusal; nil for success.
    var code: Int? { json["error"]?["code"]?.integer }
    var messageID: String? { json["messages"]?[0]?["id"]?.string }
  }

  static let customer = "15557770000"

  let standIn: StandInCloudAPI
  let clock: CloudClock
  var token = "EAAtest"

  /// A stand-in whose clock stands, with a customer who has just written.
  static func start(
    webhookURL: String? = nil, customerWrote: Bool = true, _ change: (inout CloudSettings) -> Void = { _ in }
  ) async throws -> GraphClient {
    let clock = CloudClock()
    var settings = CloudSettings(webhookURL: webhookURL)
    settings.clock = clock
    settings.delivery.retryPauses = [.milliseconds(1)]
    change(&settings)
    let standIn = try await StandInCloudAPI.start(settings)
    if customerWrote { standIn.customerCalls(from: customer) }
    return GraphClient(standIn: standIn, clock: clock)
  }

  var numberPath: String { "/v25.0/\(standIn.settings.phoneNumberID)" }

  func request(
    _ method: HTTPMethod, _ path: String, headers: [(String, String)]? = nil, body: [UInt8] = []
  ) async throws -> Answer {
    let client = try CloudWebhookClient(url: path.hasPrefix("http") ? path : standIn.url + path)
    defer { client.stop() }
    let answer = try await client.send(
      method, headers: headers ?? [("Authorization", "Bearer \(token)"), ("User-Agent", "assist/1")], body: body,
      timeout: .seconds(20))
    return Answer(status: answer.status, bytes: answer.body)
  }

  func post(_ json: CloudJSON, path: String? = nil) async throws -> Answer {
    try await request(
      .POST, path ?? numberPath + "/messages",
      headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")], body: json.bytes)
  }

  /// Sends these members to the customer; a member given replaces the usual one, `null` takes it away.
  func send(_ members: CloudJSON) async throws -> Answer {
    try await post(Self.message(members))
  }

  static func message(_ members: CloudJSON) -> CloudJSON {
    let given = members.members ?? []
    let usual: [CloudJSON.Member] = [
      .init("messaging_product", "whatsapp"), .init("recipient_type", "individual"), .init("to", .string(customer)),
    ]
    return .object(
      usual.filter { member in !given.contains { $0.name == member.name } } + given.filter { $0.value != .null })
  }

  static func text(_ body: String) -> CloudJSON { ["type": "text", "text": ["body": .string(body)]] }

  func upload(
    _ bytes: [UInt8], type: String = "audio/ogg; codecs=opus", fields: [(String, String)]? = nil
  ) async throws -> Answer {
    let fields = fields ?? [("messaging_product", "whatsapp"), ("type", type)]
    var body: [UInt8] = []
    for (name, value) in fields {
      body += "--b0undary\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8
    }
    body += "--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"n.ogg\"\r\n".utf8
    body += "Content-Type: \(type)\r\n\r\n".utf8
    body += bytes
    body += "\r\n--b0undary--\r\n".utf8
    return try await request(
      .POST, numberPath + "/media",
      headers: [
        ("Authorization", "Bearer \(token)"), ("Content-Type", "multipart/form-data; boundary=b0undary"),
      ], body: body)
  }

  func uploaded(_ bytes: [UInt8], type: String = "audio/ogg; codecs=opus") async throws -> String {
    try #require(try await upload(bytes, type: type).json["id"]?.string)
  }
}
