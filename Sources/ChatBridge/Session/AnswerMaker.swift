import Audio
import Logging
import Store
import VoicePipeline

/// Works out the answer to what waits in a conversation, and commits it: messages to words, words to the dialogue, its
/// answer to messages. Holds no state: what is not committed leaves no trace.
struct AnswerMaker: Sendable {
  let conversation: String
  let environment: ChatEnvironment
  let log: Logger

  /// WhatsApp shows "is writing" for 25 s.
  private static let typingInterval = Duration.seconds(20)

  /// What the customer is told, and what follows from it.
  struct Draft {
    var text = ""
    var choices: [ReplyChoice] = []
    var recording: [UInt8]?
    var memory: String?
    /// Why a person is wanted, if one is.
    var finding: EscalationFinding?
    /// What the watch remembers from now on.
    var watch: EscalationWatch?
    /// What the dialogue knows of the customer.
    var facts: [DialogueFact] = []
    var callsCustomer = false
    /// Why the dialogue wants a person, if it does.
    var transfer: String?
    /// Whether the text tells that a person will write.
    var saysPersonComes = false
    var wantsFact = false
  }

  /// What is known when an answer begins.
  struct Question {
    var record: ConversationRecord
    var account: ChatAccount
    var thread: ChatThread
    var pending: [MessageRecord]
    var history: [MessageRecord]
  }

  /// Works out an answer and stores it. Throws what is worth another try, and `CancellationError`.
  @concurrent func make(
    read: @escaping @Sendable (MessageRecord, ChatAccount) async throws -> Understanding,
    allowsMore: @Sendable () async -> Bool
  ) async throws -> ChatTurn.Ending {
    guard let question = try await question() else { return .nothing }
    let start = ContinuousClock.now
    let typing = Task { await showTyping(question) }
    defer { typing.cancel() }
    var role = ProviderRole.stt
    let draft: Draft
    do {
      let understandings = try await understand(question, read)
      role = .llm
      draft = try await answer(understandings, question)
    } catch let error as ProviderError {
      draft = failure(role, error, question)
    }
    try Task.checkCancellation()
    return try await commit(draft, question, allowsMore: await allowsMore(), since: start)
  }

  private func question() async throws -> Question? {
    let store = environment.store
    guard let record = try await store.conversation(conversation), record.id == conversation,
      record.owner == .assistant
    else { return nil }
    let pending = try await store.pendingMessages(in: conversation)
    guard let last = pending.last, let name = last.account else { return nil }
    guard let account = environment.account(last.channel, name) else {
      log.warning("a message waits for an account that is not configured", metadata: ["channel": "\(last.channel)"])
      return nil
    }
    guard let thread = record.threads.first(where: { $0.channel == last.channel && $0.account == name }) else {
      return nil
    }
    let history = try await store.messages(
      of: conversation, before: pending.first?.sequence, limit: ConversationHistory.limit)
    return Question(record: record, account: account, thread: thread, pending: pending, history: history.reversed())
  }

  private func showTyping(_ question: Question) async {
    guard question.account.settings.showsTyping, let id = question.pending.last?.channelID else { return }
    while !Task.isCancelled {
      do {
        try await question.account.channel.showTyping(for: id)
      } catch {
        // A courtesy: what matters fails elsewhere, too.
        log.debug("typing is not shown", metadata: ["reason": "\(error)"])
      }
      guard (try? await Task.sleep(for: Self.typingInterval)) != nil else { return }
    }
  }

