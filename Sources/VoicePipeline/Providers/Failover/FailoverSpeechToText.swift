package import Audio
package import Logging

/// Several recognisers in the order of preference: the first that opens is used.
package struct FailoverSpeechToText: SpeechToText {
  private let providers: [any SpeechToText]
  private let logger: Logger

  /// The recognisers and where failures are noted.
  package init(providers: [any SpeechToText], logger: Logger) {
    self.providers = providers
    self.logger = logger
  }

  /// All names, with commas.
  package var name: String { providers.map { $0.name }.joined(separator: ",") }

  /// Opens the first that can be.
  package func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
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
  package var takesRecordings: Set<SoundFormat> { providers.reduce(into: []) { $0.formUnion($1.takesRecordings) } }

  /// The words by the first that takes the recording and has no trouble with it.
  package func transcribe(
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

  /// Prepares all of them: whichever is needed shall not have to be waited for.
  package func prepare(language: String) async throws(ProviderError) {
    for provider in providers { try await provider.prepare(language: language) }
  }

  /// Ends what all of them do.
  package func shutDown() async {
    for provider in providers { await provider.shutDown() }
  }
}
