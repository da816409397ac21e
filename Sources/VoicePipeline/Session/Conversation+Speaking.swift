import Audio
import Coordination
import Logging

/// A sentence on its way from text to sound.
private struct Synthesis: Sendable {
  var sentence: String
  var sound: AsyncThrowingStream<[Int16], any Error>
}

/// A sentence that could not be spoken.
private struct VoiceFailure {
  var error: ProviderError
  /// Whether a part of it was.
  var wasHeard: Bool
}

// The voice: text to sentences to sound to the carrier, all three at once.
extension Conversation {
  /// How many sentences may be in synthesis at once: the one that is queued and the next.
  private static let lookahead = 2

  static func stream(of text: String) -> AsyncThrowingStream<ReplyEvent, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingOldest(1)) { continuation in
      if !text.isEmpty { continuation.yield(.text(text)) }
      continuation.finish()
    }
  }

  /// Makes the speech `id` of `text`.
  func make(_ id: SpeechID, _ text: AsyncThrowingStream<ReplyEvent, any Error>) {
    if let making { tasks.cancel(making.task) }
    making = tasks.start { await self.speak(id, text) }.map { (id, $0) }
  }

  private func speak(_ id: SpeechID, _ text: AsyncThrowingStream<ReplyEvent, any Error>) async {
    // A sentence is sent only for a permit, and a permit given only for a sentence that was played: neither stream can
    // hold more than the lookahead.
    let (sentences, sink) = AsyncStream<Synthesis>.makeStream(bufferingPolicy: .bufferingOldest(Self.lookahead))
    let (permits, permit) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(Self.lookahead))
    for _ in 0..<Self.lookahead { permit.yield() }
    async let words = read(id, text, into: sink, permits: permits)
    let failure = await play(id, sentences, permit: permit)
    // A reader that waits for a permit or the next word has nothing left to do after a failure of the voice.
    permit.finish()
    let end: SpeechEnd = if let failure { .voiceFailed(failure) } else { await words }
    let knowledge = DialogueKnowledge(facts: dialogue.facts.count, wantsMore: dialogue.wantsFact)
    guard core.isPresent(id) else { return }
    obey(core.ended(id, end, knowledge, at: moment))
    if case (.turn, .finished) = (id, end) { await refreshHint() }
  }

  private func synthesis(of sentence: String) -> Synthesis {
    Synthesis(sentence: sentence, sound: providers.tts.synthesize(sentence, language: settings.language))
  }

  // MARK: From the dialogue's words to sentences

  /// Reads the text to its end and starts the synthesis of each sentence as soon as it is whole. What a language model
  /// promises and nobody would keep is held back, and the model is asked once more.
  private func read(
    _ id: SpeechID, _ text: AsyncThrowingStream<ReplyEvent, any Error>, into sink: AsyncStream<Synthesis>.Continuation,
    permits: AsyncStream<Void>
  ) async -> SpeechEnd {
    defer { sink.finish() }
    var permit = permits.makeAsyncIterator()
    var text = text
    while true {
      var reader = AnswerReader()
      do {
        guard try await readOnce(id, text, with: &reader, into: sink, permit: &permit) else {
          return .finished(reader.then)
        }
      } catch {
        return .mindFailed(
          error as? ProviderError
            ?? ProviderError(.failed(status: nil), provider: providers.llm.name, message: "\(error)"))
      }
      switch reader.outcome {
      case .said(let then):
        if then == .listen { obey(core.answerIsKnown(reader.text, of: id, at: moment)) }
        return .finished(then)
      case .insists(let finding): return .finished(.transfer(.finding(finding)))
      case .promised(let instruction, let said):
        guard let context = core.retry(of: id, instruction, said: said) else { return .finished(.listen) }
        log.info("a false promise is held back")
        text = dialogue.reply(to: context)
      }
    }
  }

  /// Reads one attempt at an answer; false if nobody waits for it any more.
  private func readOnce(
    _ id: SpeechID, _ text: AsyncThrowingStream<ReplyEvent, any Error>, with reader: inout AnswerReader,
    into sink: AsyncStream<Synthesis>.Continuation, permit: inout AsyncStream<Void>.Iterator
  ) async throws -> Bool {
    for try await event in text {
      guard core.isPresent(id) else { return false }
      let (sentences, actions) = core.read(event, of: id, with: &reader, at: moment)
      obey(actions)
      guard await pass(sentences, to: sink, permit: &permit) else { return false }
    }
    return await pass(core.readToEnd(of: id, with: &reader, at: moment), to: sink, permit: &permit)
  }

  private func pass(
    _ sentences: [String], to sink: AsyncStream<Synthesis>.Continuation, permit: inout AsyncStream<Void>.Iterator
  ) async -> Bool {
    for sentence in sentences {
      guard await permit.next(isolation: self) != nil else { return false }
      sink.yield(synthesis(of: sentence))
    }
    return true
  }

  // MARK: From sentences to sound

  /// Hands the sound of each sentence to the carrier. Returns why it could not, if it could not.
  private func play(
    _ id: SpeechID, _ sentences: AsyncStream<Synthesis>, permit: AsyncStream<Void>.Continuation
  ) async -> ProviderError? {
    var isFirst = true
    for await synthesis in sentences {
      guard core.beginSentence(synthesis.sentence, of: id) else { return nil }
      var failure = await play(id, synthesis, trimsLeadIn: isFirst)
      if let broken = failure, !broken.wasHeard, core.isPresent(id) {
        // A connection that had gone stale is the usual cause, and a second one the cure.
        failure = await play(id, self.synthesis(of: synthesis.sentence), trimsLeadIn: isFirst)
      }
      if let failure { return failure.error }
      guard core.endSentence(of: id) else { return nil }
      isFirst = false
      permit.yield()
    }
    return nil
  }

  private func play(_ id: SpeechID, _ synthesis: Synthesis, trimsLeadIn: Bool) async -> VoiceFailure? {
    var wasHeard = false
    do {
      var output = try VoiceOutput(
        rate: providers.tts.sampleRate, carrierRate: carrier.sampleRate, trimsLeadIn: trimsLeadIn)
      for try await chunk in synthesis.sound {
        guard core.takesSound(of: id, at: clock.now) else { return nil }
        let samples = output.process(chunk)
        guard !samples.isEmpty else { continue }
        wasHeard = true
        try await queue(id, samples)
      }
      let rest = output.flush()
      if !rest.isEmpty { try await queue(id, rest) }
      return nil
    } catch is CancellationError {
      return nil
    } catch {
      let known = error as? ProviderError
      return VoiceFailure(
        error: known ?? ProviderError(.failed(status: nil), provider: providers.tts.name, message: "\(error)"),
        wasHeard: wasHeard)
    }
  }

  /// The one way of a speech's sound to the carrier.
  private func queue(_ id: SpeechID, _ samples: [Int16]) async throws {
    guard core.isPresent(id) else { throw CancellationError() }
    let end = try await carrier.play(samples)
    guard core.isPresent(id) else { throw CancellationError() }
    obey(core.queued(samples.count, upTo: end, of: id, at: moment))
  }

  // MARK: Bridging silence

  /// Opens the voice and has ready what must be sayable at once, even when the voice is slow or dead.
  func prepareVoice() async {
    await providers.tts.prewarm()
    for text in [settings.phrases.filler, settings.phrases.stillConnecting] where !text.isEmpty {
      if let samples = await prepared(text), !Task.isCancelled { core.output.prepared(text, samples) }
    }
  }

  private func prepared(_ text: String) async -> [Int16]? {
    var samples: [Int16] = []
    do {
      var output = try VoiceOutput(
        rate: providers.tts.sampleRate, carrierRate: carrier.sampleRate, trimsLeadIn: true)
      for try await chunk in providers.tts.synthesize(text, language: settings.language) {
        samples += output.process(chunk)
        // No filler takes ten seconds; what does is a voice gone wrong.
        guard samples.count < carrier.sampleRate * 10 else { return nil }
      }
      samples += output.flush()
    } catch {
      log.notice("a phrase could not be prepared; a tone takes its place", metadata: ["error": "\(error)"])
      return nil
    }
    return samples.isEmpty ? nil : samples
  }

  /// Plays a bridge and tells when it ends.
  func play(_ bridge: Bridge) async {
    guard core.output.bridging.isWanted(bridge), !core.isOver else { return }
    do {
      let end = try await carrier.play(bridge.samples)
      obey(core.queued(bridge, upTo: end, at: moment))
    } catch {
      // The conversation is over: there is no silence left to bridge.
    }
  }
}
