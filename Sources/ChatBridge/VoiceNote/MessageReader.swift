import Audio
import JSON
import Logging
import Store
import VoicePipeline

/// Finds out what a customer's message says: listens to voice notes, fetches what the language model can see, puts
/// places and contacts into words. What it learns is stored with the message.
struct MessageReader: Sendable {
  /// The largest recording, as WhatsApp allows it.
  static let largestAudio = 16 << 20
  private static let largestImage = 5 << 20
  private static let largestDocument = 16 << 20
  /// How often media is asked for, and recognition while all recognisers are busy.
  private static let attempts = 4

  let account: ChatAccount
  let store: any ConversationDirectory & MediaShelf
  let clock: any TimestampClock
  let slots: Slots
  let log: Logger

  /// What `message` says. Throws `ProviderError` when it could be understood by a recogniser that works, and
  /// `CancellationError`.
  @concurrent func read(_ message: MessageRecord) async throws -> Understanding {
    let detail = JSONValue(Array((message.detail ?? "").utf8))
    switch message.kind {
    case "text", "button", "interactive":
      return message.text.trimmed.isEmpty ? .nothing : .words(message.text, isVoice: false)
    case "audio":
      if !message.text.isEmpty { return .words(message.text, isVoice: true) }
      return try await slots.withSlot { try await listen(to: message, detail) }
    case "image":
      return try await attachment(.image, of: message, detail, limit: Self.largestImage)
    case "document":
      return try await attachment(.document, of: message, detail, limit: Self.largestDocument)
    case "location", "contacts", "order":
      guard account.assistant.providers.llm.readsFreely, let words = Self.words(for: message.kind, detail) else {
        return .trouble(.cannotTake)
      }
      return .words(words, isVoice: false)
    case "reaction", "revoked":
      return .nothing
    default:
      return captioned(message, or: .trouble(.cannotTake))
    }
  }

  /// A caption can be answered even where what it belongs to can't be seen.
  private func captioned(_ message: MessageRecord, or otherwise: Understanding) -> Understanding {
    message.text.trimmed.isEmpty ? otherwise : .words(message.text, isVoice: false)
  }

  // MARK: Voice notes

  private func listen(to message: MessageRecord, _ detail: JSONValue?) async throws -> Understanding {
    guard let bytes = try await bytes(of: message, detail, limit: Self.largestAudio) else {
      return .trouble(.unreadable)
    }
    guard let recording = Recording(bytes) else { return .trouble(.unreadable) }
    if recording.format == .oggOpus {
      guard let length = Self.length(of: bytes) else { return .trouble(.unreadable) }
      if length > account.settings.longestVoiceNote { return .trouble(.tooLong) }
    }
    let stt = account.assistant.providers.stt
    guard stt.takesRecordings.contains(recording.format) else { return .trouble(.cannotTake) }
    let options = TranscriptionOptions(language: account.assistant.settings.language, hint: await hint(message))
    var attempt = 1
    while true {
      do {
        let words = try await stt.transcribe(recording, options).text.trimmed
        guard !words.isEmpty else { return .trouble(.notUnderstood) }
        try await store.understood(message: message.id, text: words, detail: nil, media: nil, at: clock.now)
        return .words(words, isVoice: true)
      } catch let error as ProviderError {
        switch error.kind {
        case .rejected, .malformedAnswer: return .trouble(.unreadable)
        case .overloaded, .rateLimited, .timedOut, .unreachable, .failed:
          // A note can wait for a recogniser, as a caller can't.
          guard attempt < Self.attempts else { throw error }
          try await pause(after: attempt)
          attempt += 1
        case .unauthorized, .missing: throw error
        }
      }
    }
  }

  private static func length(of bytes: [UInt8]) -> Duration? {
    guard let reader = try? OggOpusReader(bytes, sampleRate: 16_000) else { return nil }
    // A file whose length can't be told is broken somewhere; what can be heard of it is bounded by its size.
    return reader.duration ?? .zero
  }

