import Audio
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
}

/// Several minds in the order of preference: each turn goes to the first that gives a word.
struct FailoverLanguageModel: LanguageModel {
  let providers: [any LanguageModel]
  let logger: Logger
  var name: String { providers.map { $0.name }.joined(separator: ",") }

  func makeDialogue() -> any Dialogue {
    FailoverDialogue(dialogues: providers.map { $0.makeDialogue() }, logger: logger)
  }
}

private struct FailoverDialogue: Dialogue {
  let dialogues: [any Dialogue]
  let logger: Logger

  func reply(to context: DialogueContext) -> AsyncThrowingStream<ReplyEvent, any Error> {
    failingOver(dialogues, logger: logger) { dialogue, send in
      for try await event in dialogue.reply(to: context) { send(event) }
    }
  }

  func hint() async -> RecognitionHint? {
    for dialogue in dialogues {
      if let hint = await dialogue.hint() { return hint }
    }
    return nil
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
