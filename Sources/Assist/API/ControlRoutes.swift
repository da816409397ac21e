import JSON
import ChatBridge
import HTTPTypes
import Hummingbird
import SIPTransport
import Store

/// `/v1`: calls, conversations and the people who take over.
struct ControlRoutes: HTTPRoutes {
  let server: Server
  let keys: [Secret]

  private static let pageLimit = 200
  private var post: APIPost { APIPost(store: server.store, clock: server.clock) }

  func add(to router: Router<BasicRequestContext>) {
    let v1 = router.group("v1").add(middleware: APIKeyMiddleware(keys: keys))
    addCalls(to: v1)
    addConversations(to: v1)
    addEscalations(to: v1)
    v1.get("media/:id") { _, context in
      guard let id = context.parameters.get("id"), let media = try await server.store.media(id) else {
        throw APIError.missing("media")
      }
      return Response(media: media)
    }
  }

  // MARK: Calls

  private func addCalls(to v1: RouterGroup<BasicRequestContext>) {
    v1.post("calls") { request, _ in
      try await post.answer(request) { json in
        let order = CallOrder(
          to: try Self.text(json, "to"), from: json["from"]?.string, trunk: json["trunk"]?.string,
          assistant: try Self.text(json, "assistant"), metadata: json["metadata"]?.text,
          conversation: json["conversation"]?.string)
        do throws(CallOrderError) {
          return APIAnswer(status: .created, json: try await server.place(order).json(isLive: true))
        } catch {
          guard let param = error.parameter else {
            throw APIError(status: .serviceUnavailable, code: "unavailable", message: "\(error)")
          }
          throw APIError.invalid(param, "\(error)")
        }
      }
    }
    v1.get("calls") { request, _ in
      let limit = try Self.limit(request)
      let calls = try await server.store.calls(before: Self.cursor(request), limit: limit)
      let live = await server.live
      return Self.page(
        calls.map { (live[$0.id]?.recorder.call ?? $0).json(isLive: live[$0.id] != nil) },
        next: calls.count == limit ? calls.last?.id : nil)
    }
    v1.get("calls/:id") { _, context in
      let id = try Self.id(context)
      if let live = await server.live[id] { return APIAnswer(json: live.recorder.call.json(isLive: true)).response }
      guard let call = try await server.store.call(id) else { throw APIError.missing("call") }
      return APIAnswer(json: call.json(isLive: false)).response
    }
    v1.delete("calls/:id") { _, context in
      let id = try Self.id(context)
      guard let live = await server.live[id] else {
        guard let call = try await server.store.call(id) else { throw APIError.missing("call") }
        return APIAnswer(json: call.json(isLive: false)).response
      }
      live.call.hangUp(cause: 16, text: "hung up through the API")
      return APIAnswer(status: .accepted, json: live.recorder.call.json(isLive: true)).response
    }
  }

  // MARK: Conversations

  private func addConversations(to v1: RouterGroup<BasicRequestContext>) {
    v1.get("conversations") { request, _ in
      let limit = try Self.limit(request)
      var before: (Timestamp, String)?
      if let text = Self.cursor(request) {
        let parts = text.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let time = Int64(parts[0]) else { throw APIError.invalid("cursor", "is not one") }
        before = (Timestamp(milliseconds: time), String(parts[1]))
      }
      let found = try await server.store.conversations(before: before, limit: limit)
      let next = found.count == limit ? found.last.map { "\($0.updatedAt.milliseconds)-\($0.id)" } : nil
      return Self.page(found.map(\.json), next: next)
    }
    v1.get("conversations/:id") { _, context in
      APIAnswer(json: try await conversation(context).json).response
    }
    v1.get("conversations/:id/messages") { request, context in
      let record = try await conversation(context)
      let limit = try Self.limit(request)
      var before: Int64?
      if let text = Self.cursor(request) {
        guard let sequence = Int64(text) else { throw APIError.invalid("cursor", "is not one") }
        before = sequence
      }
      let messages = try await server.store.messages(of: record.id, before: before, limit: limit)
      return Self.page(
        messages.map(\.json), next: messages.count == limit ? messages.last.map { "\($0.sequence)" } : nil)
    }
    v1.post("conversations/:id/messages") { request, context in
      let record = try await conversation(context)
      return try await post.answer(request) { json in
        let text = try Self.text(json, "text")
        do throws(ChatBridge.SayError) {
          let keys = try await server.chat.say(text, in: record.id, as: .person)
          return APIAnswer(
            status: .created, json: ["conversation": .string(record.id), "messages": .array(keys.map { .string($0) })])
        } catch {
          throw Self.apiError(error)
        }
      }
    }
    v1.post("conversations/:id/takeover") { request, context in
      let record = try await conversation(context)
      return try await post.answer(request) { json in
        let person = json["person"]?.string ?? "api"
        return try await assign(record, to: .person, person: String(person.prefix(100)), epoch: json["epoch"]?.integer)
      }
    }
    v1.post("conversations/:id/release") { request, context in
      let record = try await conversation(context)
      return try await post.answer(request) { json in
        try await assign(record, to: .assistant, person: nil, epoch: json["epoch"]?.integer)
      }
    }
  }

