import Foundation
import GRDB
@testable import Store

/// A store in a folder of its own, which goes when this does.
final class TestStore: Sendable {
  let folder: String
  let layer: SQLiteLayer
  let store: RowStore

  /// The file, for what no method of the store tells.
  var pool: DatabasePool { layer.pool }

  var path: String { "\(folder)/store.db" }

  init() throws {
    folder = NSTemporaryDirectory() + "store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    layer = try SQLiteLayer(path: "\(folder)/store.db")
    store = RowStore(StoreKind.current.layer(over: layer))
  }

  /// What a start finds after the process of `other` was killed at this moment.
  init(afterKilling other: TestStore) throws {
    folder = NSTemporaryDirectory() + "store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: other.path + suffix) {
      try FileManager.default.copyItem(atPath: other.path + suffix, toPath: "\(folder)/store.db\(suffix)")
    }
    layer = try SQLiteLayer(path: "\(folder)/store.db")
    store = RowStore(StoreKind.current.layer(over: layer))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A delivery with `updates` comes in and is applied.
  @discardableResult
  func deliver(_ updates: ChannelUpdate..., at now: Timestamp = at(1_000)) async throws -> [UpdateOutcome] {
    try await deliver(updates, at: now)
  }

  @discardableResult
  func deliver(_ updates: [ChannelUpdate], at now: Timestamp = at(1_000)) async throws -> [UpdateOutcome] {
    let id = try await store.keep(channel: "whatsapp", source: "key", body: [1], at: now)
    return try await store.apply([DeliveryContent(delivery: id, updates: updates)], at: now)
  }

  /// A customer writes; returns in which conversation.
  @discardableResult
  func receive(
    _ channelID: String, from identities: CustomerIdentity..., text: String = "hello", sent: Timestamp? = nil,
    at now: Timestamp = at(1_000)
  ) async throws -> String {
    let outcomes = try await deliver(
      .message(.test(channelID, from: identities, text: text, sent: sent ?? now)), at: now)
    for case .received(_, let conversation, _) in outcomes { return conversation }
    return "nothing was received"
  }

  /// An answer with one message for each of `keys` to all that waits.
  func answer(
    _ id: String, in conversation: String, saying keys: [String], memory: String? = nil,
    escalation: NewEscalation? = nil, at now: Timestamp = at(1_001)
  ) async throws -> AnswerOutcome {
    let waiting = try await store.pendingMessages(in: conversation).map(\.id)
    let epoch = try await store.conversation(conversation)?.epoch ?? -1
    return try await store.commit(
      Answer(
        id: id, conversation: conversation, epoch: epoch, answered: waiting, messages: keys.map { .test($0) },
        memory: memory, escalation: escalation), at: now)
  }

  /// The message with our key or name `id`, wherever it is said.
  func message(_ id: String) async throws -> MessageRecord? {
    for conversation in try await store.conversations(before: nil, limit: 1_000) {
      for message in try await store.messages(of: conversation.id, before: nil, limit: 10_000) where message.id == id {
        return message
      }
    }
    return nil
  }

  func texts(of conversation: String) async throws -> [String] {
    try await store.messages(of: conversation, before: nil, limit: 1_000).reversed().map(\.text)
  }

  /// What may be sent, by key.
  func due(at now: Timestamp = at(2_000), limit: Int = 100) async throws -> [String] {
    try await store.due(channel: "whatsapp", account: "shop", at: now, limit: limit).map(\.key)
  }
}

/// `seconds` after 1970.
func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

func phone(_ digits: String) -> CustomerIdentity { CustomerIdentity(.phone, digits) }

func user(_ id: String) -> CustomerIdentity { CustomerIdentity(.whatsappUser, id) }

extension IncomingMessage {
  static func test(
    _ channelID: String, from identities: [CustomerIdentity], text: String = "hello", sent: Timestamp = at(1_000),
    wantsAnswer: Bool = true
  ) -> IncomingMessage {
    IncomingMessage(
      channel: "whatsapp", account: "shop", channelID: channelID, identities: identities, sentAt: sent, kind: "text",
      text: text, wantsAnswer: wantsAnswer)
  }
}

extension OutgoingMessage {
  static func test(_ key: String, account: String = "shop", phone: String? = "34600000001") -> OutgoingMessage {
    OutgoingMessage(
      key: key, thread: ChatThread(channel: "whatsapp", account: account, phone: phone, user: nil), author: .assistant,
      kind: "text", text: "text of \(key)", payload: "{}")
  }
}

extension StatusReport {
  static func test(_ state: MessageState, _ channelID: String, key: String? = nil, code: Int? = nil) -> StatusReport {
    StatusReport(
      channel: "whatsapp", channelID: channelID, key: key, state: state, at: Timestamp(seconds: 1_500), code: code,
      failure: code.map { "failed with \($0)" })
  }
}
