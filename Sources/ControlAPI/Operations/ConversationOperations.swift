import Audio
import Calls
import ChatBridge
import Desk
import Handover
import HTTPTypes
import Hummingbird
import JSON
import Logging
import Settings
import Store
import VoicePipeline

/// Reading conversations, writing in them, taking them over and giving them back.
struct ConversationOperations: Sendable {
  let services: APIServices
  let audit: AuditTrail

  /// A person's recording: ten minutes at 16 kHz and 16 bits.
  private static let largestRecording = 20 << 20

  var all: [APIOperation] { [list, show, messages, write, speak, takeOver, release, coach, media] }

  private func record(_ call: APICall) async throws -> ConversationRecord {
    guard let record = try await services.store.conversation(try call.id) else {
      throw APIError.missing("conversation")
    }
    return record
  }

  // MARK: Reading

  private var list: APIOperation {
    APIOperation(
      id: "listConversations", method: .get, path: "conversations",
      summary: "Conversations, the one in which something happened last first.", scope: .readConversations,
      query: APIOperation.paging + [
        .init(name: "owner", schema: .oneOf(["assistant", "queue", "person"]), summary: "Whose they are."),
        .init(name: "person", schema: .string(1...100), summary: "Which person has them."),
        .init(name: "channel", schema: .string(1...100), summary: "Where the customer wrote."),
        .init(name: "live", schema: .boolean, summary: "true: those with a call that is going on."),
      ], answer: .page(APISchemas.conversation)
    ) { call in
      var before: (Timestamp, String)?
      if let text = call.cursor {
        let parts = text.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let time = Int64(parts[0]) else { throw APIError.invalid("cursor", "is not one") }
        before = (Timestamp(milliseconds: time), String(parts[1]))
      }
      let filter = ConversationFilter(
        owner: call.query("owner").flatMap { ConversationOwner(rawValue: $0) }, person: call.query("person"),
        channel: call.query("channel"),
        ids: call.query("live") == "true" ? Set(services.calls.records.compactMap(\.conversation)) : nil)
      let found = try await services.store.conversations(filter, before: before, limit: call.limit)
      let next = found.count == call.limit ? found.last.map { "\($0.updatedAt.milliseconds)-\($0.id)" } : nil
      var views: [JSONValue] = []
      for record in found { views.append(await services.view(record)) }
      return .page(views, next: next)
    }
  }

  private var show: APIOperation {
    APIOperation(
      id: "showConversation", method: .get, path: "conversations/{id}", summary: "A conversation.",
      scope: .readConversations, answer: .json(.ok, APISchemas.conversation)
    ) { call in
      let record = try await record(call)
      await audit.note(call.principal.name, "conversation.read", record.id, from: call.address)
      return .json(await services.view(record))
    }
  }

  private var messages: APIOperation {
    APIOperation(
      id: "listMessages", method: .get, path: "conversations/{id}/messages",
      summary: "What was said, on every channel, the newest first.", scope: .readConversations,
      query: APIOperation.paging, answer: .page(APISchemas.message)
    ) { call in
      let record = try await record(call)
      let found = try await services.store.messages(of: record.id, before: try call.sequence, limit: call.limit)
      return .page(
        await services.views(of: found),
        next: found.count == call.limit ? found.last.map { "\($0.sequence)" } : nil)
    }
  }

  private var media: APIOperation {
    APIOperation(
      id: "showMedia", method: .get, path: "media/{id}", summary: "A sound, a picture or a document.",
      scope: .readConversations, answer: .bytes(type: "*/*")
    ) { call in
      guard let media = try await services.store.media(try call.id) else { throw APIError.missing("media") }
      return .response(Response(media: media))
    }
  }

  // MARK: Writing

  private static let sent = JSONSchema.object([
    .required("conversation", .string()), .required("messages", .array(.string())),
  ])

  private var write: APIOperation {
    APIOperation(
      id: "writeMessage", method: .post, path: "conversations/{id}/messages",
      summary: "A person writes to the customer; on a call without a chat it is spoken.", scope: .writeConversations,
      body: .json(
        .object([
          .required("text", .string(1...20_000)),
          .optional(
            "buttons",
            .array(.object([.optional("id", .string(1...100)), .required("title", .string(1...20))]), 1...3)),
          .optional("reply_to", .string(1...100)), .optional("epoch", .integer()),
        ])), answer: .json(.created, Self.sent)
    ) { call in
      let record = try await record(call)
      try checkEpoch(call, record)
      let buttons = (call.json["buttons"]?.array ?? []).enumerated().compactMap { index, button in
        button["title"]?.string.map { ReplyChoice(id: button["id"]?.string ?? "button_\(index + 1)", title: $0) }
      }
      if let live = services.calls.call(of: record.id), buttons.isEmpty, call.json["reply_to"] == nil {
        try await services.calls.say(live.id, call.text("text"))
        await noteReply(record, call)
        return .json(["conversation": .string(record.id), "messages": []])
      }
      let saying = Saying(
        .text(call.text("text"), choices: buttons), as: .person, person: call.principal.name,
        replyTo: call.json["reply_to"]?.string)
      return .json(try await say(saying, record, call))
    }
  }

