import ChatBridge
import Foundation
import JSON
import SocketIO
import Store
import Synchronization

private let time = Timestamp(seconds: 1_790_000_000)

/// A text of a customer as WhatsApp delivers it; `number` tells customers and messages apart.
private func delivery(_ number: Int) -> [UInt8] {
  let phone = "1555\(7_000_000 + number)"
  return Array(
    """
    {"object":"whatsapp_business_account","entry":[{"id":"W","changes":[{"field":"messages","value":{\
    "messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"106"},\
    "contacts":[{"profile":{"name":"Ana"},"wa_id":"\(phone)","user_id":"US.\(phone)"}],\
    "messages":[{"from":"\(phone)","from_user_id":"US.\(phone)","id":"wamid.\(number)","timestamp":"1790000000",\
    "type":"text","text":{"body":"hola, \\u00bfa qu\\u00e9 hora abren?"}}]}}]}]}
    """.utf8)
}

private let event = Array(#"2["conversation.message",{"id":"msg_1","text":"hola","at":1790000000123,"ok":true}]"#.utf8)

let messageCases: [BudgetCase] = [
  BudgetCase("WhatsApp: read a delivery") {
    let body = delivery(1)
    return .plain { _ = CloudDelivery(body, numbers: ["106"], at: time) }
  },
  BudgetCase("WhatsApp: read a delivery of 100 messages", runs: 10) {
    let messages = (1...100).map {
      #"{"from":"1555\#(7_000_000 + $0)","id":"w\#($0)","timestamp":"1790000000","type":"text","text":{"body":"hola"}}"#
    }
    let value = #"{"metadata":{"phone_number_id":"106"},"messages":[\#(messages.joined(separator: ","))]}"#
    let body = Array(
      """
      {"object":"whatsapp_business_account","entry":[{"id":"W","changes":[{"field":"messages","value":\(value)}]}]}
      """.utf8)
    guard CloudDelivery(body, numbers: ["106"], at: time).updates.count == 100 else { throw Unexpected() }
    return .plain { _ = CloudDelivery(body, numbers: ["106"], at: time) }
  },
  keeping("WhatsApp: keep a delivery and apply it", conversations: 0),
  keeping("WhatsApp: the same in a store of 1,000 conversations", conversations: 1000),
  BudgetCase("Socket.IO: read an event") {
    .plain {
      var decoder = PacketDecoder()
      _ = try? decoder.decode(.text(event))
    }
  },
  BudgetCase("Socket.IO: write an event") {
    var decoder = PacketDecoder()
    guard let packet = try decoder.decode(.text(event)) else { throw Unexpected() }
    return .plain { _ = packet.encoded() }
  },
  BudgetCase("JSON: write a value") {
    guard let value = JSONValue(delivery(1)) else { throw Unexpected() }
    return .plain { _ = value.text }
  },
]

private func keeping(_ name: String, conversations: Int) -> BudgetCase {
  BudgetCase(name, runs: 50, isThreaded: true) {
    let store = try TemporaryStore()
    let number = Atomic<Int>(0)
    finish {
      for _ in 0..<conversations { try await store.takeDelivery(number.add(1, ordering: .relaxed).newValue) }
    }
    return .plain { finish { try await store.takeDelivery(number.add(1, ordering: .relaxed).newValue) } }
  }
}

/// A store in a folder that goes with it.
private final class TemporaryStore: Sendable {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "budgets-\(UUID().uuidString)")
  let store: RowStore

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    store = try RowStore(sqlite: folder.appending(path: "store.db").path)
  }

  /// What comes of the webhook's delivery `number`, of a customer who has not written before.
  func takeDelivery(_ number: Int) async throws {
    let body = delivery(number)
    let id = try await store.keep(channel: "whatsapp", source: "key", body: body, at: time)
    let updates = CloudDelivery(body, numbers: ["106"], at: time).updates
    let outcomes = try await store.apply([DeliveryContent(delivery: id, updates: updates)], at: time)
    precondition(outcomes.count == 1)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}
