package import JSON
import Settings

// What each event's `data` holds: the one table from which the description of the events is made, and against which every
// event of the mapping is checked in the tests.
extension AssistEventType {
  /// When it happens, in one line.
  package var summary: String {
    switch self {
    case .callRinging: "A call has come in, or the far end of ours is being rung."
    case .callAnswered: "A call was answered."
    case .callEnded: "A call is over."
    case .callQuality: "How a live call's media does, every 10 seconds. Not stored."
    case .dtmf: "The far end pressed a key."
    case .turnStarted: "The caller began to speak."
    case .transcriptPartial: "What the caller's utterance sounds like so far. Not stored."
    case .transcriptFinal: "What the caller, or a voice note, said."
    case .replyStarted: "The assistant can be heard."
    case .replyInterrupted: "The caller made a sound, and the assistant stands still for now."
    case .replyResumed: "It was no words: the assistant goes on."
    case .replyFinished: "The assistant has said its answer, or has written it."
    case .turnTiming: "How long each step of a turn took."
    case .messageReceived: "A customer wrote, or sent something."
    case .messageSent: "The channel has taken a message of ours."
    case .messageStatus: "A message of ours has come further, or failed."
    case .conversationUpdated: "A conversation has another owner."
    case .escalationRequested: "A person is wanted."
    case .escalationOffered: "A wish for a person was offered to one of them."
    case .escalationUpdated: "A wish for a person has changed otherwise: its package is complete, or its time is over."
    case .escalationClaimed: "A person has taken a conversation that waited for one."
    case .escalationResolved: "A wish for a person is done."
    case .escalationCallback: "Nobody is there now: the customer is to be called back."
    case .transferStarted: "A call is being handed to somebody."
    case .transferProgress: "Provisional word of a transfer."
    case .transferFinished: "How a transfer ended."
    case .providerFailed: "A provider of speech or language failed."
    case .personStatus: "A person came, went, or is otherwise busy."
    }
  }

  /// What `data` holds.
  package var data: JSONSchema {
    switch self {
    case .callRinging:
      .object([
        .always("direction", .words(["inbound", "outbound"], "Who began it.")),
        .always("from", .text("The calling user or number.")), .always("to", .text("The called user or number.")),
        .nullable("assistant", .text("The assistant's name.")),
        .nullable("metadata", .described("What was given when the call was placed.", .any)),
      ])
    case .callAnswered: .object([])
    case .callEnded:
      .object([
        .always("reason", .text("Why, in one line.")),
        .always("by", .words(["local", "remote", "stack"], "Who ended it: we, the far end, or a fault on the way.")),
        .nullable("status", .whole("The SIP status that stands for it.")),
        .nullable("cause", .whole("The Q.850 cause, where one was given.")),
        .always("answered", .flag("Whether it had been answered.")),
        .always("seconds", .real("From the answer to the end; 0 if it was not answered.")),
        .nullable("media", .described("What was measured; null if the server ended before the call.", Self.media)),
      ])
    case .callQuality: Self.media
    case .dtmf:
      .object([
        .always("digit", .text("0–9, *, #, A–D.")),
        .always("via", .words(["rtp", "info"], "RFC 4733 or an INFO request.")),
      ])
    case .turnStarted: .object([.always("turn", .whole("The caller's turns, from 1."))])
    case .transcriptPartial: .object([.always("text", .text("The words so far."))])
    case .transcriptFinal:
      .object([
        .always("text", .text("The words; empty if nothing was understood.")),
        .nullable("confidence", .real("0 to 1, where the recogniser gives one.")),
        .nullable("message", .text("The voice note, if it was one.")),
      ])
    case .replyStarted:
      .object([.always("speech", Self.speech), .nullable("turn", .whole("The turn that it answers."))])
    case .replyInterrupted, .replyResumed: .object([.always("speech", Self.speech)])
    case .replyFinished:
      .object([
        .nullable("speech", Self.speech),
        .always("text", .text("On a call what was heard of it, in a chat what was written or said.")),
        .always("interrupted", .flag("Whether the caller cut it short.")),
        .nullable("after_ms", .real("In a chat: from the end of the customer's messages to the answer.")),
        .nullable("voice", .flag("In a chat: whether it is a voice note.")),
      ])
    case .turnTiming:
      .object([
        .always("turn", .whole("The caller's turns, from 1.")),
        .always("steps", Self.steps),
      ])
    case .messageReceived, .messageSent: Self.message
    case .messageStatus:
      .object([
        .nullable("message", .text("Which; null for one that never came to be.")),
        .always(
          "state",
          .words(["queued", "sent", "delivered", "read", "played", "failed", "withdrawn"], "How far it has come.")),
        .nullable("failure", .text("Why it failed.")),
      ])
    case .conversationUpdated:
      .object([
        .always("owner", .words(["assistant", "queue", "person"], "Who answers.")),
        .nullable("person", .text("Which person.")),
        .always("epoch", .whole("Grows with each change of owner.")),
      ])
    case .escalationRequested, .escalationOffered, .escalationUpdated, .escalationClaimed, .escalationResolved,
      .escalationCallback:
      Self.escalation
    case .transferStarted:
      .object([
        .always("to", .text("Whom the call is handed to.")),
        .always("mode", .words(TransferMode.allCases.map(\.rawValue), "How.")),
      ])
    case .transferProgress: .object([.always("status", .whole("A provisional SIP status."))])
    case .transferFinished:
      .object([
        .always("succeeded", .flag("Whether somebody took the call.")),
        .nullable("status", .whole("The SIP status, where there was one.")),
        .nullable("outcome", .text("In one or two words, e.g. transferred, busy, declined.")),
      ])
    case .providerFailed:
      .object([
        .always("role", .words(["stt", "llm", "tts"], "What it is for.")), .always("provider", .text("Its name.")),
        .always("reason", .text("What happened, and what to do.")),
      ])
    case .personStatus:
      .object([
        .always("username", .text("Who.")), .always("name", .text("As shown.")),
        .always("status", .words(["online", "away", "busy", "offline"], "How.")),
        .always("load", .whole("Conversations that they have.")),
      ])
    }
  }

