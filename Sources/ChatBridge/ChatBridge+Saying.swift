import Audio
public import Store
public import VoicePipeline

/// Something to say to a customer that is no answer of the assistant.
public struct Saying: Sendable {
  /// What it is.
  public enum Content: Sendable {
    /// Words, with buttons under them if there are any; up to three are shown as buttons.
    case text(String, choices: [ReplyChoice] = [])
    /// Sound: 16-bit PCM of one channel. `transcript` is sent instead where sound can't be.
    case sound([Int16], sampleRate: Int, transcript: String)
  }

  /// What.
  public var content: Content
  /// Who says it.
  public var author: MessageAuthor
  /// Which person of ours, if one does.
  public var person: String?
  /// Our name of the message that it quotes.
  public var replyTo: String?

  /// Something to say.
  public init(_ content: Content, as author: MessageAuthor, person: String? = nil, replyTo: String? = nil) {
    self.content = content
    self.author = author
    self.person = person
    self.replyTo = replyTo
  }
}

extension ChatBridge {
  /// Why something could not be said.
  public enum SayError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such conversation.
    case noConversation
    /// The customer is not known on any messaging channel of ours.
    case noThread
    /// The customer service window is closed and no template is configured that would open it.
    case windowClosed
    /// The text is empty, or too long to be sent.
    case badText
    /// The sound is empty, too long, or of no rate that can be encoded.
    case badSound
    /// There is no such message on the customer's channel that could be quoted.
    case badQuote
    /// The store failed.
    case store(StoreError)

    /// One line.
    public var description: String {
      switch self {
      case .noConversation: "there is no such conversation"
      case .noThread: "the customer can't be written to: no messaging channel is known"
      case .windowClosed: "the customer wrote more than 24 hours ago, and no template is configured (reopening)"
      case .badText: "the text is empty or longer than 20,000 characters"
      case .badSound: "the recording is empty, longer than the channel takes, or not 8 to 48 kHz"
      case .badQuote: "the message that is quoted is not one of the customer's channel"
      case .store(let error): "\(error)"
      }
    }
  }

  /// Puts `text` into the outbox for the customer of a conversation, on the channel where they last wrote. Returns our
  /// names of the messages.
  public func say(
    _ text: String, in conversation: String, as author: MessageAuthor
  ) async throws(SayError) -> [String] {
    try await say(Saying(.text(text), as: author), in: conversation)
  }

  /// Puts something into the outbox for the customer of a conversation, on the channel where they last wrote. Returns our
  /// names of the messages.
  public func say(_ saying: Saying, in conversation: String) async throws(SayError) -> [String] {
    do {
      guard let record = try await store.conversation(conversation) else { throw SayError.noConversation }
      guard let (thread, account) = place(for: record) else { throw SayError.noThread }
      let window = ServiceWindow(lastCustomerAt: thread.lastCustomerAt, length: account.channel.limits.window)
      guard window.isOpen(at: clock.now) || account.settings.reopening != nil else { throw SayError.windowClosed }
      var quoted: String?
      if let name = saying.replyTo {
        guard let message = try await store.message(name), message.channel == thread.channel,
          let id = message.channelID
        else { throw SayError.badQuote }
        quoted = id
      }
      var keys: [String] = []
      for (content, media) in try contents(saying.content, account) {
        let now = clock.now
        var message = OutgoingMessage(content, to: thread, as: saying.author, at: now, media: media)
        message.person = saying.person
        message.replyTo = quoted
        quoted = nil
        try await store.enqueue(message, in: record.id, at: now)
        keys.append(message.key)
      }
      wake(thread)
      return keys
    } catch let error as SayError {
      throw error
    } catch {
      throw .store(error as? StoreError ?? .failed("\(error)"))
    }
  }

  private func contents(
    _ content: Saying.Content, _ account: ChatAccount
  ) throws(SayError) -> [(OutgoingContent, StoredMedia?)] {
    let limits = account.channel.limits
    switch content {
    case .text(let text, let choices):
      let text = text.trimmed
      guard !text.isEmpty, text.count <= 20_000 else { throw .badText }
      let words = ChatWords(language: account.assistant.settings.language)
      return AnswerComposer(limits: limits, open: words.open).messages(text, choices: choices).map { ($0, nil) }
    case .sound(let samples, let rate, let transcript):
      guard !samples.isEmpty, limits.voiceNote > 0 else { throw .badSound }
      let bytes: [UInt8]
      do {
        var writer = try OggOpusWriter(sampleRate: rate)
        try writer.write(samples)
        bytes = try writer.finish()
      } catch {
        throw .badSound
      }
      guard bytes.count <= limits.voiceNote else { throw .badSound }
      let media = StoredMedia(
        id: RecordID.make("media", at: clock.now), mimeType: SoundFormat.oggOpus.mimeType, name: "voice.ogg",
        bytes: bytes)
      return [(.voiceNote(transcript: transcript), media)]
    }
  }

  /// Whether the customer of a conversation can be written to at all: where they wrote once, or by their number.
  public func canReach(_ record: ConversationRecord) -> Bool { place(for: record) != nil }

  /// When the time in which a customer may be written to freely ends; nil where there is no such limit or it is over.
  public func windowEnd(_ thread: ChatThread) -> Timestamp? {
    guard let account = account(thread.channel, thread.account) else { return nil }
    let window = ServiceWindow(lastCustomerAt: thread.lastCustomerAt, length: account.channel.limits.window)
    let left = window.remaining(at: clock.now)
    return left > .zero ? clock.now.advanced(by: left) : nil
  }

  /// Where a customer is written to: where they wrote last, or by their number on our first account.
  private func place(for record: ConversationRecord) -> (ChatThread, ChatAccount)? {
    let threads = record.threads.sorted {
      ($0.lastCustomerAt?.milliseconds ?? 0) > ($1.lastCustomerAt?.milliseconds ?? 0)
    }
    for thread in threads {
      if let account = account(thread.channel, thread.account) { return (thread, account) }
    }
    guard let key = order.first, let account = account(key.channel, key.account),
      let phone = record.customer.identities.first(where: { $0.kind == .phone })
    else { return nil }
    return (ChatThread(channel: key.channel, account: key.account, phone: phone.value, user: nil), account)
  }
}
