import Audio
import Coordination
package import Logging

/// Several voices in the order of preference: each sentence goes to the first that makes a sound, at the rate of the
/// first of all.
package struct FailoverTextToSpeech: TextToSpeech {
  private let providers: [any TextToSpeech]
  private let logger: Logger
  private let tasks = TaskOwner()
  /// That of the first.
  package let sampleRate: Int
  /// All names, with commas.
  package var name: String { providers.map { $0.name }.joined(separator: ",") }

  /// The voices and where failures are noted; nil if there is none.
  package init?(providers: [any TextToSpeech], logger: Logger) {
    guard let first = providers.first else { return nil }
    self.providers = providers
    self.logger = logger
    sampleRate = first.sampleRate
  }

  /// Speaks with the first that can.
  package func synthesize(_ sentence: String, language: String) -> AsyncThrowingStream<[Int16], any Error> {
    let rate = sampleRate
    return tasks.firstOf(providers, logger: logger) { provider, deliver in
      var resampler = try StreamingResampler(from: provider.sampleRate, to: rate)
      for try await chunk in provider.synthesize(sentence, language: language) {
        let samples = provider.sampleRate == rate ? chunk : resampler.process(chunk)
        if !samples.isEmpty { try deliver(samples) }
      }
      if provider.sampleRate != rate {
        let rest = resampler.flush()
        if !rest.isEmpty { try deliver(rest) }
      }
    }
  }

  /// Prepares the one that is tried first.
  package func prewarm() async {
    await providers.first?.prewarm()
  }

  /// Prepares all of them: whichever is needed shall not have to be waited for.
  package func prepare(language: String) async throws(ProviderError) {
    for provider in providers { try await provider.prepare(language: language) }
  }

  /// Ends what all of them do.
  package func shutDown() async {
    await tasks.end()
    for provider in providers { await provider.shutDown() }
  }
}
