import Audio
import Logging

/// Why reading an answer stopped.
private enum Reading {
  case ended(TextOutcome)
  /// The model promised what nobody will do; `said` is what was let through before.
  case promised(instruction: String, said: String)
  /// It did so again.
  case insists(EscalationFinding)
}

/// One attempt at an answer: what may be spoken, and what is held back.
private struct Passage {
  var splitter = SentenceSplitter()
  var then = AfterSpeech.listen
  /// The sentences that were let through.
  var said: [String] = []
  /// A promise and what follows it, until it is known whether a person is called with it.
  var held: [String] = []
  var verdict: DraftVerdict?
}

// From the dialogue's words to sentences that may be spoken.
extension Conversation {
  /// Reads the text to its end and starts the synthesis of each sentence as soon as it is whole. What a language model
  /// promises and nobody would keep is held back, and the model is asked once more.
  func read(
    _ id: Int, _ text: AsyncThrowingStream<ReplyEvent, any Error>, into sink: AsyncStream<Synthesis>.Continuation,
    permits: AsyncStream<Void>
  ) async -> TextOutcome {
    defer { sink.finish() }
    var permit = permits.makeAsyncIterator()
    var source = text
    while true {
      switch await readOnce(id, source, into: sink, permit: &permit) {
      case .ended(let outcome): return outcome
      case .insists(let finding):
        findings.raised = finding
        return .finished(.transfer(reason: finding.reason))
      case .promised(let instruction, let said):
        guard isCurrent(id), let text = unsaid?.text else { return .finished(.listen) }
        log.info("a false promise is held back")
        var context = context(answering: text)
        if !said.isEmpty { context.messages.append(DialogueMessage(.assistant, said)) }
        context.messages.append(
          DialogueMessage(.system, said.isEmpty ? instruction : instruction + " Go on behind your words above."))
        source = dialogue.reply(to: context)
      }
    }
  }

  private func readOnce(
    _ id: Int, _ text: AsyncThrowingStream<ReplyEvent, any Error>, into sink: AsyncStream<Synthesis>.Continuation,
    permit: inout AsyncStream<Void>.Iterator
  ) async -> Reading {
    var passage = Passage()
    do {
      for try await event in text {
        guard isCurrent(id) else { return .ended(.finished(passage.then)) }
        let ready = take(event, &passage)
        guard await speak(ready, id, &passage, into: sink, permit: &permit) else {
          return .ended(.finished(passage.then))
        }
      }
    } catch {
      return .ended(
        .failed(
          error as? ProviderError
            ?? ProviderError(.failed(status: nil), provider: providers.llm.name, message: "\(error)")))
    }
    guard await speak(passage.splitter.flush(), id, &passage, into: sink, permit: &permit) else {
      return .ended(.finished(passage.then))
    }
    switch passage.verdict {
    case .regenerate(let instruction)?:
      return .promised(instruction: instruction, said: passage.said.joined(separator: " "))
    case .escalate(let finding)?: return .insists(finding)
    case .ok?, nil: break
    }
    if passage.then == .listen, isCurrent(id) { consultClassifier(id, reply: passage.said.joined(separator: " ")) }
    return .ended(.finished(passage.then))
  }

  /// The sentences that `event` completes.
  private func take(_ event: ReplyEvent, _ passage: inout Passage) -> [String] {
    switch event {
    case .text(let piece):
      if let turn = speech?.turn, timing?.turn == turn, timing?.firstToken == nil { timing?.firstToken = clock.now }
      return passage.splitter.append(piece)
    case .transferToHuman(let reason):
      let rest = passage.splitter.flush()
      passage.then = .transfer(reason: reason)
      // With a person on the way it is no false promise.
      let held = passage.held
      passage.held = []
      passage.verdict = nil
      return held + rest
    case .hangUp:
      let rest = passage.splitter.flush()
      if passage.then == .listen { passage.then = .hangUp }
      return rest
    case .sendMessage(let text):
      sendAside(text, turn: speech?.turn)
    case .choices, .callCustomer:
      // A phone has no buttons, and the caller is on it already.
      break
    }
    return []
  }

  /// Lets `sentences` through, as far as they may be; false if nobody waits for them any more.
  private func speak(
    _ sentences: [String], _ id: Int, _ passage: inout Passage, into sink: AsyncStream<Synthesis>.Continuation,
    permit: inout AsyncStream<Void>.Iterator
  ) async -> Bool {
    for sentence in sentences {
      if passage.verdict == nil, isGuarded(id, passage.then) {
        let verdict = watch.check(draft: sentence, id: Self.name(ofReply: id), at: clock.date)
        if verdict != .ok { passage.verdict = verdict }
      }
      if passage.verdict != nil {
        passage.held.append(sentence)
        continue
      }
      guard await permit.next(isolation: self) != nil else { return false }
      passage.said.append(sentence)
      sink.yield(synthesis(of: sentence))
    }
    return true
  }

  /// Whether the words are a language model's own; what somebody wrote down, they mean.
  private func isGuarded(_ id: Int, _ then: AfterSpeech) -> Bool {
    guard id > 0, isCurrent(id), speech?.turn != nil, providers.llm.readsFreely else { return false }
    if case .transfer = then { return false }
    return true
  }
}