  private func understand(
    _ question: Question, _ read: @escaping @Sendable (MessageRecord, ChatAccount) async throws -> Understanding
  ) async throws -> [Understanding] {
    try await withThrowingTaskGroup(of: (Int, Understanding).self) { group in
      for (index, message) in question.pending.enumerated() {
        group.addTask { (index, try await read(message, question.account)) }
      }
      var result: [(Int, Understanding)] = []
      for try await item in group { result.append(item) }
      return result.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  // MARK: Committing

  private func commit(
    _ draft: Draft, _ question: Question, allowsMore: Bool, since start: ContinuousClock.Instant
  ) async throws -> ChatTurn.Ending {
    let now = environment.clock.now
    let account = question.account
    let answer = Answer(
      id: RecordID.make("ans", at: now), conversation: conversation, epoch: question.record.epoch,
      answered: question.pending.map(\.id), messages: messages(draft, question, at: now), memory: draft.memory,
      watch: draft.watch?.state.json, escalation: draft.finding.map { escalation($0, draft, question, at: now) },
      allowsMore: allowsMore)
    switch try await environment.store.commit(answer, at: now) {
    case .superseded: return .superseded
    case .obsolete: return .nothing
    case .committed: break
    }
    environment.wake(account.channel.name, account.channel.account)
    if !answer.messages.isEmpty {
      report(
        .answered(
          text: Private(draft.text), isVoice: draft.recording != nil, after: start.duration(to: .now)))
    }
    if let finding = draft.finding {
      report(.escalationRequested(reason: finding.reason, finding: finding))
      await completePackage(finding, draft, question)
    }
    if draft.callsCustomer { await ring(question) }
    return .committed(answer.id)
  }

  private func messages(_ draft: Draft, _ question: Question, at now: Timestamp) -> [OutgoingMessage] {
    func message(_ content: OutgoingContent, _ media: StoredMedia? = nil) -> OutgoingMessage {
      OutgoingMessage(content, to: question.thread, as: .assistant, at: now, media: media)
    }
    if let recording = draft.recording {
      let media = StoredMedia(
        id: RecordID.make("media", at: now), mimeType: SoundFormat.oggOpus.mimeType, name: "voice.ogg",
        bytes: recording)
      return [message(.voiceNote(transcript: draft.text), media)]
    }
    let language = question.account.assistant.settings.language
    let composer = AnswerComposer(limits: question.account.channel.limits, open: ChatWords(language: language).open)
    return composer.messages(draft.text, choices: draft.choices).map { message($0) }
  }

  private func ring(_ question: Question) async {
    guard let caller = environment.caller, let phone = question.phone else { return }
    report(.calling)
    do {
      try await caller.call(
        phone: phone, conversation: conversation, assistant: question.account.assistant.name)
    } catch {
      log.warning("a customer could not be rung", metadata: ["reason": "\(error)"])
      let now = environment.clock.now
      let apology = OutgoingContent.text(question.account.assistant.settings.phrases.callFailed)
      await log.unlessStoreFails("a customer is not told that they can't be rung", of: conversation) {
        () throws(StoreError) in
        try await environment.store.enqueue(
          OutgoingMessage(apology, to: question.thread, as: .assistant, at: now), in: conversation, at: now)
      }
      environment.wake(question.account.channel.name, question.account.channel.account)
    }
  }

  func report(_ kind: ChatEvent.Kind) {
    environment.report(ChatEvent(at: environment.clock.now, conversation: conversation, kind: kind))
  }

  /// What is said, and done, when a provider fails for good: the customer is never left without a word.
  private func failure(_ role: ProviderRole, _ error: ProviderError, _ question: Question) -> Draft {
    log.warning("a provider failed in a chat", metadata: ["role": "\(role.rawValue)", "error": "\(error)"])
    report(.providerFailed(role: role, error))
    let phrases = question.account.assistant.settings.phrases
    guard environment.hasPeople() else { return Draft(text: phrases.apology) }
    var watch = watch(question)
    let reason = "the assistant failed: \(error)"
    let finding = watch.providerFailed(reason) ?? EscalationFinding(kind: .providerFailure, reason: reason)
    return Draft(text: phrases.chatFailed, finding: finding, watch: watch)
  }
}

extension AnswerMaker.Question {
  /// The customer's number, if they show it.
  var phone: String? {
    thread.phone ?? record.customer.identities.first { $0.kind == .phone }?.value
  }
}
