import FoundationEssentials
import Logging
import Store
import VoicePipeline

// Knowing when: what the watch over a chat is told, and what follows. What it remembers is stored with the answer, so
// that an answer which is thrown away leaves no trace.
extension AnswerMaker {
  /// How much of a conversation a classifier is shown.
  private static let shownTurns = 12
  /// How much of it is summed up.
  private static let summedTurns = 30

  /// The watch where the conversation stands.
  func watch(_ question: Question) -> EscalationWatch {
    let assistant = question.account.assistant
    let identities =
      question.record.customer.identities.map(\.value)
      + [question.thread.phone, question.thread.user].compactMap(\.self)
    var watch = EscalationWatch(
      resuming: question.record.watch.flatMap { EscalationWatch.State(json: $0) } ?? EscalationWatch.State(),
      like: assistant.watch, identities: identities)
    watch.beginTurn(of: question.pending.map(\.id))
    // Words of a person behind the assistant's last: the conversation was theirs, and has come back.
    let last = question.history.last { $0.author == .assistant || $0.author == .person }
    if last?.author == .person { watch.handedBack() }
    return watch
  }

  /// The customer's turn is told. What is found counts only where there is someone to call; that the customer asks for a
  /// person is always answered.
  func said(_ words: String, _ question: Question, _ watch: inout EscalationWatch) -> EscalationFinding? {
    guard let last = question.pending.last else { return nil }
    var found = watch.customerSaid(words, id: last.id, at: last.sentAt.date)
    if let first = question.pending.first {
      found = EscalationFinding.preferred(found, watch.waited(first.sentAt.duration(to: environment.clock.now)))
    }
    guard let found else { return nil }
    return environment.hasPeople() || found.kind == .explicitRequest ? found : nil
  }

  /// A voice note of which no word was understood.
  func notUnderstood(_ question: Question, _ watch: inout EscalationWatch) -> EscalationFinding? {
    guard let last = question.pending.last else { return nil }
    let found = watch.customerNotUnderstood(id: last.id, at: last.sentAt.date)
    return environment.hasPeople() ? found : nil
  }

  /// An answer that promises nothing which nobody will do: the model is asked once more, and if it insists a person is
  /// called. What somebody wrote down, they mean.
  func honest(
    _ question: Question, _ watch: inout EscalationWatch, _ ask: (String?) async throws -> Draft
  ) async throws -> Draft {
    var draft = try await ask(nil)
    let phrases = question.account.assistant.settings.phrases
    let id = question.pending.last?.id ?? ""
    if let reason = draft.transfer {
      draft.finding = watch.modelAsked(reason)
    } else if question.account.assistant.providers.llm.readsFreely {
      func check(_ text: String) -> DraftVerdict {
        watch.check(draft: text, isWhole: true, id: id, at: environment.clock.now.date)
      }
      if case .regenerate(let instruction) = check(draft.text) {
        log.info("a false promise is held back")
        draft = try await ask(instruction)
        if let reason = draft.transfer {
          draft.finding = watch.modelAsked(reason)
        } else if case .escalate(let finding) = check(draft.text) {
          let isThere = environment.hasPeople()
          draft.text = isThere ? phrases.personWillWrite : phrases.noPerson
          draft.choices = []
          draft.recording = nil
          draft.saysPersonComes = true
          draft.finding = isThere ? finding : nil
        }
      }
    }
    watch.dialogueKnows(draft.facts.count, wantsMore: draft.wantsFact)
    let found = watch.assistantAnswered(draft.text, id: "answer to \(id)", at: environment.clock.now.date)
    if environment.hasPeople() { draft.finding = EscalationFinding.preferred(draft.finding, found) }
    return draft
  }

  /// What `answer` makes, and beside it the judgement of a language model on what the customer wrote.
  func judged(
    _ question: Question, _ words: String, _ watch: inout EscalationWatch,
    _ answer: (inout EscalationWatch) async throws -> Draft
  ) async throws -> Draft {
    let judgement = question.account.assistant.settings.escalation.judgement
    guard judgement.usesClassifier, environment.hasPeople(),
      let classifier = question.account.assistant.providers.llm.classifier
    else { return try await answer(&watch) }
    let items = Array(turns(question).suffix(Self.shownTurns))
    let log = log
    async let pending = classifier.verdict(on: items, within: judgement.classifierLimit) { reason in
      log.warning("no verdict on whether a person is needed", metadata: ["reason": "\(reason)"])
    }
    var draft = try await answer(&watch)
    if case .handOff(let kind, let turns)? = await pending {
      draft.finding = EscalationFinding.preferred(draft.finding, watch.take(verdict: kind, turns: turns, of: items))
    }
    return draft
  }

  // MARK: For the person

  /// What was said, as it is shown to a model and to the person.
  private func turns(_ question: Question) -> [EvidenceItem] {
    (question.history + question.pending).compactMap { message in
      guard !message.text.isEmpty, message.state != .failed, message.state != .withdrawn else { return nil }
      let author: EvidenceItem.Author =
        switch message.author {
        case .customer: .customer
        case .assistant: .assistant
        case .person, .system: .system
        }
      return EvidenceItem(id: message.id, author: author, text: message.text, at: message.sentAt.date)
    }
  }

  private func package(_ finding: EscalationFinding, _ draft: Draft, _ question: Question) -> HandoverPackage {
    let limits = question.account.channel.limits
    let kinds = ["text"] + (limits.buttons > 0 ? ["buttons"] : []) + (limits.voiceNote > 0 ? ["voice_note"] : [])
    let opened = question.pending.last?.sentAt
    return HandoverPackage(
      finding, turns: turns(question), facts: draft.facts,
      limits: .init(
        channel: question.account.channel.name, windowEndsAt: opened.map { $0.advanced(by: limits.window).text },
        kinds: kinds), language: language(question))
  }

  private func language(_ question: Question) -> String {
    let settings = question.account.assistant.settings
    return settings.escalation.judgement.summaryLanguage ?? settings.language
  }

  /// The wish for a person as it is stored with the answer, with what is known at once.
  func escalation(
    _ finding: EscalationFinding, _ draft: Draft, _ question: Question, at now: Timestamp
  ) -> NewEscalation {
    NewEscalation(
      kind: finding.kind.rawValue, reason: finding.reason, channel: question.account.channel.name,
      priority: finding.priority, package: package(finding, draft, question).json)
  }

  /// Puts the model's summary into the package that is stored already. What fails here is only missing there.
  func completePackage(_ finding: EscalationFinding, _ draft: Draft, _ question: Question) async {
    let assistant = question.account.assistant
    guard let summariser = assistant.providers.llm.summariser else { return }
    let log = log
    let completed = await package(finding, draft, question).completed(
      by: summariser, turns: Array(turns(question).suffix(Self.summedTurns)), language: language(question),
      within: assistant.settings.escalation.judgement.summaryLimit
    ) { reason in
      log.warning("no summary for the person who takes over", metadata: ["reason": "\(reason)"])
    }
    guard let completed else { return }
    do {
      guard let record = try await environment.store.openEscalation(of: conversation) else { return }
      try await environment.store.update(record.id, package: completed.json, reason: nil)
    } catch {
      log.warning("a summary is not kept", metadata: ["reason": "\(error)"])
    }
  }
}

extension EscalationFinding {
  /// Whether the customer is told of a person in place of an answer. Who waited, or is a VIP, gets both.
  var takesPlaceOfAnswer: Bool { kind != .waiting && kind != .vip }
}

extension Timestamp {
  /// The same time for Foundation.
  var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
