import Audio
import Logging

/// What is being spoken now.
struct ActiveSpeech {
  var id: Int
  /// The turn that it answers, if it answers one.
  var turn: Int?
  var ledger: HeardLedger
  /// Whether all of its sound is with the carrier.
  var isQueued = false
}

/// A sentence on its way from text to sound.
struct Synthesis: Sendable {
  var sentence: String
  var sound: AsyncThrowingStream<[Int16], any Error>
}

/// How the text of a speech ended.
enum TextOutcome: Sendable {
  case finished(AfterSpeech)
  case failed(ProviderError)
}

extension Conversation {
  /// How many sentences may be in synthesis at once: the one that is queued and the next.
  private static let lookahead = 2

  func beginReply(_ id: Int, turn: Int, text: String) {
    unsaid = (turn, text)
    if timing?.turn == turn, timing?.transcriptFinal == nil { timing?.transcriptFinal = clock.now }
    if let finding = callerSaid(text, turn: turn) {
      raise(finding)
      return
    }
    start(id, turn: turn, dialogue.reply(to: context(answering: text)))
  }

  func beginPhrase(_ id: Int, _ text: String) {
    start(id, turn: nil, Self.stream(of: text))
  }

  static func stream(of text: String) -> AsyncThrowingStream<ReplyEvent, any Error> {
    AsyncThrowingStream { continuation in
      if !text.isEmpty { continuation.yield(.text(text)) }
      continuation.finish()
    }
  }

  func start(_ id: Int, turn: Int?, _ text: AsyncThrowingStream<ReplyEvent, any Error>) {
    speech = ActiveSpeech(id: id, turn: turn, ledger: HeardLedger(sampleRate: carrier.sampleRate))
    speechTasks[id] = Task {
      await speak(id, text)
      speechTasks[id] = nil
    }
  }

  func isCurrent(_ id: Int) -> Bool { speech?.id == id && !isOver }

  /// Text to sentences to sound to the carrier, all three at once.
  private func speak(_ id: Int, _ text: AsyncThrowingStream<ReplyEvent, any Error>) async {
    let (sentences, sink) = AsyncStream<Synthesis>.makeStream()
    let (permits, permit) = AsyncStream<Void>.makeStream()
    for _ in 0..<Self.lookahead { permit.yield() }
    async let outcome = read(id, text, into: sink, permits: permits)
    let failure = await play(id, sentences, permit: permit)
    permit.finish()
    // A reader that waits for a permit or the next word has nothing left to do after a failure of the voice.
    if let failure {
      if isCurrent(id) {
        emit(.providerFailed(role: .tts, failure))
        log.warning("provider failed", metadata: ["role": "tts", "error": "\(failure)"])
        carrier.finishPlayout()
        report(id, .speechFailed(id, retryable: false))
        noteIfPlayedOut(id)
      }
      return
    }
    let end = await outcome
    guard isCurrent(id) else { return }
    switch end {
    case .finished(let then):
      carrier.finishPlayout()
      report(id, .speechFinished(id, then: then))
      noteIfPlayedOut(id)
      if id > 0 {
        noteFacts()
        await refreshHint()
      }
    case .failed(let error):
      emit(.providerFailed(role: .llm, error))
      log.warning("provider failed", metadata: ["role": "llm", "error": "\(error)"])
      carrier.finishPlayout()
      report(id, .speechFailed(id, retryable: Self.isWorthRetrying(error)))
      noteIfPlayedOut(id)
    }
  }

  func synthesis(of sentence: String) -> Synthesis {
    Synthesis(sentence: sentence, sound: providers.tts.synthesize(sentence, language: settings.language))
  }

  /// Hands the sound of each sentence to the carrier. Returns why it could not, if it could not.
  private func play(
    _ id: Int, _ sentences: AsyncStream<Synthesis>, permit: AsyncStream<Void>.Continuation
  ) async -> ProviderError? {
    var isFirst = true
    for await synthesis in sentences {
      guard isCurrent(id) else { return nil }
      speech?.ledger.begin(synthesis.sentence)
      var failure = await playSentence(id, synthesis.sound, trimsLeadIn: isFirst)
      if let (_, wasHeard) = failure, !wasHeard, isCurrent(id) {
        // A connection that had gone stale is the usual cause, and a second one the cure.
        failure = await playSentence(id, self.synthesis(of: synthesis.sentence).sound, trimsLeadIn: isFirst)
      }
      if let (error, _) = failure { return error }
      guard isCurrent(id) else { return nil }
      speech?.ledger.complete()
      isFirst = false
      permit.yield()
    }
    return nil
  }

