package import Audio
package import Calls
package import ChatBridge
package import Events
package import JSON
package import RTPEngine
package import Settings
package import SIPStack
package import Store
package import VoicePipeline

// What happens inside, as events.

/// Wall time for instants of the monotonic clock, which media and turns are measured on.
package struct WallAnchor: Sendable {
  private let instant: Instant
  private let timestamp: Timestamp

  /// `instant` and `timestamp` are the same moment.
  package init(_ instant: Instant, is timestamp: Timestamp) {
    self.instant = instant
    self.timestamp = timestamp
  }

  /// An anchor taken now. Each event takes its own, so that a clock that is set does not stay wrong.
  package static func now(_ clock: any TimestampClock) -> WallAnchor { WallAnchor(.now, is: clock.now) }

  package func timestamp(of moment: Instant) -> Timestamp { timestamp.advanced(by: instant.duration(to: moment)) }
}

extension AssistEvent {
  /// What happened in the conversation of a call; nil for what is told otherwise: the end by the call, a message to the
  /// caller by its channel.
  package static func of(_ event: ConversationEvent, on call: CallRecord, _ anchor: WallAnchor) -> AssistEvent? {
    guard let (type, data) = contents(of: event.kind) else { return nil }
    return AssistEvent(
      type, at: anchor.timestamp(of: event.at), conversation: call.conversation, call: call.id, data: data)
  }

  private static func contents(of kind: ConversationEvent.Kind) -> (AssistEventType, JSONValue)? {
    switch kind {
    case .turnStarted(let turn): (.turnStarted, ["turn": .int(turn)])
    case .transcriptPartial(let text): (.transcriptPartial, ["text": .string(text.revealed)])
    case .transcriptFinal(let text, let confidence):
      (
        .transcriptFinal,
        ["text": .string(text.revealed), "confidence": JSONValue(rounding: confidence, places: 3), "message": .null]
      )
    case .replyStarted(let speech, let turn): (.replyStarted, ["speech": .int(speech), "turn": JSONValue(turn)])
    case .replyInterrupted(let speech): (.replyInterrupted, ["speech": .int(speech)])
    case .replyResumed(let speech): (.replyResumed, ["speech": .int(speech)])
    case .replyFinished(let speech, let heard, let wasInterrupted):
      (
        .replyFinished,
        [
          "speech": JSONValue(speech), "text": .string(heard.revealed), "interrupted": .bool(wasInterrupted),
          "after_ms": .null, "voice": .null,
        ]
      )
    case .escalationRequested(let reason, let finding):
      (
        .escalationRequested,
        EscalationData(
          reason: reason, kind: finding.kind.rawValue, channel: "phone", state: "waiting", priority: finding.priority
        ).json
      )
    case .handoverPackage(let package, isComplete: true):
      (
        .escalationUpdated,
        EscalationData(reason: package.reason, kind: package.kind.rawValue, channel: "phone", change: "package").json
      )
    case .personSpoke(let text):
      (
        .messageSent,
        [
          "message": .null, "channel": "phone", "author": "person", "kind": "speech", "text": .string(text.revealed),
          "media": .null, "reply_to": .null,
        ]
      )
    case .transferStarted(let target):
      (.transferStarted, ["to": .string(target.revealed), "mode": "blind"])
    case .transferProgress(let status): (.transferProgress, ["status": .int(status)])
    case .transferFinished(let succeeded, let status):
      (.transferFinished, ["succeeded": .bool(succeeded), "status": JSONValue(status), "outcome": .null])
    case .messageFailed(let reason):
      (.messageStatus, ["message": .null, "state": "failed", "failure": .string(reason)])
    case .providerFailed(let role, let error): (.providerFailed, providerFailure(role, error))
    case .turnTiming(let timing):
      (
        .turnTiming,
        [
          "turn": .int(timing.turn),
          "steps": .object(
            Dictionary(
              timing.offsets.map { ($0.name, JSONValue(rounding: $0.milliseconds, places: 1)) },
              uniquingKeysWith: { first, _ in first })),
        ]
      )
    case .messageSent, .ended, .handoverPackage(_, isComplete: false): nil
    }
  }

