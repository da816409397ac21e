import Logging
import Assistants
import Calls
import ChatBridge
import Desk
import JSON
import Store
import VoicePipeline

// What the API shows of records that need more than themselves.
extension APIServices {
  /// A conversation, with its call that is going on and when its windows close.
  func view(_ record: ConversationRecord) async -> JSONValue {
    guard case .object(var fields) = record.json else { return .null }
    fields["call"] = JSONValue(calls.call(of: record.id)?.id)
    fields["channels"] = .array(
      record.threads.map { thread in
        [
          "channel": .string(thread.channel), "account": .string(thread.account),
          "last_customer_at": JSONValue(thread.lastCustomerAt?.text),
          "window_ends_at": JSONValue(chat.windowEnd(thread)?.text),
        ]
      })
    let last = await logger.unlessStoreFails("a conversation's last message can't be shown", of: record.id) {
      () throws(StoreError) in
      try await store.messages(of: record.id, before: nil, limit: 1).first
    }
    if let last { fields["last_message"] = last.json }
    return .object(fields)
  }

  /// Messages as they are shown; what they quote has our name, where it is known.
  func views(of messages: [MessageRecord]) async -> [JSONValue] {
    var names = Dictionary(
      messages.compactMap { message in message.channelID.map { ($0, message.id) } }, uniquingKeysWith: { $1 })
    var views: [JSONValue] = []
    for message in messages {
      guard case .object(var fields) = message.json else { continue }
      if let quoted = message.replyTo {
        if names[quoted] == nil {
          names[quoted] = await logger.unlessStoreFails("what a message quotes can't be shown", of: message.id) {
            () throws(StoreError) in
            try await store.message(channel: message.channel, channelID: quoted)?.id
          }
        }
        fields["reply_to"] = JSONValue(names[quoted])
      }
      views.append(.object(fields))
    }
    return views
  }

  /// A wish for a person, with whose it is, and with all that a person is given if that is wanted.
  func view(_ record: EscalationRecord, withPackage: Bool = false) async -> JSONValue {
    guard case .object(var fields) = record.json else { return .null }
    let conversation = await logger.unlessStoreFails("whose an escalation is can't be shown", of: record.id) {
      () throws(StoreError) in
      try await store.conversation(record.conversation)
    }
    if let conversation {
      fields["customer"] = ["id": .string(conversation.customer.id), "name": JSONValue(conversation.customer.name)]
      fields["epoch"] = .integer(conversation.epoch)
      let ends = conversation.threads.filter { $0.channel == record.channel }.compactMap { chat.windowEnd($0) }.max()
      fields["window_ends_at"] = JSONValue(ends?.text)
    }
    if let place = await desk.place(of: record.id) { fields["place"] = .integer(Int64(place.position)) }
    if withPackage { fields["package"] = record.package.flatMap { JSONValue(Array($0.utf8)) } ?? .null }
    return .object(fields)
  }

  /// Figures of the last hours.
  func statistics(hours: Int) async throws -> JSONValue {
    let now = clock.now
    let since = now.advanced(by: .seconds(-3600 * hours))
    let stored = try await store.statistics(since: since)
    let bounds: [Double] = [300, 500, 600, 700, 800, 1000, 1500, 2000, 3000, 5000]
    let latency = try await store.times(of: "first_audible_out", since: since, bounds: bounds)
    func hourly(_ hours: [StoreStatistics.Hour]) -> JSONValue {
      .array(hours.map { ["at": .string($0.at.text), "count": .integer(Int64($0.count))] })
    }
    func milliseconds(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    let bars = bounds.map { JSONValue.number($0) } + ["more"]
    return [
      "calls": hourly(stored.calls), "chats": hourly(stored.chats),
      "latency": [
        "p50": milliseconds(latency.p50), "p95": milliseconds(latency.p95), "p99": milliseconds(latency.p99),
        "count": .integer(Int64(latency.count)),
        "histogram": .array(
          zip(bars, latency.histogram).map { bar, count in ["le": bar, "count": .integer(Int64(count))] }),
      ],
      "escalations": .array(
        stored.escalations.sorted { $0.value > $1.value }.map {
          ["kind": .string($0.key), "count": .integer(Int64($0.value))]
        }),
      "waiting": [
        "count": .integer(Int64(stored.waiting)),
        "oldest_seconds": stored.oldestWaiting.map { .integer(Int64($0.duration(to: now) / .seconds(1))) } ?? .null,
      ],
      "providers": .array(health.all.map { $0.json(at: now) }),
      "sla": ["hit": .integer(Int64(stored.slaHit)), "missed": .integer(Int64(stored.slaMissed))],
    ]
  }
}

extension PersonView {
  var json: JSONValue {
    [
      "username": .string(person.username), "name": .string(person.name), "role": .string(person.role.rawValue),
      "status": .string(status.rawValue), "skills": .array(person.skills.sorted().map { .string($0) }),
      "sip": JSONValue(person.sip), "capacity": .integer(Int64(person.capacity)), "load": .integer(Int64(load)),
      "in_call": .bool(isInCall),
    ]
  }
}

extension SessionRecord {
  func json(current: Bool) -> JSONValue {
    [
      "id": .string(id), "person": .string(person), "role": .string(role), "address": JSONValue(address),
      "agent": JSONValue(agent), "created_at": .string(createdAt.text), "last_seen_at": .string(lastSeenAt.text),
      "expires_at": .string(expiresAt.text), "current": .bool(current),
    ]
  }
}

extension AuditRecord {
  var json: JSONValue {
    [
      "sequence": .integer(sequence), "at": .string(at.text), "person": .string(who), "action": .string(action),
      "subject": JSONValue(subject), "detail": JSONValue(detail), "address": JSONValue(address),
    ]
  }
}

extension ProviderHealth.Entry {
  func json(at now: Timestamp) -> JSONValue {
    [
      "role": .string(role.rawValue), "name": .string(name), "ok": .bool(isWell(at: now)),
      "failures": .integer(Int64(failures)), "last_failure_at": JSONValue(lastFailure?.at.text),
      "last_error": JSONValue(lastFailure?.error),
    ]
  }
}

extension WebhookDelivery {
  /// One that was given up.
  var deadJSON: JSONValue {
    [
      "id": .string(id), "endpoint": .string(endpoint), "created_at": .string(createdAt.text),
      "attempts": .int(attempts), "status": JSONValue(lastStatus), "error": JSONValue(lastError),
      "event": JSONValue(Array(body.utf8)) ?? .null,
    ]
  }
}
