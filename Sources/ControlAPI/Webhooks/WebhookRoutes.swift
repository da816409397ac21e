import ChatBridge
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Store

/// Where channels deliver. What is proved to be theirs is kept first and acknowledged then; it is read after that.
struct WebhookRoutes: HTTPRoutes {
  let gate: WebhookGate
  let chat: ChatBridge
  let store: any MediaShelf
  /// Whether recordings are served to a channel that fetches them by their unguessable names (Twilio).
  let servesMedia: Bool
  let logger: Logger

  func add(to router: Router<BasicRequestContext>) {
    router.get("webhooks/whatsapp") { request, _ in
      guard let challenge = gate.cloud.challenge({ request.uri.queryParameters[Substring($0)].map(String.init) }) else {
        throw APIError(status: .forbidden, code: "forbidden", message: "mode or token of the verification are wrong")
      }
      return Response(status: .ok, text: challenge)
    }
    router.post("webhooks/whatsapp") { request, _ in
      let body = try await collect(request)
      guard let source = gate.cloud.source(of: body, header: { request.header($0) }) else { throw refused() }
      return await keep("whatsapp", source, body)
    }
    router.post("webhooks/twilio") { request, _ in
      let body = try await collect(request)
      let pathAndQuery = request.uri.string
      let signature = request.header("x-twilio-signature")
      guard let source = gate.twilio.source(of: body, pathAndQuery: pathAndQuery, signature: signature) else {
        throw refused()
      }
      return await keep("twilio", source, gate.twilio.kept(body: body, pathAndQuery: pathAndQuery))
    }
    guard servesMedia else { return }
    // Twilio looks at the head before it fetches.
    for method in [HTTPRequest.Method.get, .head] {
      router.on("media/:id", method: method) { _, context in
        guard let id = context.parameters.get("id"), let media = try await store.media(id) else {
          throw APIError.missing("media")
        }
        return Response(media: media)
      }
    }
  }

  private func collect(_ request: Request) async throws -> [UInt8] {
    do {
      return Array(buffer: try await request.body.collect(upTo: CloudWebhook.maximumBody))
    } catch is NIOTooManyBytesError {
      throw APIError(status: .contentTooLarge, code: "too_large", message: "a delivery is at most 3 MB")
    }
  }

  private func refused() -> APIError {
    logger.warning("a delivery to a webhook is not signed by any configured number")
    return APIError(status: .unauthorized, code: "unauthorized", message: "the signature is missing or wrong")
  }

  private func keep(_ channel: String, _ source: String, _ body: [UInt8]) async -> Response {
    do {
      try await chat.deliver(channel: channel, source: source, body: body)
      return Response(status: .ok, text: "")
    } catch {
      // Not acknowledged, so that it comes again.
      logger.error("a delivery can't be kept", metadata: ["reason": "\(error)"])
      return Response(status: .serviceUnavailable, text: "")
    }
  }
}
