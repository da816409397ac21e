import Coordination

extension StandInCloudAPI {
  /// What a request asks for.
  private enum Route {
    case messages
    case upload
    case medium(String)
    case download
  }

  /// What an answer consists of.
  private struct Answer {
    var status = 200
    var json: CloudJSON = ["success": true]
    /// Sent after the answer, or instead of it.
    var after: (@Sendable () -> Void)?
  }

  /// Answers a request as Meta would, or as the injected fault has it.
  func serve(_ request: StandInRequest, _ writer: StandInResponseWriter) async throws {
    do {
      let route = try route(request)
      try authorize(request)
      let fault = state.withLock { $0.takeFault(for: endpoint(route, request)) }
      switch fault {
      case .error(let code)?:
        throw Injected(error: CloudError(code, "Injected."))
      case .status(let status)?:
        try await writer.answer(
          status, [("content-type", "text/html; charset=utf-8")],
          Array("<html>Sorry, something went wrong.</html>".utf8))
        return
      case .hangsUp?:
        await writer.drop()
        return
      case .neverAnswers?:
        await writer.closed()
        return
      case .delay(let pause)?:
        try await Task.sleep(for: pause)
      case .losesResponse?, .answersLate?, .failsLater?, nil: break
      }
      try await answer(route, request, fault, writer)
    } catch let injected as Injected {
      try await refuse(injected.error, request, writer, isInjected: true)
    } catch let error as CloudError {
      try await refuse(error, request, writer, isInjected: false)
    }
  }

  private struct Injected: Error {
    var error: CloudError
  }

  private func route(_ request: StandInRequest) throws(CloudError) -> Route {
    if request.path == Self.downloadPath, request.method == "GET" { return .download }
    var parts = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    if settings.phoneNumberIDInPath {
      guard let version = parts.popFirst(), let number = Self.majorVersion(version) else {
        throw CloudError(2500, "The path must begin with a version.")
      }
      // Version 20 ended in September 2026.
      guard number > 20 else { throw CloudError(2635, "Please update to the latest version.") }
      if parts.count == 2, let id = parts.popFirst(), id != settings.phoneNumberID {
        throw .noSuchObject(String(id), method: request.method)
      }
    }
    guard parts.count == 1, let last = parts.first, !last.isEmpty else {
      throw CloudError(2500, "Unknown path components: \(request.path)")
    }
    switch (request.method, last) {
    case ("POST", "messages"): return .messages
    case ("POST", "media"): return .upload
    case ("GET", _), ("DELETE", _): return .medium(String(last))
    default: throw .noSuchObject(String(last), method: request.method)
    }
  }

  static let downloadPath = "/whatsapp_business/attachments/"

  private static func majorVersion(_ text: Substring) -> Int? {
    let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    guard text.first == "v", parts.count == 2, Int(parts[1]) != nil else { return nil }
    return Int(parts[0])
  }

  private func authorize(_ request: StandInRequest) throws(CloudError) {
    let isRight =
      switch settings.authorization {
      case .bearer: request.header("authorization") == "Bearer \(settings.accessToken)"
      case .key360dialog: request.header("d360-api-key") == settings.accessToken
      }
    guard isRight else {
      throw CloudError(190, "Invalid OAuth access token - Cannot parse access token")
    }
  }

  private func endpoint(_ route: Route, _ request: StandInRequest) -> CloudEndpoint {
    switch route {
    case .messages: (try? CloudJSON(parsing: request.body))?["status"] == nil ? .messages : .read
    case .upload: .upload
    case .medium: request.method == "DELETE" ? .deletion : .mediaInfo
    case .download: .download
    }
  }

  private func answer(
    _ route: Route, _ request: StandInRequest, _ fault: CloudFault?, _ writer: StandInResponseWriter
  ) async throws {
    let answer: Answer
    switch route {
    case .messages: answer = try take(request, fault)
    case .upload: answer = Answer(json: try upload(request))
    case .medium(let id):
      answer = Answer(json: try request.method == "DELETE" ? delete(id, request) : describe(id, request))
    case .download:
      try await download(request, losesResponse: fault == .losesResponse, writer)
      return
    }
    if case .answersLate(let pause)? = fault {
      answer.after?()
      try await Task.sleep(for: pause)
    }
    if fault == .losesResponse {
      await writer.drop()
    } else {
      try? await writer.answer(
        answer.status, [("content-type", "application/json; charset=UTF-8")], answer.json.bytes)
    }
    if case .answersLate? = fault { return }
    answer.after?()
  }

  private func refuse(
    _ error: CloudError, _ request: StandInRequest, _ writer: StandInResponseWriter, isInjected: Bool
  ) async throws {
    state.withLock {
      $0.refuse(CloudRefusal(method: request.method, path: request.path, error: error, isInjected: isInjected))
    }
    signal.fire()
    let trace = "A" + CloudDigest.hex(Array(CloudDigest.sha256(request.body).prefix(8)))
    try await writer.answer(
      error.httpStatus, [("content-type", "application/json; charset=UTF-8")], error.body(trace: trace).bytes)
  }

  // MARK: Messages

  private func take(_ request: StandInRequest, _ fault: CloudFault?) throws(CloudError) -> Answer {
    guard CloudMediaKind.plain(request.header("content-type") ?? "") == "application/json" else {
      throw CloudError(100, "The parameter messaging_product is required.")
    }
    let json: CloudJSON
    do throws(CloudJSONError) {
      json = try CloudJSON(parsing: request.body)
    } catch {
      throw CloudError(100, "The body is no JSON: \(error.reason) at byte \(error.offset).")
    }
    if json["status"] != nil {
      let check = try CloudReadCheck(json)
      try state.withLock { (state) throws(CloudError) in try state.read(check, at: now) }
      signal.fire()
      return Answer()
    }
    let check = try CloudMessageCheck(json, templates: settings.templates)
    var (message, failure) = try state.withLock { (state) throws(CloudError) in
      try state.accept(check, body: request.body, at: now)
    }
    if case .failsLater(let code)? = fault { failure = code }
    signal.fire()
    let contact: CloudJSON =
      switch check.recipient {
      case .number(let number, let input): ["input": .string(input), "wa_id": .string(number)]
      case .userID(let id): ["input": .string(id), "user_id": .string(id)]
      }
    return Answer(
      json: ["messaging_product": "whatsapp", "contacts": [contact], "messages": [["id": .string(message.id)]]],
      after: { [self, message, failure] in planStatuses(for: message, failure: failure) })
  }
}
