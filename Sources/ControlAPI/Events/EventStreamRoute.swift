import Events
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import ServiceLifecycle
import Settings

/// `GET /v1/events`: server-sent events (WHATWG HTML, section 9.2), or with `Accept: application/json` a page of what is
/// stored.
///
/// Of the stream only events that are stored carry an `id`, so that a reader always comes back to a place in the log.
struct EventStreamRoute: Sendable {
  private static let largestPage = 1000

  let hub: EventHub
  let log: any EventLog
  /// Between two comments that keep the connection open, and show that it is gone.
  var heartbeat = Duration.seconds(15)

  /// The answer. Throws `APIError` for what is wrong with the request.
  func eventsResponse(_ request: Request) async throws -> Response {
    let query = try Query(request)
    if request.headers[.accept].map(Self.wantsPage) ?? false { return try await page(query) }
    let subscription = hub.subscribe(after: query.after, query.filter)
    let heartbeat = heartbeat
    var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
    // nginx would hold events back otherwise.
    if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody { writer in
        try await Self.stream(subscription, of: request, to: &writer, heartbeat: heartbeat)
      })
  }

  private static func stream(
    _ subscription: EventSubscription, of request: Request, to writer: inout any ResponseBodyWriter,
    heartbeat: Duration
  ) async throws {
    let beats = Task {
      while (try? await Task.sleep(for: heartbeat)) != nil { subscription.nudge() }
    }
    defer {
      beats.cancel()
      subscription.cancel()
    }
    // Each write waits until the connection takes it; who does not read is cut off by the hub's bound.
    try await request.body.consumeWithInboundCloseHandler { _ in
      try await withGracefulShutdownHandler {
        try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
        var iterator = subscription.makeAsyncIterator()
        while true {
          switch await iterator.step() {
          case .event(let event): try await writer.write(ByteBuffer(string: event.serverSent))
          case .nudged: try await writer.write(ByteBuffer(string: ":\n\n"))
          case .ended:
            if let ending = subscription.ending {
              let text = "event: stream.ended\ndata: {\"reason\":\"\(ending.rawValue)\"}\n\n"
              try await writer.write(ByteBuffer(string: text))
            }
            return try await writer.finish(nil)
          }
        }
      } onGracefulShutdown: {
        subscription.cancel()
      }
    } onInboundClosed: {
      subscription.cancel()
    }
  }

  private func page(_ query: Query) async throws -> Response {
    let page = try await log.page(after: query.after, query.filter, limit: query.limit)
    return Response(
      json: (["data": .array(page.events.map(\.json)), "cursor": page.isEnd ? .null : JSONValue(page.last)]
        as JSONValue).text)
  }

  /// Whether JSON is named and the stream is not.
  private static func wantsPage(_ accept: String) -> Bool {
    let accept = accept.lowercased()
    return accept.contains("application/json") && !accept.contains("text/event-stream")
  }

  /// What a request asks for.
  private struct Query {
    var after: String?
    var filter = EventFilter.all
    var limit = 200

    init(_ request: Request) throws(APIError) {
      let parameters = request.uri.queryParameters
      // A browser that comes back repeats its URL; the header is the later word.
      let last = request.header("last-event-id").flatMap { $0.isEmpty ? nil : $0 }
      after = last ?? parameters["after"].map { String($0) }
      if let after, !Self.isID(after) { throw .invalid("after", "is not the id of an event") }
      if let text = parameters["types"] {
        var types: Set<AssistEventType> = []
        for word in text.split(separator: ",") {
          guard let type = AssistEventType(rawValue: String(word)) else {
            throw .invalid("types", "there is no event '\(word.prefix(50))'")
          }
          types.insert(type)
        }
        filter.types = types
      }
      if let text = parameters["conversation"] {
        guard !text.isEmpty, text.utf8.count <= 100 else { throw .invalid("conversation", "is not one") }
        filter.conversation = String(text)
      }
      if let text = parameters["limit"] {
        guard let value = Int(text), (1...EventStreamRoute.largestPage).contains(value) else {
          throw .invalid("limit", "expected 1 to \(EventStreamRoute.largestPage)")
        }
        limit = value
      }
    }

    private static func isID(_ text: String) -> Bool {
      text.hasPrefix("evt_") && text.utf8.count <= 100
        && text.utf8.dropFirst(4).allSatisfy {
          switch $0 {
          case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
          default: false
          }
        }
    }
  }
}

extension AssistEvent {
  /// As a server-sent event. JSON has no line ends of its own, so that one line of data is enough.
  var serverSent: String {
    let id = type.isDurable ? "id: \(id)\n" : ""
    return "\(id)event: \(type.rawValue)\ndata: \(json.text)\n\n"
  }
}