  private static func providerFailure(_ role: ProviderRole, _ error: ProviderError) -> JSONValue {
    ["role": .string(role.rawValue), "provider": .string(error.provider), "reason": .string(error.message)]
  }

  /// What happened in a chat. Nil for what is told otherwise: what the store changed, with the change; that a customer is
  /// rung, by the call.
  package static func of(_ event: ChatEvent) -> AssistEvent? {
    guard let (type, data) = contents(of: event.kind) else { return nil }
    return AssistEvent(type, at: event.at, conversation: event.conversation, data: data)
  }

  private static func contents(of kind: ChatEvent.Kind) -> (AssistEventType, JSONValue)? {
    switch kind {
    case .transcript(let id, let text):
      (.transcriptFinal, ["text": .string(text.revealed), "confidence": .null, "message": .string(id)])
    case .answered(let text, let isVoice, let after):
      (
        .replyFinished,
        [
          "speech": .null, "text": .string(text.revealed), "interrupted": false, "voice": .bool(isVoice),
          "after_ms": JSONValue(rounding: after / .milliseconds(1), places: 1),
        ]
      )
    case .providerFailed(let role, let error): (.providerFailed, providerFailure(role, error))
    case .received, .sent, .status, .escalationRequested, .calling: nil
    }
  }

  // MARK: Messages

  /// A customer wrote.
  package static func received(_ message: MessageRecord, at time: Timestamp) -> AssistEvent {
    of(message, .messageReceived, at: time)
  }

  /// The channel took a message of ours.
  package static func sent(_ message: MessageRecord, at time: Timestamp) -> AssistEvent {
    of(message, .messageSent, at: time)
  }

  /// A message of ours has come further, or no further.
  package static func status(_ message: MessageRecord, at time: Timestamp) -> AssistEvent {
    AssistEvent(
      .messageStatus, at: time, conversation: message.conversation, call: message.call,
      data: [
        "message": .string(message.id), "state": .string(message.state.rawValue), "failure": JSONValue(message.failure),
      ])
  }

  private static func of(_ message: MessageRecord, _ type: AssistEventType, at time: Timestamp) -> AssistEvent {
    AssistEvent(
      type, at: time, conversation: message.conversation, call: message.call,
      data: [
        "message": .string(message.id), "channel": .string(message.channel),
        "author": .string(message.author.rawValue), "kind": .string(message.kind), "text": .string(message.text),
        "media": JSONValue(message.media), "reply_to": JSONValue(message.replyTo),
      ])
  }

  // MARK: Calls

  /// A call has come in or is being rung.
  package static func ringing(_ call: CallRecord, at time: Timestamp) -> AssistEvent {
    AssistEvent(
      .callRinging, at: time, conversation: call.conversation, call: call.id,
      data: [
        "direction": .string(call.direction.rawValue), "from": .string(call.from), "to": .string(call.to),
        "assistant": JSONValue(call.assistant),
        "metadata": call.metadata.flatMap { JSONValue(Array($0.utf8)) } ?? .null,
      ])
  }

  /// A call was answered.
  package static func answered(_ call: CallRecord, at time: Timestamp) -> AssistEvent {
    AssistEvent(.callAnswered, at: call.answeredAt ?? time, conversation: call.conversation, call: call.id)
  }

  /// A call is over.
  package static func ended(
    _ call: CallRecord, _ ending: CallEnding, _ media: MediaLegStatistics, at time: Timestamp
  ) -> AssistEvent {
    ended(call, ending, media: media.told, at: time)
  }

  /// A call was cut off by the end of the process that had it.
  package static func lost(_ call: CallRecord, at time: Timestamp) -> AssistEvent {
    ended(call, CallEnding(by: .stack, text: call.reason ?? ""), media: .null, at: time)
  }

  private static func ended(
    _ call: CallRecord, _ ending: CallEnding, media: JSONValue, at time: Timestamp
  ) -> AssistEvent {
    let end = call.endedAt ?? time
    let by =
      switch ending.by {
      case .local: "local"
      case .remote: "remote"
      case .stack: "stack"
      }
    let length = call.answeredAt.map { $0.duration(to: end) } ?? .zero
    return AssistEvent(
      .callEnded, at: end, conversation: call.conversation, call: call.id,
      data: [
        "reason": .string(ending.text), "by": .string(by), "status": JSONValue(ending.status),
        "cause": JSONValue(ending.cause), "answered": .bool(call.answeredAt != nil),
        "seconds": JSONValue(rounding: max(length, .zero) / .seconds(1), places: 3), "media": media,
      ])
  }

