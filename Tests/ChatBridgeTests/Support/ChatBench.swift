import Coordination
import Foundation
import JSON
import Logging
import Store
import VoicePipeline

@testable import ChatBridge

/// A clock that stands still but for whoever sleeps: they wake at once, and it is later.
final class StandInClock: TimestampClock {
  private let state = Locked((now: Timestamp(milliseconds: 1_790_000_100_000), slept: [Duration]()))

  var now: Timestamp {
    get { state.withLock { $0.now } }
    set { state.withLock { $0.now = newValue } }
  }
  /// For how long anybody slept, in order.
  var slept: [Duration] { state.withLock { $0.slept } }

  func sleep(until time: Timestamp) async throws {
    try Task.checkCancellation()
    state.withLock { state in
      state.slept.append(state.now.duration(to: time))
      state.now = max(state.now, time)
    }
    await Task.yield()
  }
}

/// A store in a folder of its own, and one customer who writes there by way of WhatsApp's deliveries.
final class ChatBench: Sendable {
  let store: RowStore
  let clock = StandInClock()
  let channel: StandInChannel
  let events = Locked<[ChatEvent]>([])
  let woken = Locked(0)
  private let folder: URL
  private let count = Locked(0)

  init(channel: StandInChannel = StandInChannel()) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("chat-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    store = try RowStore(sqlite: folder.appendingPathComponent("store.sqlite").path)
    self.channel = channel
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The customer sends a message with `fields`; returns how it is kept.
  @discardableResult
  func receive(_ fields: String) async throws -> MessageRecord {
    let count = count.withLock { count in
      count += 1
      return count
    }
    let time = clock.now.milliseconds / 1000
    let message = """
      {"from":"15557770000","id":"wamid.\(count)","timestamp":"\(time)",\(fields)}
      """
    let body = CloudFixture.messages(message)
    let id = try await store.keep(channel: "whatsapp", source: "s", body: Array(body.utf8), at: clock.now)
    let content = DeliveryContent(delivery: id, updates: CloudFixture.read(body).updates)
    _ = try await store.apply([content], at: clock.now)
    guard let record = try await store.message(channel: "whatsapp", channelID: "wamid.\(count)") else {
      throw Missing()
    }
    return record
  }

  @discardableResult
  func receive(text: String) async throws -> MessageRecord {
    try await receive("\"type\":\"text\",\"text\":{\"body\":\(JSONValue.string(text).text)}")
  }

  @discardableResult
  func receiveVoiceNote(mimeType: String = "audio/ogg; codecs=opus") async throws -> MessageRecord {
    try await receive(#""type":"audio","audio":{"id":"MEDIA","mime_type":"\#(mimeType)","voice":true}"#)
  }

  func account(
    ear: any SpeechToText = StandInEar([.success("")]),
    mind: any LanguageModel = StandInMind([.success([.text("ok")])]),
    voice: any TextToSpeech = StandInVoice(), settings: ChatSettings = ChatSettings()
  ) -> ChatAccount {
    ChatAccount(
      channel: channel,
      assistant: ChatAssistant(
        name: "front", settings: ConversationSettings(language: "en"),
        providers: ConversationProviders(stt: ear, llm: mind, tts: voice)), settings: settings)
  }

  func reader(_ account: ChatAccount, slots: Slots = Slots(4)) -> MessageReader {
    MessageReader(account: account, store: store, clock: clock, slots: slots, log: .quiet)
  }

  /// Works out and commits an answer to what waits in `conversation`.
  func answer(
    _ conversation: String, _ account: ChatAccount, hasPeople: Bool = false, caller: (any CustomerCaller)? = nil,
    allowsMore: Bool = false, before commit: @escaping @Sendable () async -> Void = {}
  ) async throws -> ChatTurn.Ending {
    let environment = ChatEnvironment(
      store: store, clock: clock, account: { _, _ in account }, hasPeople: { hasPeople }, caller: caller,
      answers: Slots(1), recordings: Slots(1), wake: { [woken] _, _ in woken.withLock { $0 += 1 } },
      report: { [events] event in events.withLock { $0.append(event) } })
    let maker = AnswerMaker(conversation: conversation, environment: environment, log: .quiet)
    let reader = reader(account)
    return try await maker.make { message, _ in
      try await reader.read(message)
    } allowsMore: {
      await commit()
      return allowsMore
    }
  }

  /// What waits in the outbox, in its order.
  func outbox() async throws -> [OutgoingContent] {
    try await store.due(channel: channel.name, account: channel.account, at: Timestamp(milliseconds: .max), limit: 100)
      .compactMap { OutgoingContent(payload: $0.payload) }
  }

  struct Missing: Error {}
}

extension Logger {
  /// Says nothing.
  static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
