import Coordination
import FoundationEssentials

// Twilio's side of HTTP.
extension StandInTwilio {
  /// Why a request is refused.
  struct Refusal: Error {
    var status: Int
    var code: Int?
  }

  static func answer(
    _ request: StandInRequest, _ writer: StandInResponseWriter, _ state: Locked<State>, cdnURL: String
  ) async throws {
    let settings = state.withLock { $0.settings }
    let key = Data("\(settings.accountSID):\(settings.authToken)".utf8).base64EncodedString()
    let account = "/2010-04-01/Accounts/\(settings.accountSID)"
    guard request.header("authorization") == "Basic \(key)" else {
      return try await refuse(Refusal(status: 401, code: 20003), writer)
    }
    if request.method == "GET", request.path.hasPrefix(account + "/Messages/") {
      let id = request.path.split(separator: "/").last.map { String($0) } ?? ""
      guard state.withLock({ $0.media[id] }) != nil else {
        return try await refuse(Refusal(status: 404, code: 20404), writer)
      }
      return try await writer.answer(settings.redirectStatus, [("location", "\(cdnURL)/\(id)?signature=x")])
    }
    let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
    switch fault {
    case .refuses(let status, let code): return try await refuse(Refusal(status: status, code: code), writer)
    case .drops: return await writer.drop()
    case .losesAnswer, .answers, nil: break
    }
    do {
      guard request.method == "POST",
        request.header("content-type")?.hasPrefix("application/x-www-form-urlencoded") == true
      else { throw Refusal(status: 400, code: 20001) }
      let fields = StandInTwilioForm.fields(request.body)
      let answer: String
      switch request.path {
      case account + "/Messages.json":
        let message = try state.withLock { try take(fields, &$0) }
        answer = #"{"sid":"\#(message.sid)","status":"queued","error_code":null,"direction":"outbound-api"}"#
      case "/v2/Indicators/Typing.json":
        try state.withLock { try showTyping(fields, &$0) }
        answer = #"{"success":true}"#
      default: throw Refusal(status: 404, code: 20404)
      }
      switch fault {
      case .losesAnswer: await writer.drop()
      case .answers(let status, let body): try await writer.answer(status, json: body)
      default: try await writer.answer(request.path.hasPrefix(account) ? 201 : 200, json: answer)
      }
    } catch let refusal as Refusal {
      try await refuse(refusal, writer)
    }
  }

  private static func refuse(_ refusal: Refusal, _ writer: StandInResponseWriter) async throws {
    let body =
      refusal.code.map {
        #"{"code":\#($0),"message":"refused","more_info":"https://www.twilio.com/docs/errors/\#($0)","status":\#(refusal.status)}"#
      } ?? "<html>gateway</html>"
    try await writer.answer(refusal.status, json: body)
  }

  private static func take(_ fields: [(name: String, value: String)], _ state: inout State) throws -> Message {
    let known = ["From", "To", "Body", "MediaUrl", "ContentSid", "ContentVariables", "StatusCallback"]
    guard fields.allSatisfy({ known.contains($0.name) }), Set(fields.map(\.name)).count == fields.count else {
      throw Refusal(status: 400, code: 20001)
    }
    func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    guard field("From") == "whatsapp:+\(state.settings.number)" else { throw Refusal(status: 400, code: 63007) }
    let to = field("To") ?? ""
    let name = to.dropFirst("whatsapp:".count)
    let isNumber = name.first == "+" && (7...15).contains(name.count - 1) && name.dropFirst().allSatisfy(\.isNumber)
    guard to.hasPrefix("whatsapp:"), isNumber || name.contains(".") else { throw Refusal(status: 400, code: 21211) }
    let (body, media, content) = (field("Body"), field("MediaUrl"), field("ContentSid"))
    guard body?.isEmpty == false || media != nil || content != nil else { throw Refusal(status: 400, code: 21619) }
    guard (body?.utf16.count ?? 0) <= 1600 else { throw Refusal(status: 400, code: 21617) }
    if let media, !media.hasPrefix("http") { throw Refusal(status: 400, code: 21620) }
    if let content, !content.hasPrefix("HX") || content.count != 34 { throw Refusal(status: 400, code: 21655) }
    if let variables = field("ContentVariables") {
      guard content != nil, (try? JSONDecoder().decode([String: String].self, from: Data(variables.utf8))) != nil else {
        throw Refusal(status: 400, code: 21656)
      }
    }
    if let callback = field("StatusCallback"), !callback.hasPrefix("http") || callback.utf8.count > 4000 {
      throw Refusal(status: 400, code: 21609)
    }
    let message = Message(
      sid: state.sid(media == nil ? "SM" : "MM"), to: to, body: body, mediaURL: media, contentSID: content,
      contentVariables: field("ContentVariables"), statusCallback: field("StatusCallback"))
    state.messages.append(message)
    return message
  }

  private static func showTyping(_ fields: [(name: String, value: String)], _ state: inout State) throws {
    let id = fields.first { $0.name == "messageId" }?.value ?? ""
    guard fields.contains(where: { $0.name == "channel" && $0.value == "whatsapp" }), id.count == 34,
      id.hasPrefix("SM") || id.hasPrefix("MM")
    else { throw Refusal(status: 400, code: 20001) }
    state.typing.append(id)
  }

  /// The host where media lies: its addresses are keys in themselves, and it wants no other.
  static func serve(
    media request: StandInRequest, _ writer: StandInResponseWriter, _ state: Locked<State>
  ) async throws {
    guard request.header("authorization") == nil else { return try await writer.answer(400) }
    guard let media = state.withLock({ $0.media[String(request.path.dropFirst())] }) else {
      return try await writer.answer(404)
    }
    try await writer.answer(200, [("content-type", media.type)], media.bytes)
  }
}