  /// How the media of a live call does.
  package static func quality(_ call: CallRecord, _ media: MediaLegStatistics, at time: Timestamp) -> AssistEvent {
    AssistEvent(.callQuality, at: time, conversation: call.conversation, call: call.id, data: media.told)
  }

  /// A key was pressed.
  package static func digit(_ digit: Character, via path: DigitPath, _ call: CallRecord, at time: Timestamp)
    -> AssistEvent
  {
    AssistEvent(
      .dtmf, at: time, conversation: call.conversation, call: call.id,
      data: ["digit": .string(String(digit)), "via": .string(path.rawValue)])
  }

  /// How a hand-over goes that the API or a person began.
  package static func transfer(_ notice: TransferNotice, _ call: CallRecord, at time: Timestamp) -> AssistEvent {
    let (type, data): (AssistEventType, JSONValue) =
      switch notice {
      case .started(let to, let mode): (.transferStarted, ["to": .string(to), "mode": .string(mode.rawValue)])
      case .progress(let status): (.transferProgress, ["status": .int(status)])
      case .connected: (.transferProgress, ["status": 200])
      case .finished(let succeeded, let status, let outcome):
        (
          .transferFinished,
          ["succeeded": .bool(succeeded), "status": JSONValue(status), "outcome": .string(outcome)]
        )
      }
    return AssistEvent(type, at: time, conversation: call.conversation, call: call.id, data: data)
  }

  // MARK: People

  /// A conversation has another owner.
  package static func updated(_ conversation: ConversationState, at time: Timestamp) -> AssistEvent {
    AssistEvent(
      .conversationUpdated, at: time, conversation: conversation.id,
      data: [
        "owner": .string(conversation.owner.rawValue), "person": JSONValue(conversation.person),
        "epoch": .integer(conversation.epoch),
      ])
  }

  /// Something became of a wish for a person; `type` is one of the escalations'.
  package static func escalation(
    _ type: AssistEventType, _ escalation: EscalationData, conversation: String, call: String? = nil, at time: Timestamp
  ) -> AssistEvent {
    AssistEvent(type, at: time, conversation: conversation, call: call, data: escalation.json)
  }

  /// A person came, went, or is otherwise busy; `status` is online, away, busy or offline.
  package static func person(
    _ username: String, name: String, status: String, load: Int, at time: Timestamp
  ) -> AssistEvent {
    AssistEvent(
      .personStatus, at: time,
      data: [
        "username": .string(username), "name": .string(name), "status": .string(status), "load": .int(load),
      ])
  }
}

/// What an event tells of a wish for a person.
package struct EscalationData: Sendable, Equatable {
  package var escalation: String?
  package var reason: String
  package var kind: String?
  package var channel: String?
  package var state: String?
  package var person: String?
  package var priority: Int?
  package var offerEndsAt: Timestamp?
  package var dueAt: Timestamp?
  package var note: String?
  /// Of an update: `package`, `overdue` or `priority`.
  package var change: String?

  package var json: JSONValue {
    [
      "escalation": JSONValue(escalation), "reason": .string(reason), "kind": JSONValue(kind),
      "channel": JSONValue(channel), "state": JSONValue(state), "person": JSONValue(person),
      "priority": JSONValue(priority), "offer_ends_at": JSONValue(offerEndsAt?.text), "due_at": JSONValue(dueAt?.text),
      "note": JSONValue(note), "change": JSONValue(change),
    ]
  }
}

extension EscalationData {
  /// All that a record has to say. `person` is whom it concerns now: who has it, is asked, or had it.
  package init(_ record: EscalationRecord, person: String? = nil, change: String? = nil) {
    self.init(
      escalation: record.id, reason: record.reason, kind: record.kind, channel: record.channel,
      state: record.state.rawValue, person: person, priority: record.priority, offerEndsAt: record.offerEndsAt,
      dueAt: record.dueAt, note: record.note, change: change)
  }
}