  /// What the dialogue expects, for recognisers that listen for little else.
  private func hint(_ message: MessageRecord) async -> RecognitionHint? {
    let conversation = await log.unlessStoreFails(
      "what the dialogue expects can't be read", of: message.conversation
    ) { () throws(StoreError) in
      try await store.conversation(message.conversation)
    }
    guard let conversation else { return nil }
    let memory = conversation.memory.map { DialogueMemory(text: $0) }
    return await account.assistant.providers.llm.makeDialogue(resuming: memory).hint()
  }

  // MARK: Pictures and documents

  private func attachment(
    _ kind: DialogueAttachment.Kind, of message: MessageRecord, _ detail: JSONValue?, limit: Int
  ) async throws -> Understanding {
    guard account.assistant.providers.llm.sees.contains(kind) else {
      return captioned(message, or: .trouble(.cannotTake))
    }
    let mimeType = detail?["mime_type"]?.string ?? "application/octet-stream"
    guard kind == .image || mimeType == "application/pdf",
      let bytes = try await bytes(of: message, detail, limit: limit)
    else { return captioned(message, or: .trouble(.cannotTake)) }
    let name = detail?["filename"]?.string
    return .attachment(
      DialogueAttachment(kind, mimeType: mimeType, name: name, bytes: bytes), caption: message.text)
  }

  /// The bytes that came with a message: from the store, or fetched and stored. Nil if they can't be had.
  private func bytes(of message: MessageRecord, _ detail: JSONValue?, limit: Int) async throws -> [UInt8]? {
    if let id = message.media { return try await store.media(id)?.bytes }
    guard let detail, let id = detail["id"]?.string ?? detail["url"]?.string else { return nil }
    let reference = MediaReference(
      id: id, url: detail["url"]?.string, mimeType: detail["mime_type"]?.string ?? "", name: detail["filename"]?.string)
    var attempt = 1
    while true {
      do throws(ChatError) {
        let bytes = try await account.channel.fetch(reference, limit: limit)
        let media = StoredMedia(
          id: RecordID.make("media", at: clock.now),
          mimeType: SoundFormat.of(bytes)?.mimeType ?? reference.mimeType, name: reference.name, bytes: bytes)
        await log.unlessStoreFails("what was fetched can't be kept", of: message.id) { () throws(StoreError) in
          try await store.understood(message: message.id, text: nil, detail: nil, media: media, at: clock.now)
        }
        return bytes
      } catch {
        let isWorthIt = error.kind == .transient || error.kind == .accountThrottled || error.kind == .lost
        log.warning("media can't be fetched", metadata: ["message": "\(message.id)", "reason": "\(error)"])
        guard isWorthIt, attempt < Self.attempts else { return nil }
      }
      try await pause(after: attempt)
      attempt += 1
    }
  }

  /// 1, 4, 16 seconds.
  private func pause(after attempt: Int) async throws {
    try await clock.sleep(until: clock.now.advanced(by: .milliseconds(250 << (2 * attempt))))
  }

  // MARK: What has no words of its own

  private static func words(for kind: String, _ detail: JSONValue?) -> String? {
    switch kind {
    case "location":
      guard let latitude = detail?["latitude"]?.double, let longitude = detail?["longitude"]?.double else { return nil }
      let place = [detail?["name"]?.string, detail?["address"]?.string].compactMap(\.self).joined(separator: ", ")
      return "(sent a place) \(place.prefix(300)) [\(latitude), \(longitude)]"
    case "contacts":
      let contacts = (detail?.array ?? []).prefix(10).map { contact in
        let name = contact["name"]?["formatted_name"]?.string ?? "?"
        let phones = (contact["phones"]?.array ?? []).prefix(5).compactMap { $0["phone"]?.string }
        return "\(name.prefix(100)): \(phones.joined(separator: ", ").prefix(100))"
      }
      return contacts.isEmpty ? nil : "(sent contacts) " + contacts.joined(separator: "; ")
    default:
      let items = (detail?["product_items"]?.array ?? []).prefix(30).map { item in
        "\(item["quantity"]?.integer ?? 1) × \((item["product_retailer_id"]?.string ?? "?").prefix(60))"
      }
      let note = detail?["text"]?.string?.prefix(1000) ?? ""
      let order = "(sent an order) " + items.joined(separator: ", ")
      return items.isEmpty ? nil : note.isEmpty ? order : "\(order)\n\(note)"
    }
  }
}