  /// Exactly one of those who ask at once for the same epoch gets it.
  private func assign(
    _ record: ConversationRecord, to owner: ConversationOwner, person: String?, epoch: Int64?
  ) async throws -> APIAnswer {
    let expected = epoch ?? record.epoch
    let assigned = try await server.store.assign(
      record.id, to: owner, person: person, ifEpoch: expected, at: server.clock.now)
    guard assigned != nil, let now = try await server.store.conversation(record.id) else {
      throw APIError(status: .conflict, code: "conflict", message: "somebody else was first; read it again")
    }
    return APIAnswer(json: now.json)
  }

  private func conversation(_ context: BasicRequestContext) async throws -> ConversationRecord {
    guard let record = try await server.store.conversation(try Self.id(context)) else {
      throw APIError.missing("conversation")
    }
    return record
  }

  // MARK: Escalations

  private func addEscalations(to v1: RouterGroup<BasicRequestContext>) {
    v1.get("escalations") { request, _ in
      let state = request.uri.queryParameters["state"].map(String.init)
      if let state, EscalationRecord.State(rawValue: state) == nil {
        throw APIError.invalid("state", "expected waiting, claimed or resolved")
      }
      let found = try await server.store.escalations(
        state.flatMap { EscalationRecord.State(rawValue: $0) }, limit: try Self.limit(request))
      return Self.page(found.map(\.json), next: nil)
    }
    v1.post("escalations/:id/claim") { request, context in
      let id = try Self.id(context)
      return try await post.answer(request) { json in
        let waiting = try await server.store.escalations(.waiting, limit: Self.pageLimit)
        guard let escalation = waiting.first(where: { $0.id == id }),
          let record = try await server.store.conversation(escalation.conversation)
        else { throw APIError(status: .conflict, code: "conflict", message: "it is not waiting any more") }
        let person = String((json["person"]?.string ?? "api").prefix(100))
        return try await assign(record, to: .person, person: person, epoch: record.epoch)
      }
    }
  }

  // MARK: What routes share

  private static func id(_ context: BasicRequestContext) throws -> String {
    guard let id = context.parameters.get("id"), id.utf8.count <= 100 else { throw APIError.missing("record") }
    return id
  }

  private static func text(_ json: JSONValue, _ key: String) throws -> String {
    guard let text = json[key]?.string, !text.isEmpty else { throw APIError.invalid(key, "must be a text") }
    return text
  }

  private static func limit(_ request: Request) throws -> Int {
    guard let text = request.uri.queryParameters["limit"] else { return 50 }
    guard let limit = Int(text), (1...pageLimit).contains(limit) else {
      throw APIError.invalid("limit", "expected 1 to \(pageLimit)")
    }
    return limit
  }

  private static func cursor(_ request: Request) -> String? {
    request.uri.queryParameters["cursor"].map(String.init)
  }

  private static func page(_ items: [JSONValue], next: String?) -> Response {
    APIAnswer(json: ["data": .array(items), "cursor": JSONValue(next)]).response
  }

  private static func apiError(_ error: ChatBridge.SayError) -> APIError {
    switch error {
    case .noConversation: .missing("conversation")
    case .badText: .invalid("text", "\(error)")
    case .noThread: APIError(status: .conflict, code: "unreachable", message: "\(error)")
    case .windowClosed: APIError(status: .conflict, code: "window_closed", message: "\(error)")
    case .store: APIError(status: .serviceUnavailable, code: "unavailable", message: "the store failed")
    }
  }
}
