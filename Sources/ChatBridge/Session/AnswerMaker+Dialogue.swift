import Logging
import Store
import VoicePipeline

// From what a customer said to what is answered.
extension AnswerMaker {
  /// What a dialogue is asked.
  private struct Turn {
    var words: [String] = []
    var attachments: [DialogueAttachment] = []
    var troubles: [Understanding.Trouble] = []
    var isVoice = false
  }

  func answer(_ understandings: [Understanding], _ question: Question) async throws -> Draft {
    var turn = Turn()
    for understanding in understandings {
      switch understanding {
      case .words(let words, let isVoice):
        turn.words.append(words)
        turn.isVoice = isVoice
      case .attachment(let attachment, let caption):
        turn.attachments.append(attachment)
        if !caption.isEmpty { turn.words.append(caption) }
        turn.isVoice = false
      case .trouble(let trouble):
        if !turn.troubles.contains(trouble) { turn.troubles.append(trouble) }
      case .nothing: break
      }
    }
    let assistant = question.account.assistant
    let phrases = assistant.settings.phrases
    let told = turn.troubles.map { $0.phrase(phrases) }.filter { !$0.isEmpty }
    var watch = watch(question)
    guard !turn.words.isEmpty || !turn.attachments.isEmpty else {
      var draft = Draft(text: told.joined(separator: "\n\n"))
      if turn.troubles.contains(.notUnderstood) { draft.finding = notUnderstood(question, &watch) }
      if draft.finding != nil { draft.text = phrases.personWillWrite }
      draft.watch = watch
      return draft
    }
    let words = turn.words.map { chosen($0, question) ?? $0 }.joined(separator: "\n")
    let finding = said(words, question, &watch)
    if let finding, finding.takesPlaceOfAnswer {
      var draft =
        environment.hasPeople()
        ? Draft(text: phrases.personWillWrite, finding: finding) : Draft(text: phrases.noPerson)
      draft.watch = watch
      if speaks(turn, question) {
        let (sentences, sink) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1))
        sink.yield(draft.text)
        sink.finish()
        draft.recording = try await recorded { try await composer(question).record(sentences) }
      }
      return draft
    }
    var draft = try await judged(question, words, &watch) { watch in
      try await honest(question, &watch) { try await ask(turn, question, told: $0) }
    }
    draft.finding = EscalationFinding.preferred(draft.finding, finding)
    if environment.hasPeople(), draft.finding != nil, !draft.saysPersonComes {
      draft.text = [draft.text, phrases.personWillWrite].filter { !$0.isEmpty }.joined(separator: "\n\n")
      draft.choices = []
      draft.recording = nil
    }
    draft.watch = watch
    if !told.isEmpty {
      draft.text = ([draft.text] + told).filter { !$0.isEmpty }.joined(separator: "\n\n")
      draft.recording = nil
    }
    return draft
  }

  private func ask(_ turn: Turn, _ question: Question, told instruction: String?) async throws -> Draft {
    let llm = question.account.assistant.providers.llm
    let memory = question.record.memory.map { DialogueMemory(text: $0) }
    let dialogue = llm.makeDialogue(resuming: memory, asNewSession: isNewSession(question))
    var context = context(for: turn, question)
    if let instruction { context.messages.append(DialogueMessage(.system, instruction)) }
    var attempt = 1
    while true {
      do {
        return try await listen(to: dialogue, context, turn, question)
      } catch let error as ProviderError where attempt == 1 && error.isWorthAnotherTry {
        attempt += 1
      }
    }
  }

  /// Sentences of one answer that may wait to be spoken; a longer answer is written.
  private static let mostSentences = 500

  /// Hands on a sentence to be spoken; false if too many wait.
  private static func speak(_ sentence: String, _ sink: AsyncStream<String>.Continuation) -> Bool {
    if case .dropped = sink.yield(sentence) { false } else { true }
  }

  /// Gathers an answer, and speaks it meanwhile if it is to be spoken.
  private func listen(
    to dialogue: any Dialogue, _ context: DialogueContext, _ turn: Turn, _ question: Question
  ) async throws -> Draft {
    let speaks = speaks(turn, question)
    let (sentences, sink) = AsyncStream.makeStream(
      of: String.self, bufferingPolicy: .bufferingOldest(Self.mostSentences))
    var isWhole = true
    let composer = composer(question)
    let recording = Task { speaks ? try await composer.record(sentences) : nil }
    defer { recording.cancel() }
    return try await withTaskCancellationHandler {
      var answer = DialogueAnswer()
      var splitter = SentenceSplitter()
      do {
        for try await event in dialogue.reply(to: context) {
          answer.take(event)
          if speaks, case .text(let piece) = event {
            for sentence in splitter.append(piece) { isWhole = Self.speak(sentence, sink) && isWhole }
          }
        }
      } catch {
        sink.finish()
        throw error
      }
      try Task.checkCancellation()
      for sentence in splitter.flush() { isWhole = Self.speak(sentence, sink) && isWhole }
      var draft = finished(answer, question)
      // What was added to the dialogue's own words is spoken, too.
      let added = draft.text.dropFirst(answer.text.trimmed.count)
      if !added.isEmpty { isWhole = Self.speak(String(added).trimmed, sink) && isWhole }
      sink.finish()
      draft.memory = dialogue.memory?.text
      draft.facts = dialogue.facts
      draft.wantsFact = dialogue.wantsFact
      // What can't be written in one message could not stand in for a recording that is refused.
      let isShort = draft.text.utf16.count <= question.account.channel.limits.text
      guard speaks, isWhole, isShort, draft.choices.isEmpty, !Self.mustBeRead(draft.text) else { return draft }
      draft.recording = try await recorded { try await recording.value }
      return draft
    } onCancel: {
      recording.cancel()
      sink.finish()
    }
  }

  private func composer(_ question: Question) -> VoiceNoteComposer {
    let assistant = question.account.assistant
    return VoiceNoteComposer(
      tts: assistant.providers.tts, language: assistant.settings.language,
      limit: question.account.channel.limits.voiceNote)
  }

  /// What `record` made; nil if that failed: better an answer in writing than none. Throws `CancellationError` alone.
  private func recorded(_ record: () async throws -> [UInt8]?) async throws -> [UInt8]? {
    do {
      return try await record()
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      log.warning("an answer is not spoken but written", metadata: ["reason": "\(error)"])
      if case VoiceNoteComposer.Failure.provider(let error) = error { report(.providerFailed(role: .tts, error)) }
      return nil
    }
  }

  private func finished(_ answer: DialogueAnswer, _ question: Question) -> Draft {
    let phrases = question.account.assistant.settings.phrases
    var draft = Draft(text: answer.text.trimmed, choices: answer.choices)
    func add(_ phrase: String) {
      guard !phrase.isEmpty else { return }
      draft.text += (draft.text.isEmpty ? "" : "\n\n") + phrase
    }
    if let reason = answer.transfer {
      if environment.hasPeople() {
        add(phrases.personWillWrite)
        draft.transfer = reason
        draft.saysPersonComes = true
      } else {
        add(phrases.noPerson)
      }
      draft.choices = []
    }
    if answer.callsCustomer {
      if environment.caller != nil, question.phone != nil {
        draft.callsCustomer = true
        if draft.text.isEmpty { add(phrases.calling) }
      } else {
        add(phrases.callFailed)
      }
    }
    if draft.text.isEmpty, !draft.choices.isEmpty {
      draft.text = ChatWords(language: question.account.assistant.settings.language).choose
    }
    return draft
  }

  private func speaks(_ turn: Turn, _ question: Question) -> Bool {
    guard question.account.channel.limits.voiceNote > 0 else { return false }
    return switch question.account.settings.answers {
    case .inKind: turn.isVoice
    case .text: false
    case .voice: true
    }
  }

  /// Links are tapped, not listened to.
  private static func mustBeRead(_ text: String) -> Bool { text.contains("http://") || text.contains("https://") }

  private func isNewSession(_ question: Question) -> Bool {
    guard let last = question.history.last, let first = question.pending.first else { return true }
    return last.channel != first.channel
      || last.sentAt.duration(to: first.sentAt) > question.account.settings.newSessionAfter
  }

  private func context(for turn: Turn, _ question: Question) -> DialogueContext {
    let settings = question.account.assistant.settings
    var messages = ConversationHistory.dialogue(question.history, at: environment.clock.now)
    if let name = question.record.customer.name, !name.isEmpty {
      messages.insert(DialogueMessage(.system, "The customer's name, as their account shows it: \(name)"), at: 0)
    }
    if let quoted = quotation(question) { messages.append(DialogueMessage(.system, quoted)) }
    let words = turn.words.map { chosen($0, question) ?? $0 }.joined(separator: "\n")
    messages.append(DialogueMessage(.caller, words, attachments: turn.attachments))
    var abilities: Set<DialogueAbility> = [.offerChoices]
    if environment.hasPeople() { abilities.insert(.transferToHuman) }
    if environment.caller != nil, question.phone != nil { abilities.insert(.callCustomer) }
    return DialogueContext(
      instructions: settings.instructions, language: settings.language, messages: messages, medium: .chat,
      abilities: abilities)
  }

  /// What the customer's message is a reply to, if it quotes one.
  private func quotation(_ question: Question) -> String? {
    guard let id = question.pending.last?.replyTo,
      let quoted = (question.history + question.pending).last(where: { $0.channelID == id }), !quoted.text.isEmpty
    else { return nil }
    let whose = quoted.author == .customer ? "their own" : "your"
    return "The customer's next message is a reply to \(whose) message: “\(quoted.text.prefix(500))”"
  }

  /// The title of the choice that a bare number stands for, where choices were offered as a numbered list.
  private func chosen(_ words: String, _ question: Question) -> String? {
    guard let number = Int(words.trimmed), number > 0,
      let last = question.history.last(where: { $0.author == .assistant }),
      case .numbered(_, let choices)? = last.detail.flatMap({ OutgoingContent(payload: $0) }), number <= choices.count
    else { return nil }
    return choices[number - 1].title
  }
}

extension ProviderError {
  /// Whether the same question may be answered the next time.
  fileprivate var isWorthAnotherTry: Bool {
    switch kind {
    case .timedOut, .unreachable, .failed, .malformedAnswer, .overloaded: true
    case .unauthorized, .rateLimited, .rejected, .missing: false
    }
  }
}