  private func playSentence(
    _ id: Int, _ sound: AsyncThrowingStream<[Int16], any Error>, trimsLeadIn: Bool
  ) async -> (ProviderError, wasHeard: Bool)? {
    var wasHeard = false
    do {
      var output = try VoiceOutput(
        rate: providers.tts.sampleRate, carrierRate: carrier.sampleRate, trimsLeadIn: trimsLeadIn)
      for try await chunk in sound {
        guard isCurrent(id) else { return nil }
        if let turn = speech?.turn, timing?.turn == turn, timing?.firstAudio == nil { timing?.firstAudio = clock.now }
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
      return (
        known ?? ProviderError(.failed(status: nil), provider: providers.tts.name, message: "\(error)"), wasHeard
      )
    }
  }

  /// The one way of a speech's sound to the carrier.
  private func queue(_ id: Int, _ samples: [Int16]) async throws {
    guard isCurrent(id) else { throw CancellationError() }
    let end = try await carrier.play(samples)
    guard isCurrent(id) else { throw CancellationError() }
    let start = end >= UInt64(samples.count) ? end - UInt64(samples.count) : 0
    speech?.ledger.extend(from: start, to: end)
    report(id, .queued(speech: id, from: start, to: end, until: expectedEnd(of: end)))
    // The carrier may have sent the first of it before its position was known here.
    if let lastAudible, lastAudible.position >= speech?.ledger.start ?? .max {
      feed(.audible(at: lastAudible.at, position: lastAudible.position))
    }
  }

  /// When playout reaches `position` if nothing stops it.
  func expectedEnd(of position: UInt64) -> Instant {
    let played = carrier.playedPosition
    let ahead = position > played ? Int64(clamping: position - played) : 0
    return clock.now.advanced(by: .milliseconds(ahead * 1000 / Int64(max(1, carrier.sampleRate))))
  }

  /// If the queue ran dry before it was known that nothing follows, the carrier may have no end left to report.
  private func noteIfPlayedOut(_ id: Int) {
    guard let speech, speech.id == id, speech.ledger.start != nil, carrier.playedPosition >= speech.ledger.end else {
      return
    }
    playedOut(at: clock.now, position: carrier.playedPosition)
  }

  func playedOut(at: Instant, position: UInt64) {
    isFillerSounding = false
    announcementPlayed(upTo: position)
    personPlayed(upTo: position)
    feed(.playedOut(at: at, position: position))
  }

  /// Tells the machine whose speech it is.
  private func report(_ id: Int, _ input: TurnInput) {
    guard id < 0 else { return feed(input) }
    if personReport(id, input) { return }
    switch input {
    case .queued(_, _, _, let until): stepEscalation(.sounding(until: until))
    case .speechFailed: stepEscalation(.announced)
    case .speechFinished: announcementQueued()
    default: break
    }
  }

  /// Throws speech `id` away: cancels its tasks and drops what is queued.
  func stopSpeech(_ id: Int) {
    guard speech?.id == id else { return }
    speech = nil
    soundEpoch += 1
    isFillerSounding = false
    speechTasks[id]?.cancel()
    carrier.dropPlayout()
  }

  func endSpeech(_ id: Int, interrupted: Bool) {
    guard let ending = speech, ending.id == id else { return }
    if interrupted {
      stopSpeech(id)
    } else {
      speech = nil
      speechTasks[id]?.cancel()
    }
    commitCaller()
    let heard = interrupted ? ending.ledger.heard(upTo: carrier.playedPosition) : ending.ledger.text
    if !heard.isEmpty { messages.append(DialogueMessage(.assistant, heard, wasInterrupted: interrupted)) }
    emit(.replyFinished(speech: id, heard: Private(heard), wasInterrupted: interrupted))
    assistantSaid(heard, id, turn: ending.turn, wasInterrupted: interrupted)
  }

  private static func isWorthRetrying(_ error: ProviderError) -> Bool {
    switch error.kind {
    case .unauthorized, .rejected, .missing: false
    case .rateLimited, .timedOut, .unreachable, .failed, .malformedAnswer, .overloaded: true
    }
  }

  // MARK: Bridging silence

  /// Opens the voice and has ready what must be sayable at once, even when the voice is slow or dead.
  func prepareVoice() {
    let texts = [settings.phrases.filler, settings.phrases.stillConnecting]
    aside { conversation in
      await conversation.providers.tts.prewarm()
      for text in texts where !text.isEmpty {
        await conversation.prepare(text)
      }
    }
  }

  private func prepare(_ text: String) async {
    var samples: [Int16] = []
    do {
      var output = try VoiceOutput(
        rate: providers.tts.sampleRate, carrierRate: carrier.sampleRate, trimsLeadIn: true)
      for try await chunk in providers.tts.synthesize(text, language: settings.language) {
        samples += output.process(chunk)
        // No filler takes ten seconds; what does is a voice gone wrong.
        guard samples.count < carrier.sampleRate * 10 else { return }
      }
      samples += output.flush()
    } catch {
      log.notice("a phrase could not be prepared; a tone takes its place", metadata: ["error": "\(error)"])
      return
    }
    if !samples.isEmpty, !Task.isCancelled { phraseSounds[text] = samples }
  }

  func fill(count: Int) {
    let samples = count % 3 == 1 ? phraseSounds[settings.phrases.filler] : nil
    isFillerSounding = true
    bridge(samples) { $0.feed(.filled(until: $1)) }
  }

  /// Plays `samples`, or a soft tone, and tells when it ends.
  func bridge(_ samples: [Int16]?, then: @escaping @Sendable (isolated Conversation, Instant) -> Void) {
    let sound = samples ?? ComfortTone.samples(sampleRate: carrier.sampleRate)
    let epoch = soundEpoch
    aside { conversation in
      guard conversation.soundEpoch == epoch, !conversation.isOver else { return }
      guard let end = try? await conversation.carrier.play(sound) else { return }
      guard conversation.soundEpoch == epoch else { return }
      conversation.carrier.finishPlayout()
      then(conversation, conversation.expectedEnd(of: end))
    }
  }
}
