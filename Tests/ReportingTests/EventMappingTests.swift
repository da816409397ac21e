import Coordination
import Audio
import Calls
import EventsTestSupport
import JSON
import RTPEngine
import SIPStack
import Store
import Testing

@testable import ChatBridge
@testable import Coordination
@testable import Events
@testable import Reporting
@testable import Settings
@testable import VoicePipeline

@Suite("Events and their descriptions")
struct EventMappingTests {
  private static let start = Timestamp(milliseconds: 1_795_000_000_000)
  private static let call = CallRecord(
    id: "call_1", conversation: "conv_1", sipCallID: "x", direction: .outbound, from: "100", to: "+34600",
    assistant: "desk", metadata: #"{"order":7}"#, startedAt: start, answeredAt: start.advanced(by: .seconds(3)))
  /// A message and its conversation, as the store has them.
  private static func records() async throws -> (MessageRecord, ConversationState) {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let steps = Locked(Transition())
    let store = try RowStore(sqlite: folder.path + "/assist.db").announcing { transition in
      if !transition.conversations.isEmpty { steps.withLock { $0 = transition } }
      return .nothing
    }
    let conversation = try await store.conversation(
      with: [CustomerIdentity(.phone, "34600")], name: nil, at: start)
    try await store.add(
      SpokenMessage(conversation: conversation.id, call: call.id, author: .customer, text: "Hola", at: start))
    let message = try #require(try await store.messages(of: conversation.id, before: nil, limit: 1).first)
    await store.close()
    return (message, try #require(steps.withLock { $0.conversations.first?.after }))
  }

  private static var conversationEvents: [AssistEvent] {
    let now = Instant.now
    var timing = TurnTiming(turn: 2, lastSpeechIn: now, endOfTurnDecided: now + .milliseconds(500))
    timing.firstAudibleOut = now + .milliseconds(812.34)
    let error = ProviderError(.timedOut, provider: "openai", message: "no answer in 10 s")
    let kinds: [ConversationEvent.Kind] = [
      .turnStarted(turn: 1), .transcriptPartial(Private("so")),
      .transcriptFinal(Private("so far"), confidence: 0.98765),
      .transcriptFinal(Private(""), confidence: nil), .replyStarted(speech: 1, turn: 1),
      .replyStarted(speech: 1, turn: nil), .replyInterrupted(speech: 1), .replyResumed(speech: 1),
      .replyFinished(speech: 1, heard: Private("Good"), wasInterrupted: true),
      .escalationRequested(
        reason: "asked", finding: EscalationFinding(kind: .explicitRequest, reason: "asked")),
      .personSpoke(Private("I am Ana")),
      .transferStarted(target: Private("sip:ana@pbx")), .transferProgress(status: 180),
      .transferFinished(succeeded: false, status: 486), .transferFinished(succeeded: true, status: nil),
      .messageSent(Private("link")), .messageFailed(reason: "the window is closed"),
      .providerFailed(role: .llm, error), .turnTiming(timing), .ended(reason: "over"),
    ]
    let anchor = WallAnchor(now, is: start)
    return kinds.compactMap { AssistEvent.of(ConversationEvent(at: now, kind: $0), on: call, anchor) }
  }

  private static func chatEvents(_ message: MessageRecord) -> [AssistEvent] {
    let error = ProviderError(.unauthorized, provider: "openai", message: "the key was refused")
    let states: [MessageState] = [.sent, .delivered, .read, .played, .failed]
    let kinds: [ChatEvent.Kind] =
      [
        .received(message: "msg_1"), .transcript(message: "msg_1", Private("Hola")),
        .answered(text: Private("Buenas"), isVoice: true, after: .milliseconds(1200)), .sent(message: "msg_1"),
        .escalationRequested(
          reason: "asked", finding: EscalationFinding(kind: .explicitRequest, reason: "asked")),
        .providerFailed(role: .stt, error), .calling,
      ]
    let further = states.map { state in
      var message = message
      message.state = state
      message.failure = state == .failed ? "no such number" : nil
      return AssistEvent.status(message, at: start)
    }
    return kinds.compactMap { AssistEvent.of(ChatEvent(at: start, conversation: "conv_1", kind: $0)) }
      + [.received(message, at: start), .sent(message, at: start)] + further
  }

  private static func otherEvents(_ conversation: ConversationState) -> [AssistEvent] {
    let waiting = EscalationData(
      escalation: "esc_1", reason: "asked", kind: "explicit_request", channel: "whatsapp", state: "waiting",
      priority: 2, dueAt: start)
    let offered = EscalationData(
      escalation: "esc_1", reason: "asked", state: "offered", person: "ana", offerEndsAt: start, change: "package")
    return [
      .ringing(call, at: start), .answered(call, at: start), .digit("#", via: .rtp, call, at: start),
      .ended(call, CallEnding(by: .remote, status: 200, cause: 16, text: "bye"), MediaLegStatistics(), at: start),
      .ended(call, CallEnding(by: .stack, text: "no ACK"), MediaLegStatistics(), at: start),
      .quality(call, MediaLegStatistics(), at: start), .updated(conversation, at: start),
      .person("ana", name: "Ana", status: "online", load: 2, at: start),
      .transfer(.started(to: "sip:ana@pbx", mode: .bridge), call, at: start),
      .transfer(.progress(status: 180), call, at: start), .transfer(.connected, call, at: start),
      .transfer(.finished(succeeded: false, status: 486, outcome: "busy"), call, at: start),
    ]
      + [.escalationRequested, .escalationUpdated, .escalationResolved, .escalationCallback].map {
        .escalation($0, waiting, conversation: "conv_1", at: start)
      }
      + [.escalationOffered, .escalationClaimed].map {
        .escalation($0, offered, conversation: "conv_1", call: "call_1", at: start)
      }
  }

  /// What the document says of a type.
  private static func schema(_ type: String) -> JSONValue? {
    EventDescription.document(version: "1")["components"]?["messages"]?[type]?["payload"]
  }

  @Test("every event that is made fits its description, and every type is made")
  func descriptions() async throws {
    let (message, conversation) = try await Self.records()
    let events = Self.conversationEvents + Self.chatEvents(message) + Self.otherEvents(conversation)
    for event in events {
      // As a reader gets it: from its text.
      let json = try #require(JSONValue(Array(event.json.text.utf8)))
      let schema = try #require(Self.schema(event.type.rawValue))
      #expect(SchemaValidator.problems(json, schema) == [], "\(event.json.text)")
    }
    #expect(Set(events.map(\.type)) == Set(AssistEventType.allCases))
  }

  @Test(
    "the check finds what does not fit",
    arguments: [
      (#"{"turn":"1"}"#, "is no integer"), (#"{"turn":1,"more":2}"#, "has more"), (#"{}"#, "lacks turn"),
      (#"{"turn":1.5}"#, "is no integer"),
    ])
  func misfits(data: String, problem: String) throws {
    let schema = try #require(Self.schema("turn.started"))
    let event = AssistEvent(.turnStarted, at: Self.start, data: try #require(JSONValue(Array(data.utf8))))
    let problems = SchemaValidator.problems(event.json, schema)
    #expect(problems.contains { $0.contains(problem) }, "\(problems)")
  }

  @Test("a word that is not of its list, a wrong time and a wrong type of event are found as well")
  func moreMisfits() throws {
    let schema = try #require(Self.schema("escalation.offered"))
    let event = AssistEvent.escalation(
      .escalationOffered, EscalationData(reason: "x", state: "lost"), conversation: "conv_1", at: Self.start)
    #expect(!SchemaValidator.problems(event.json, schema).isEmpty)
    #expect(try !SchemaValidator.problems(event.json, #require(Self.schema("dtmf"))).isEmpty)
    var json = AssistEvent.ringing(Self.call, at: Self.start).json
    if case .object(var fields) = json {
      fields["at"] = "yesterday"
      json = .object(fields)
    }
    #expect(try !SchemaValidator.problems(json, #require(Self.schema("call.ringing"))).isEmpty)
  }

  @Test("an instant of the media clock becomes wall time")
  func wallTime() {
    let now = Instant.now
    let anchor = WallAnchor(now, is: Self.start)
    #expect(anchor.timestamp(of: now - .milliseconds(1500)) == Timestamp(milliseconds: 1_794_999_998_500))
    #expect(Self.conversationEvents.allSatisfy { $0.at == Self.start })
  }

  @Test("texts are in the events, the words of a timing are milliseconds, and an unanswered call lasted no time")
  func contents() async throws {
    let events = Self.conversationEvents
    let final = events.first { $0.type == .transcriptFinal }
    #expect(final?.data == ["text": "so far", "confidence": .number(0.988), "message": .null] as JSONValue)
    let timing = events.first { $0.type == .turnTiming }
    #expect(
      timing?.data["steps"] == ["end_of_turn_decided": .number(500), "first_audible_out": .number(812.3)] as JSONValue)
    var unanswered = Self.call
    unanswered.answeredAt = nil
    let ended = AssistEvent.ended(
      unanswered, CallEnding(by: .remote, status: 486, text: "busy"), MediaLegStatistics(), at: Self.start)
    #expect(ended.data["answered"] == false)
    #expect(ended.data["seconds"]?.double == 0)
    let message = try await Self.records().0
    #expect(Self.chatEvents(message).contains { $0.type == .messageReceived && $0.data["text"] == "Hola" })
  }

  @Test("the document names each type once for each way out, and every reference leads somewhere")
  func document() throws {
    let document = EventDescription.document(version: "1")
    #expect(document["asyncapi"] == "3.0.0")
    func look(_ value: JSONValue) -> [String] {
      switch value {
      case .object(let fields): fields.flatMap { $0.key == "$ref" ? [$0.value.string ?? ""] : look($0.value) }
      case .array(let items): items.flatMap(look)
      default: []
      }
    }
    let references = look(document)
    #expect(references.count > 4 * AssistEventType.allCases.count)
    for reference in references {
      var place: JSONValue? = document
      for key in reference.dropFirst(2).split(separator: "/") { place = place?[String(key)] }
      #expect(place != nil, "\(reference)")
    }
    let webhooks = document["channels"]?["webhooks"]?["messages"]
    #expect(webhooks?["transcript.partial"] == nil)
    #expect(webhooks?["turn.timing"] != nil)
  }

  @Test("the names of the interface are all there")
  func names() {
    let names = [
      "call.ringing", "call.answered", "call.ended", "call.quality", "dtmf", "turn.started", "transcript.partial",
      "transcript.final", "reply.started", "reply.interrupted", "reply.resumed", "reply.finished", "message.received",
      "message.sent", "message.status", "escalation.requested", "escalation.claimed", "escalation.resolved",
      "transfer.started", "transfer.progress", "transfer.finished", "provider.failed", "turn.timing",
      "conversation.updated", "escalation.offered", "escalation.updated", "escalation.callback", "person.status",
    ]
    #expect(Set(names) == Set(AssistEventType.allCases.map(\.rawValue)))
  }
}