  private var speak: APIOperation {
    APIOperation(
      id: "sendVoiceNote", method: .post, path: "conversations/{id}/voice-notes",
      summary: "A person speaks to the customer: a WAV of 16-bit samples, one channel.", scope: .writeConversations,
      body: .bytes(type: "audio/wav", limit: Self.largestRecording), answer: .json(.created, Self.sent)
    ) { call in
      let record = try await record(call)
      let wav: WAVFile
      do throws(WAVError) {
        wav = try WAVFile(bytes: call.bytes.span)
      } catch {
        throw APIError(status: .badRequest, code: "invalid_request", message: "the recording can't be read: \(error)")
      }
      let saying = Saying(
        .sound(wav.samples, sampleRate: wav.sampleRate, transcript: ""), as: .person, person: call.principal.name)
      return .json(try await say(saying, record, call))
    }
  }

  private func say(_ saying: Saying, _ record: ConversationRecord, _ call: APICall) async throws -> JSONValue {
    let keys = try await services.chat.say(saying, in: record.id)
    await noteReply(record, call)
    return ["conversation": .string(record.id), "messages": .array(keys.map { .string($0) })]
  }

  private func noteReply(_ record: ConversationRecord, _ call: APICall) async {
    await audit.note(call.principal.name, "message.written", record.id, from: call.address)
    do throws(DeskError) {
      try await services.desk.personReplied(in: record.id, by: call.principal.name)
    } catch {
      // What was said is on its way; only the time of the first reply is not known.
      services.logger.error(
        "a person's reply is not counted", metadata: ["conversation": "\(record.id)", "reason": "\(error)"])
    }
  }

  private func checkEpoch(_ call: APICall, _ record: ConversationRecord) throws {
    if let epoch = call.json["epoch"]?.integer, epoch != record.epoch {
      throw APIError.conflict(
        "the conversation is in epoch \(record.epoch), with \(record.person ?? record.owner.rawValue)")
    }
  }

  // MARK: Whose it is

  private var takeOver: APIOperation {
    APIOperation(
      id: "takeOver", method: .post, path: "conversations/{id}/takeover",
      summary: "Takes a conversation from the assistant. Of several who do at once exactly one gets it.",
      scope: .writeConversations,
      body: .json(
        .object([
          .optional("person", .string(1...100)), .optional("epoch", .integer()), .optional("force", .boolean),
          .optional("ring", .oneOf(["bridge", "refer"])),
        ])), answer: .json(.ok, APISchemas.conversation)
    ) { call in
      let record = try await record(call)
      let person = call.person
      let force = call.json["force"]?.bool ?? false
      if record.owner == .person, let holder = record.person, holder != person {
        guard force else { throw APIError.claimed(by: holder) }
        guard call.principal.may(.supervise) else {
          throw APIError(status: .forbidden, code: "forbidden", message: "only a supervisor takes from \(holder)")
        }
      }
      let taken = try await services.handover.takeOver(
        record.id, by: person, epoch: call.json["epoch"]?.integer ?? record.epoch, ring: call.ring)
      await audit.note(
        call.principal.name, "conversation.taken", record.id, force ? "by force" : "", from: call.address)
      return .json(await services.view(taken))
    }
  }

  private var release: APIOperation {
    APIOperation(
      id: "release", method: .post, path: "conversations/{id}/release",
      summary: "Gives a conversation back to the assistant, with a note for it.", scope: .writeConversations,
      body: .json(.object([.optional("epoch", .integer()), .optional("note", .nullable(.string(0...2000)))])),
      answer: .json(.ok, APISchemas.conversation)
    ) { call in
      let record = try await record(call)
      if let person = call.principal.person, record.owner == .person, record.person != person.username,
        !call.principal.may(.supervise)
      {
        throw APIError.claimed(by: record.person)
      }
      let released = try await services.desk.giveBack(
        record.id, by: call.principal.name, epoch: call.json["epoch"]?.integer ?? record.epoch,
        note: call.json["note"]?.string, movesCall: true
      ).conversation
      await audit.note(call.principal.name, "conversation.released", record.id, from: call.address)
      return .json(await services.view(released))
    }
  }

  private var coach: APIOperation {
    APIOperation(
      id: "coach", method: .post, path: "conversations/{id}/coach",
      summary: "Tells the assistant something that the customer does not see or hear.", scope: .supervise,
      body: .json(.object([.required("text", .string(1...2000))])), answer: .json(.ok, APISchemas.accepted)
    ) { call in
      let record = try await record(call)
      try await services.handover.coach(record, call.text("text"), by: call.principal.name)
      await audit.note(call.principal.name, "conversation.coached", record.id, from: call.address)
      return .json(["id": .string(record.id)])
    }
  }
}
