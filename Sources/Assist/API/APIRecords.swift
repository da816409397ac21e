import JSON
import ChatBridge
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
      "id": .string(id), "conversation": .string(conversation), "channel": .string(channel),
      "author": .string(author.rawValue), "kind": .string(kind), "text": .string(text), "media": JSONValue(media),
      "call": JSONValue(call), "at": .string(sentAt.text), "state": .string(state.rawValue),
      "failure": JSONValue(failure),
    ]
  }
}

extension CallRecord {
  /// `state` is that of the live call, if it is live.
  func json(isLive: Bool) -> JSONValue {
    let state = endedAt != nil || !isLive ? "ended" : answeredAt != nil ? "answered" : "ringing"
    return [
      "id": .string(id), "conversation": JSONValue(conversation), "direction": .string(direction.rawValue),
      "from": .string(from), "to": .string(to), "assistant": JSONValue(assistant), "state": .string(state),
      "metadata": metadata.flatMap { JSONValue(Array($0.utf8)) } ?? .null, "started_at": .string(startedAt.text),
      "answered_at": JSONValue(answeredAt?.text), "ended_at": JSONValue(endedAt?.text), "reason": JSONValue(reason),
      "media": media.flatMap { JSONValue(Array($0.utf8)) } ?? .null,
    ]
  }
}

extension EscalationRecord {
  var json: JSONValue {
    [
      "id": .string(id), "conversation": .string(conversation), "reason": .string(reason), "channel": .string(channel),
      "state": .string(state.rawValue), "person": JSONValue(person), "created_at": .string(createdAt.text),
    ]
  }
}
