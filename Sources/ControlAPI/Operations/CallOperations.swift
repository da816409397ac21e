import Calls
import HTTPTypes
import Hummingbird
import JSON
import Settings
import SIPStack
import SIPTransport
import Store

/// Placing calls, and all that can be asked of a call.
struct CallOperations: Sendable {
  let services: APIServices
  let audit: AuditTrail

  var all: [APIOperation] { [place, list, show, hangUp, recording, waveform, transfer] + verbs }

  private var place: APIOperation {
    APIOperation(
      id: "placeCall", method: .post, path: "calls", summary: "Places a call on which an assistant speaks.",
      scope: .writeCalls,
      body: .json(
        .object([
          .required("to", .string(1...200)), .optional("from", .string(1...200)), .optional("trunk", .string(1...100)),
          .required("assistant", .string(1...100)), .optional("metadata", .any),
          .optional("conversation", .string(1...100)),
        ])), answer: .json(.created, APISchemas.call)
    ) { call in
      let json = call.json
      let order = CallOrder(
        to: call.text("to"), from: json["from"]?.string, trunk: json["trunk"]?.string,
        assistant: call.text("assistant"), metadata: json["metadata"]?.text,
        conversation: json["conversation"]?.string)
      let record = try await services.calls.place(order)
      await audit.note(call.principal.name, "call.placed", record.id, from: call.address)
      return .json(record.json(isLive: true))
    }
  }

  private var list: APIOperation {
    APIOperation(
      id: "listCalls", method: .get, path: "calls", summary: "Calls, the newest first.", scope: .readCalls,
      query: APIOperation.paging + [
        .init(name: "conversation", schema: .string(1...100), summary: "Of one conversation."),
        .init(name: "live", schema: .boolean, summary: "true: those that are going on."),
      ], answer: .page(APISchemas.call)
    ) { call in
      let filter = CallFilter(conversation: call.query("conversation"))
      let stored =
        call.query("live") == "true"
        ? [] : try await services.store.calls(filter, before: call.cursor, limit: call.limit)
      // One that has just begun may not be in the store yet.
      let known = Set(stored.map(\.id))
      let others = services.calls.records.filter { !known.contains($0.id) && filter.admits($0) }
      let calls = Self.page(of: stored + others, before: call.cursor, limit: call.limit)
      return .page(
        calls.map { stored in
          let live = services.calls.record(stored.id)
          return (live ?? stored).json(isLive: live != nil)
        },
        next: calls.count == call.limit ? calls.last?.id : nil)
    }
  }

  /// The newest of `calls` first, before the one named.
  static func page(of calls: [CallRecord], before id: String?, limit: Int) -> [CallRecord] {
    let wanted = calls.filter { call in id.map { call.id < $0 } ?? true }
    return Array(wanted.sorted { $0.id > $1.id }.prefix(limit))
  }

  private var show: APIOperation {
    APIOperation(
      id: "showCall", method: .get, path: "calls/{id}", summary: "A call, with the timing of each turn.",
      scope: .readCalls, answer: .json(.ok, APISchemas.call)
    ) { call in
      let id = try call.id
      let live = services.calls.record(id)
      guard let record = try await live.orElse({ try await services.store.call(id) }) else {
        throw APIError.missing("call")
      }
      let turns = try await services.store.turns(of: id)
      return .json(record.json(isLive: live != nil, turns: turns))
    }
  }

  private var hangUp: APIOperation {
    APIOperation(
      id: "hangUp", method: .delete, path: "calls/{id}",
      summary: "Hangs up; 200 rather than 202 if the call is over already.", scope: .writeCalls,
      answer: .json(.accepted, APISchemas.call), alike: [.ok]
    ) { call in
      let id = try call.id
      guard let live = services.calls.record(id) else {
        guard let record = try await services.store.call(id) else { throw APIError.missing("call") }
        return .response(APIAnswer(text: record.json(isLive: false).text).response)
      }
      await audit.note(call.principal.name, "call.ended", id, from: call.address)
      try? services.calls.hangUp(id, why: "hung up through the API")
      return .json(live.json(isLive: true))
    }
  }

  // MARK: Recordings

  private var recording: APIOperation {
    APIOperation(
      id: "callRecording", method: .get, path: "calls/{id}/recording",
      summary: "The recording: WAV, the caller on the left, our side on the right.", scope: .readCalls,
      answer: .bytes(type: "audio/wav"), alike: [.partialContent], failures: [.rangeNotSatisfiable]
    ) { call in
      let id = try call.id
      guard let path = try await services.store.call(id)?.recording else { throw APIError.missing("recording") }
      await audit.note(call.principal.name, "recording.heard", id, from: call.address)
      return .response(try await RecordingFile(path: path).response(for: call.request))
    }
  }

