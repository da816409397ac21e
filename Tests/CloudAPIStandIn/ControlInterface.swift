import TestSupport

/// The requests below `/stand-in/`, by which a test in another process plays customers and sees what came.
struct ControlInterface {
  let standIn: StandInCloudAPI

  /// Why a request is refused, for the answer.
  private struct Refusal: Error {
    var status: Int
    var reason: String
  }

  /// Answers one request.
  func serve(_ request: StandInRequest, _ writer: StandInResponseWriter) async throws {
    do {
      let parts = request.path.split(separator: "/").dropFirst().map(String.init)
      switch (request.method, parts.first, parts.count) {
      case ("POST", "customers", 3): try await answer(customerActs(parts[1], parts[2], request), writer)
      case ("GET", "sent", 1): try await answer(sent(request), writer)
      case ("GET", "figures", 1): try await answer(figures, writer)
      case ("POST", "load", 1): try await answer(startLoad(request), writer, status: 202)
      case ("POST", "verify", 1): try await answer(verify(), writer)
      case ("GET", "media", 2):
        guard let medium = standIn.medium(parts[1]) else { throw Refusal(status: 404, reason: "no such medium") }
        try await writer.answer(200, [("content-type", medium.mimeType)], medium.bytes)
      default: throw Refusal(status: 404, reason: "no such path")
      }
    } catch let refusal as Refusal {
      try await answer(["error": .string(refusal.reason)], writer, status: refusal.status)
    }
  }

  private func answer(_ json: CloudJSON, _ writer: StandInResponseWriter, status: Int = 200) async throws {
    try await writer.answer(status, [("content-type", "application/json")], json.bytes)
  }

  private func body(_ request: StandInRequest) throws(Refusal) -> CloudJSON {
    do throws(CloudJSONError) {
      return try CloudJSON(parsing: request.body)
    } catch {
      throw Refusal(status: 400, reason: "the body is no JSON: \(error.reason)")
    }
  }

  private func text(_ name: String, of json: CloudJSON) throws(Refusal) -> String {
    guard let text = json[name]?.string else { throw Refusal(status: 400, reason: "\(name) is missing") }
    return text
  }

  // MARK: Customers

  private func customerActs(_ id: String, _ action: String, _ request: StandInRequest) throws(Refusal) -> CloudJSON {
    let content: CloudInbound
    var name = request.queryValues("name").first
    var context: CloudContext?
    switch action {
    case "text":
      let json = try body(request)
      content = .text(try text("text", of: json))
      name = json["name"]?.string ?? name
      context = json["context"]?.string.map { .reply(to: $0) }
    case "voice":
      guard !request.body.isEmpty else { throw Refusal(status: 400, reason: "the body must be Ogg Opus") }
      content = .voice(request.body)
    case "tap":
      let json = try body(request)
      let (reply, title) = (try text("id", of: json), try text("title", of: json))
      content = json["list"]?.bool == true ? .listReply(id: reply, title: title) : .buttonReply(id: reply, title: title)
      context = json["context"]?.string.map { .reply(to: $0) }
    default: throw Refusal(status: 404, reason: "a customer can do text, voice and tap")
    }
    return ["id": .string(standIn.customerSends(content, from: id, name: name, context: context))]
  }

  // MARK: What came

  private func sent(_ request: StandInRequest) throws(Refusal) -> CloudJSON {
    let after = request.queryValues("after").first.flatMap { Int($0) } ?? 0
    let messages = standIn.accepted.filter { $0.number > after }
    return [
      "count": .integer(standIn.acceptedCount),
      "messages": .array(messages.map(Self.json)),
    ]
  }

  private static func json(_ message: CloudAcceptedMessage) -> CloudJSON {
    func optional(_ text: String?) -> CloudJSON { text.map { .string($0) } ?? .null }
    func choices(_ choices: [(id: String, title: String)]) -> CloudJSON {
      .array(choices.map { ["id": .string($0.id), "title": .string($0.title)] })
    }
    return [
      "number": .integer(message.number), "id": .string(message.id), "recipient": .string(message.recipient),
      "type": .string(message.type), "text": optional(message.text), "media": optional(message.mediaID),
      "voice": .bool(message.isVoice), "callback_data": optional(message.callbackData),
      "context": optional(message.contextID), "buttons": choices(message.buttons), "rows": choices(message.rows),
      "time_ms": .integer(Int(message.time / .milliseconds(1))),
    ]
  }

  private var figures: CloudJSON {
    let figures = standIn.figures
    let refused = standIn.refusedCounts.sorted { $0.key < $1.key }
    return [
      "webhooks": [
        "bodies": .integer(figures.bodies), "sent": .integer(figures.attempts),
        "acknowledged": .integer(figures.acknowledged), "retried": .integer(figures.retries),
        "unacknowledged": .integer(standIn.unacknowledgedCount),
        "latency_ms": figures.answerTimes.json, "since_due_ms": figures.dueTimes.json,
      ],
      "messages": [
        "accepted": .integer(standIn.acceptedCount),
        "refused": .object(refused.map { .init(String($0.key), .integer($0.value)) }),
        "reads": .integer(standIn.reads.count), "reply_ms": standIn.replyTimes.json,
      ],
      "load": standIn.load.map(Self.json) ?? .null,
    ]
  }

  // MARK: Loads and verification

  private func startLoad(_ request: StandInRequest) throws(Refusal) -> CloudJSON {
    let json = try body(request)
    guard
      let plan = CloudLoadPlan(
        rate: json["rate"]?.double ?? 0, seconds: json["seconds"]?.double ?? 0,
        customers: json["customers"]?.integer ?? 1, text: json["text"]?.string ?? "hola")
    else {
      throw Refusal(
        status: 400,
        reason: "rate must be up to 5000, seconds up to 600, customers up to 200000, and at most 200000 messages in all"
      )
    }
    guard standIn.startLoad(plan) else { throw Refusal(status: 409, reason: "a load is running") }
    return standIn.load.map(Self.json) ?? .null
  }

  private static func json(_ load: CloudLoad) -> CloudJSON {
    [
      "finished": .bool(load.end != nil), "planned": .integer(load.plan.count), "made": .integer(load.made),
      "seconds": .number((load.end ?? .now) - load.start > .zero ? ((load.end ?? .now) - load.start) / .seconds(1) : 0),
    ]
  }

  private func verify() async throws(Refusal) -> CloudJSON {
    do {
      let verification = try await standIn.verifyWebhook()
      return [
        "status": .integer(verification.status), "body": .string(verification.body),
        "verified": .bool(verification.isVerified),
      ]
    } catch {
      throw Refusal(status: 502, reason: "the webhook does not answer: \(error)")
    }
  }
}