  private static let speech = JSONSchema.whole("The assistant's speeches of the call, from 1.")

  /// Milliseconds after the caller's last speech packet. What did not happen is left out.
  private static let steps = JSONSchema.object([
    .maybe("end_of_turn_decided", .real("The end of the turn was decided.")),
    .maybe("transcript_final", .real("The recogniser's final text was there.")),
    .maybe("first_token", .real("The first text of the answer was there.")),
    .maybe("first_audio", .real("The first sound of the answer was there.")),
    .maybe("filler_out", .real("The first audible packet of a filler left.")),
    .maybe("first_audible_out", .real("The first audible packet of the answer left.")),
  ])

  private static let media = JSONSchema.object([
    .always("received", .whole("RTP packets received.")), .always("lost", .whole("Packets that never came.")),
    .always("late", .whole("Packets that came too late to be heard.")),
    .always("jitter_ms", .real("Interarrival jitter (RFC 3550).")),
    .always("mos", .real("Estimated mean opinion score, 1 to 4.5.")),
    .maybe("buffer_ms", .real("The delay of the jitter buffer.")),
    .maybe("concealed_ms", .real("Sound that was made up for what was lost.")),
  ])

  private static let message = JSONSchema.object([
    .nullable("message", .text("Its name; null for what a person said on a call.")),
    .nullable("channel", .text("E.g. whatsapp.")),
    .nullable("author", .words(["customer", "assistant", "person", "system"], "Who said it.")),
    .nullable("kind", .text("text, audio, image, …")), .nullable("text", .text("Its words.")),
    .nullable("media", .text("Its sound or picture, for GET /v1/media/{id}.")),
    .nullable("reply_to", .text("The channel's name of the message that it answers.")),
  ])

  private static let escalation = JSONSchema.object([
    .nullable("escalation", .text("Its name.")), .always("reason", .text("Why a person is wanted.")),
    .nullable("kind", .text("Which condition was met.")), .nullable("channel", .text("Where.")),
    .nullable(
      "state", .words(["waiting", "offered", "claimed", "resolved", "callback"], "How it stands.")),
    .nullable("person", .text("Who has it, or to whom it is offered.")),
    .nullable("priority", .whole("1, the most urgent, to 5.")),
    .nullable("offer_ends_at", .time("Until when the offer stands.")),
    .nullable("due_at", .time("When somebody should have come.")),
    .nullable("note", .text("What the person noted.")),
    .nullable("change", .words(["package", "overdue", "priority"], "What an update is about.")),
  ])
}

/// The document that describes the events (AsyncAPI 3.0).
package enum EventDescription {
  /// What is around `data`.
  private static func envelope(_ type: AssistEventType) -> JSONValue {
    [
      "type": "object", "additionalProperties": false,
      "properties": [
        "id": ["type": "string", "description": "E.g. evt_…; the same however often it comes."],
        "type": ["const": .string(type.rawValue)],
        "at": ["type": "string", "format": "date-time", "description": "When it happened, in UTC."],
        "conversation": ["type": ["string", "null"], "description": "In which conversation, where it is known."],
        "call": ["type": "string", "description": "On which call, if on one."],
        "data": type.data.json,
      ],
      "required": ["id", "type", "at", "conversation", "data"],
    ]
  }

  /// The document.
  package static func document(version: String) -> JSONValue {
    var messages: [String: JSONValue] = [:]
    var references: [String: JSONValue] = [:]
    for type in AssistEventType.allCases {
      messages[type.rawValue] = [
        "name": .string(type.rawValue), "summary": .string(type.summary), "contentType": "application/json",
        "payload": envelope(type),
      ]
      references[type.rawValue] = ["$ref": .string("#/components/messages/\(type.rawValue)")]
    }
    let durable = AssistEventType.allCases.filter(\.isDurable)
    func operation(_ channel: String, _ types: [AssistEventType], _ summary: String) -> JSONValue {
      [
        "action": "send", "channel": ["$ref": .string("#/channels/\(channel)")], "summary": .string(summary),
        "messages": .array(types.map { ["$ref": .string("#/channels/\(channel)/messages/\($0.rawValue)")] }),
      ]
    }
    let webhookReferences = references.filter { name, _ in durable.contains { $0.rawValue == name } }
    return [
      "asyncapi": "3.0.0",
      "info": [
        "title": "Assist: events", "version": .string(version),
        "description": .string(
          "What happens on calls and in chats. The same events come as server-sent events, as webhooks signed as "
            + "Standard Webhooks has it, and over Socket.IO."),
      ],
      "defaultContentType": "application/json",
      "channels": [
        "events": [
          "address": "/v1/events", "description": "Server-sent events, resumed by Last-Event-ID.",
          "messages": .object(references),
        ],
        "webhooks": [
          "address": .null, "description": "POST to the addresses of http.webhooks, each signed.",
          "messages": .object(webhookReferences),
        ],
        "console": [
          "address": "/socket.io/", "description": "Socket.IO, namespace /console: each event under its own name.",
          "messages": .object(references),
        ],
      ],
      "operations": [
        "streamEvents": operation("events", AssistEventType.allCases, "Server-sent events."),
        "deliverWebhooks": operation("webhooks", durable, "Webhooks; what is not stored is not delivered."),
        "emitEvents": operation("console", AssistEventType.allCases, "Socket.IO."),
      ],
      "components": ["messages": .object(messages)],
    ]
  }
}