  private var waveform: APIOperation {
    APIOperation(
      id: "callWaveform", method: .get, path: "calls/{id}/waveform", summary: "The outline of the recording.",
      scope: .readCalls, answer: .json(.ok, .object([], isOpen: true))
    ) { call in
      guard let path = try await services.store.call(try call.id)?.recording else {
        throw APIError.missing("recording")
      }
      return .json(try await RecordingFile(path: path).outline())
    }
  }

  // MARK: Verbs

  private var transfer: APIOperation {
    APIOperation(
      id: "transferCall", method: .post, path: "calls/{id}/transfer",
      summary: "Hands the caller to someone else. How it goes comes as events, and is on the call.",
      scope: .writeCalls,
      body: .json(
        .object([
          .required("to", .string(1...300)), .optional("mode", .oneOf(TransferMode.allCases.map(\.rawValue))),
          .optional("reason", .string(0...1000)),
        ])), answer: .json(.accepted, APISchemas.call)
    ) { call in
      let id = try call.id
      let mode = call.json["mode"]?.string.flatMap { TransferMode(rawValue: $0) } ?? .blind
      var order = PersonOrder(to: call.text("to"), mode: mode)
      order.reason = call.text("reason")
      try await services.calls.transfer(id, order)
      await audit.note(call.principal.name, "call.transferred", id, mode.rawValue, from: call.address)
      guard let live = services.calls.record(id) else { throw APIError.missing("call") }
      return .json(live.json(isLive: true))
    }
  }

  private var verbs: [APIOperation] {
    [
      verb(
        "answer", "Answers a call that rings until the API decides: 180, 183 or 200.",
        .object([.optional("status", .integer(180...200))])
      ) { calls, id, json in
        try await calls.answer(id, status: json["status"]?.integer.map { Int($0) } ?? 200)
      },
      verb("reject", "Refuses such a call.", .object([.required("status", .integer(300...699))])) { calls, id, json in
        try await calls.reject(id, status: json["status"]?.integer.map { Int($0) } ?? 603)
      },
      verb("say", "Speaks a text on the call.", .object([.required("text", .string(1...4000))])) { calls, id, json in
        try await calls.say(id, json["text"]?.string ?? "")
      },
      verb(
        "dtmf", "Sends digits.",
        .object([
          .required("digits", .string(1...32)), .optional("via", .oneOf(DigitPath.allCases.map(\.rawValue))),
        ])
      ) { calls, id, json in
        try await calls.sendDTMF(
          id, digits: json["digits"]?.string ?? "",
          via: json["via"]?.string.flatMap { DigitPath(rawValue: $0) } ?? .rtp)
      },
      verb("hold", "Puts the far end on hold.", .object([])) { calls, id, _ in try await calls.hold(id, true) },
      verb("resume", "Takes the far end back.", .object([])) { calls, id, _ in try await calls.hold(id, false) },
      verb(
        "renegotiate", "Offers the session anew, by re-INVITE or UPDATE.",
        .object([
          .optional("method", .oneOf(["reinvite", "update"])), .optional("codecs", .array(.string(1...20), 1...10)),
        ])
      ) { calls, id, json in
        try await calls.renegotiate(
          id, method: json["method"]?.string == "update" ? .update : .reinvite,
          codecs: json["codecs"].map { $0.array.compactMap(\.string) })
      },
    ]
  }

  private func verb(
    _ name: String, _ summary: String, _ body: JSONSchema,
    _ run: @escaping @Sendable (any LiveCalls, String, JSONValue) async throws -> Void
  ) -> APIOperation {
    APIOperation(
      id: "\(name)Call", method: .post, path: "calls/{id}/\(name)", summary: summary, scope: .writeCalls,
      body: .json(body), answer: .json(.ok, APISchemas.accepted)
    ) { call in
      let id = try call.id
      try await run(services.calls, id, call.json)
      await audit.note(call.principal.name, "call.\(name)", id, from: call.address)
      return .json(["id": .string(id)])
    }
  }
}

extension Optional where Wrapped: Sendable {
  /// The value, or what `other` finds.
  fileprivate func orElse(_ other: () async throws -> Wrapped?) async rethrows -> Wrapped? {
    if let self { self } else { try await other() }
  }
}
