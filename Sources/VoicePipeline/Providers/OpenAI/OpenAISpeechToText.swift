public import Audio
import Coordination
import FoundationEssentials
public import NetClient

/// Recognition by OpenAI's audio/transcriptions: an utterance is sent whole when it is over, and its words stream back.
/// A recording is sent as it is.
public final class OpenAISpeechToText: SpeechToText {
  /// What is asked of the recogniser.
  public struct Settings: Sendable, Equatable {
    /// Default `gpt-4o-mini-transcribe`.
    public var model: String
    /// Words and names that may come up, in a sentence. Default nil.
    public var prompt: String?

    /// Settings for `model`.
    public init(model: String = "gpt-4o-mini-transcribe", prompt: String? = nil) {
      self.model = model
      self.prompt = prompt
    }
  }

  /// `openai`.
  public let name = OpenAIClient.provider
  private let client: OpenAIClient
  private let settings: Settings

  /// A recogniser reached through `http`.
  public init(_ configuration: OpenAIConfiguration, settings: Settings = Settings(), http: HTTPClient) {
    client = OpenAIClient(configuration: configuration, http: http)
    self.settings = settings
  }

  /// Returns at once and opens a connection meanwhile; a refused key shows at the first utterance.
  public func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
    OpenAIRecognition(options, transcriber: OpenAITranscriber(client: client, settings: settings))
  }

  /// What the provider decodes.
  public var takesRecordings: Set<SoundFormat> { [.oggOpus, .oggVorbis, .wav, .mp3, .mp4, .flac, .webm] }

  /// Sends the recording as it is; one of more than 25 MB is rejected.
  public func transcribe(
    _ recording: Recording, _ options: TranscriptionOptions
  ) async throws(ProviderError) -> Transcription {
    guard takesRecordings.contains(recording.format) else { throw .unsupported(recording.format, name) }
    guard recording.bytes.count <= OpenAITranscriber.largestFile else {
      throw ProviderError(
        .rejected(status: 413), provider: name, message: "a recording may have 25 MB; send a shorter one")
    }
    do {
      let text = try await OpenAITranscriber(client: client, settings: settings).transcribe(
        recording, language: options.language, hint: options.hint)
      return Transcription(text: text)
    } catch {
      throw error as? ProviderError ?? .cancelled(name)
    }
  }
}

/// One open recognition.
final class OpenAIRecognition: SpeechRecognition {
  let events: AsyncStream<RecognitionEvent>

  private struct Utterance: Sendable {
    var samples: [Int16]
    var hint: RecognitionHint?
  }

  private struct State {
    var buffer: UtteranceBuffer
    var hint: RecognitionHint?
    var waiting = 0
  }

  /// How many utterances may wait for their answers with their sound; of more only the empty final is delivered.
  private static let maximumWaiting = 4

  private let continuation: AsyncStream<RecognitionEvent>.Continuation
  private let utterances: AsyncStream<Utterance>.Continuation
  private let state: Locked<State>
  private let worker: Task<Void, Never>

  init(_ options: RecognitionOptions, transcriber: OpenAITranscriber) {
    let (events, continuation) = AsyncStream.makeStream(
      of: RecognitionEvent.self, bufferingPolicy: .bufferingNewest(1024))
    let (queue, utterances) = AsyncStream.makeStream(of: Utterance.self)
    let state = Locked(State(buffer: UtteranceBuffer(sampleRate: options.sampleRate), hint: options.hint))
    self.events = events
    self.continuation = continuation
    self.utterances = utterances
    self.state = state
    worker = Task {
      async let warm: Void = transcriber.client.prewarm()
      for await utterance in queue {
        do {
          var text = ""
          if !utterance.samples.isEmpty {
            text = try await transcriber.transcribe(
              utterance.samples, sampleRate: options.sampleRate, language: options.language, hint: utterance.hint
            ) { continuation.yield(.partial($0)) }
          }
          state.withLock { $0.waiting -= 1 }
          continuation.yield(.final(text, confidence: nil))
        } catch {
          if let error = error as? ProviderError { continuation.yield(.failed(error)) }
          break
        }
      }
      _ = await warm
      continuation.finish()
    }
  }

  deinit {
    close()
  }

  func send(_ frame: AudioFrame) {
    state.withLock { $0.buffer.append(frame) }
  }

  func finishUtterance() {
    // Queued inside the lock, so that two utterances can't change places.
    state.withLock { state in
      var samples = state.buffer.take()
      if state.waiting >= Self.maximumWaiting { samples = [] }
      state.waiting += 1
      utterances.yield(Utterance(samples: samples, hint: state.hint))
    }
  }

  func update(hint: RecognitionHint?) {
    state.withLock { $0.hint = hint }
  }

  func close() {
    utterances.finish()
    worker.cancel()
  }
}
