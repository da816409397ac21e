import Audio
import Coordination
import Logging
import VoicePipeline

/// Several recognisers in the order of preference: the first that opens is used.
struct FailoverSpeechToText: SpeechToText {
  let providers: [any SpeechToText]
  let logger: Logger
  var name: String { providers.map { $0.name }.joined(separator: ",") }

  func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
    var failure = ProviderError(.missing, provider: "stt", message: "no provider is configured")
    for provider in providers {
      do {
        return try await provider.open(options)
      } catch {
        logger.warning("a recogniser failed, the next is tried", metadata: ["reason": "\(error)"])
        failure = error
      }
    }
    throw failure
  }

  /// What any of them takes.
  var takesRecordings: Set<SoundFormat> { providers.reduce(into: []) { $0.formUnion($1.takesRecordings) } }

  /// The words by the first that takes the recording and has no trouble with it.
  func transcribe(
    _ recording: Recording, _ options: TranscriptionOptions
  ) async throws(ProviderError) -> Transcription {
    var failure = ProviderError(
      .rejected(status: 0), provider: name, message: "none takes recordings in \(recording.format.rawValue)")
    for provider in providers where provider.takesRecordings.contains(recording.format) {
      do {
        return try await provider.transcribe(recording, options)
      } catch {
        failure = error
        if Task.isCancelled { break }
        logger.warning("a recogniser failed, the next is tried", metadata: ["reason": "\(error)"])
      }
    }
    throw failure
  }
}

/// Several minds in the order of preference: each turn goes to the first that gives a word.
struct FailoverLanguageModel: LanguageModel {
  let providers: [any LanguageModel]
  let logger: Logger
  var name: String { providers.map { $0.name }.joined(separator: ",") }

  /// Whether all of them do.
  var readsFreely: Bool { providers.allSatisfy(\.readsFreely) }

  /// That of the first that has one.
  var classifier: (any EscalationClassifier)? { providers.lazy.compactMap(\.classifier).first }

  /// That of the first that has one.
  var summariser: (any ConversationSummariser)? { providers.lazy.compactMap(\.summariser).first }

  /// What all of them see: whichever answers has to know what it was sent.
  var sees: Set<DialogueAttachment.Kind> {
    guard let first = providers.first else { return [] }
    return providers.dropFirst().reduce(first.sees) { $0.intersection($1.sees) }
  }

  func makeDialogue(resuming memory: DialogueMemory?) -> any Dialogue {
    makeDialogue(resuming: memory, asNewSession: false)
  }

  /// The memory goes to all: whose it is not, ignores it.
  func makeDialogue(resuming memory: DialogueMemory?, asNewSession: Bool) -> any Dialogue {
    FailoverDialogue(
      providers.map { $0.makeDialogue(resuming: memory, asNewSession: asNewSession) }, logger: logger)
  }
}

private final class FailoverDialogue: Dialogue {
  private let dialogues: [any Dialogue]
  private let logger: Logger
  /// The one that gave the last answer.
  private let answering = Locked<Int?>(nil)

  init(_ dialogues: [any Dialogue], logger: Logger) {
    self.dialogues = dialogues
    self.logger = logger
  }

  func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
    failingOver(Array(dialogues.enumerated()), logger: logger) { numbered, send in
      for try await event in numbered.element.reply(to: context) {
        self.answering.withLock { $0 = numbered.offset }
        send(event)
      }
    }
  }

  func hint() async -> RecognitionHint? {
    for dialogue in dialogues {
      if let hint = await dialogue.hint() { return hint }
    }
    return nil
  }

  /// That of the one that answered.
  var facts: [DialogueFact] {
    if let index = answering.withLock(\.self) { return dialogues[index].facts }
    return dialogues.lazy.map(\.facts).first { !$0.isEmpty } ?? []
  }

  var wantsFact: Bool {
    answering.withLock(\.self).map { dialogues[$0].wantsFact } ?? false
  }

  /// That of the one that answered; where it needs none, what another one knew before is not lost.
  var memory: DialogueMemory? {
    if let index = answering.withLock(\.self), let memory = dialogues[index].memory { return memory }
    return dialogues.lazy.compactMap(\.memory).first
  }
}

/// Several voices in the order of preference: each sentence goes to the first that makes a sound, at the rate of the
/// first of all.
struct FailoverTextToSpeech: TextToSpeech {
  let providers: [any TextToSpeech]
  let logger: Logger
  let sampleRate: Int
  var name: String { providers.map { $0.name }.joined(separator: ",") }

  init?(providers: [any TextToSpeech], logger: Logger) {
    guard let first = providers.first else { return nil }
    self.providers = providers
    self.logger = logger
    sampleRate = first.sampleRate
  }

  func synthesize(_ sentence: String, language: String) -> AsyncThrowingStream<[Int16], any Error> {
    let rate = sampleRate
    return failingOver(providers, logger: logger) { provider, send in
      var resampler = try StreamingResampler(from: provider.sampleRate, to: rate)
      for try await chunk in provider.synthesize(sentence, language: language) {
        let samples = provider.sampleRate == rate ? chunk : resampler.process(chunk)
        if !samples.isEmpty { send(samples) }
      }
      if provider.sampleRate != rate {
        let rest = resampler.flush()
        if !rest.isEmpty { send(rest) }
      }
    }
  }

  func prewarm() async {
    await providers.first?.prewarm()
  }
}

/// Runs `body` with one provider after the other until one has sent something or has ended well.
private func failingOver<Provider: Sendable, Element: Sendable>(
  _ providers: [Provider], logger: Logger,
  body: @escaping @Sendable (Provider, (Element) -> Void) async throws -> Void
) -> AsyncThrowingStream<Element, any Error> {
  let (stream, continuation) = AsyncThrowingStream.makeStream(of: Element.self, throwing: (any Error).self)
  let task = Task {
    for (index, provider) in providers.enumerated() {
      var hasSent = false
      do {
        try await body(provider) { element in
          hasSent = true
          continuation.yield(element)
        }
        continuation.finish()
        return
      } catch {
        guard !hasSent, index + 1 < providers.count, !Task.isCancelled else {
          continuation.finish(throwing: error)
          return
        }
        logger.warning("a provider failed, the next is tried", metadata: ["reason": "\(error)"])
      }
    }
    continuation.finish()
  }
  continuation.onTermination = { _ in task.cancel() }
  return stream
}
