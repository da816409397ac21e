import JSON
import Store

// Records as the API shows them.

extension ConversationRecord {
  var json: JSONValue {
    [
      "id": .string(id), "owner": .string(owner.rawValue), "person": JSONValue(person), "epoch": .integer(epoch),
      "created_at": .string(createdAt.text), "updated_at": .string(updatedAt.text),
      "customer": [
        "id": .string(customer.id), "name": JSONValue(customer.name),
        "identities": .array(
          customer.identities.map { ["kind": .string($0.kind.rawValue), "value": .string($0.value)] }),
      ],
      "channels": .array(
        threads.map { thread in
          [
            "channel": .string(thread.channel), "account": .string(thread.account),
            "last_customer_at": JSONValue(thread.lastCustomerAt?.text),
          ]
        }),
    ]
  }
}

extension MessageRecord {
  var json: JSONValue {
    [
      "id": .string(id), "sequence": .integer(sequence), "conversation": .string(conversation),
      "channel": .string(channel), "author": .string(author.rawValue), "person": JSONValue(person),
      "reply_to": JSONValue(replyTo), "kind": .string(kind), "text": .string(text), "media": JSONValue(media),
      "call": JSONValue(call), "at": .string(sentAt.text), "state": .string(state.rawValue),
      "failure": JSONValue(failure),
    ]
  }
}

extension CallRecord {
  /// `state` is that of the live call, if it is live.
  func json(isLive: Bool, turns: [TurnRecord]? = nil) -> JSONValue {
    let state = endedAt != nil || !isLive ? "ended" : answeredAt != nil ? "answered" : "ringing"
    var fields: [String: JSONValue] = [
      "id": .string(id), "conversation": JSONValue(conversation), "direction": .string(direction.rawValue),
      "from": .string(from), "to": .string(to), "assistant": JSONValue(assistant), "state": .string(state),
      "metadata": metadata.flatMap { JSONValue(Array($0.utf8)) } ?? .null, "started_at": .string(startedAt.text),
      "answered_at": JSONValue(answeredAt?.text), "ended_at": JSONValue(endedAt?.text), "reason": JSONValue(reason),
      "media": media.flatMap { JSONValue(Array($0.utf8)) } ?? .null, "recording": .null,
    ]
    if recording != nil {
      fields["recording"] = [
        "url": .string("/v1/calls/\(id)/recording"), "seconds": recordingSeconds.map { .number($0) } ?? .null,
      ]
    }
    if let turns { fields["turns"] = .array(turns.map(\.json)) }
    return .object(fields)
  }
}

extension TurnRecord {
  var json: JSONValue {
    [
      "turn": .integer(Int64(turn)), "at": .string(at.text), "steps": JSONValue(Array(steps.utf8)) ?? .null,
    ]
  }
}

extension EscalationRecord {
  var json: JSONValue {
    [
      "id": .string(id), "conversation": .string(conversation), "call": JSONValue(call), "kind": .string(kind),
      "reason": .string(reason), "channel": .string(channel), "state": .string(state.rawValue),
      "priority": .integer(Int64(priority)), "skills": .array(skills.map { .string($0) }),
      "person": JSONValue(person), "offered_to": JSONValue(offeredTo), "offer_ends_at": JSONValue(offerEndsAt?.text),
      "created_at": .string(createdAt.text), "due_at": JSONValue(dueAt?.text),
      "claimed_at": JSONValue(claimedAt?.text), "first_reply_at": JSONValue(firstReplyAt?.text),
      "resolved_at": JSONValue(resolvedAt?.text), "callback_at": JSONValue(callbackAt?.text),
      "note": JSONValue(note), "missed_sla": .bool(missedSLA),
    ]
  }
}
