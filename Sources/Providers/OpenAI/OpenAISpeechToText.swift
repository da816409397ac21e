public import Audio
import Coordination
import FoundationEssentials
public import NetClient
public import VoicePipeline

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
  /// How many may wait at all. One more fails the recognition, since each owes a text.
  private static let maximumOwed = 64

  private let output: RecognitionEvents
  private let utterances: AsyncStream<Utterance>.Continuation
  private let state: Locked<State>
  private let tasks = TaskOwner()
  private let lost: LostSound
  private let sampleRate: Int

  init(_ options: RecognitionOptions, transcriber: OpenAITranscriber) {
    let (queue, utterances) = AsyncStream.makeStream(
      of: Utterance.self, bufferingPolicy: .bufferingOldest(Self.maximumOwed))
    let state = Locked(State(buffer: UtteranceBuffer(sampleRate: options.sampleRate), hint: options.hint))
    let output = RecognitionEvents()
    self.output = output
    self.utterances = utterances
    self.state = state
    lost = options.lost
    sampleRate = options.sampleRate
    tasks.start(isolation: nil) {
      async let warm: Void = transcriber.client.prewarm()
      for await utterance in queue {
        do {
          var text = ""
          if !utterance.samples.isEmpty {
            text = try await transcriber.transcribe(
              utterance.samples, sampleRate: options.sampleRate, language: options.language, hint: utterance.hint
            ) { output.yield(.partial($0)) }
          }
          state.withLock { $0.waiting -= 1 }
          output.yield(.final(text, confidence: nil))
        } catch {
          if let error = error as? ProviderError { output.yield(.failed(error)) }
          break
        }
      }
      _ = await warm
      output.finish()
    }
  }

  deinit {
    utterances.finish()
    tasks.cancelAll()
  }

  var events: AsyncStream<RecognitionEvent> { output.stream }

  func send(_ frame: AudioFrame) {
    let dropped = state.withLock { state in
      let before = state.buffer.droppedSamples
      state.buffer.append(frame)
      return state.buffer.droppedSamples - before
    }
    lost.add(samples: dropped, at: sampleRate)
  }

  func finishUtterance() {
    // Queued inside the lock, so that two utterances can't change places.
    state.withLock { state in
      var samples = state.buffer.take()
      if state.waiting >= Self.maximumWaiting {
        lost.add(samples: samples.count, at: sampleRate)
        samples = []
      }
      state.waiting += 1
      guard case .dropped = utterances.yield(Utterance(samples: samples, hint: state.hint)) else { return }
      output.yield(
        .failed(
          ProviderError(
            .overloaded, provider: OpenAIClient.provider,
            message: "\(Self.maximumOwed) utterances wait for their texts; see the provider's status page")))
      output.finish()
      utterances.finish()
    }
  }

  func update(hint: RecognitionHint?) {
    state.withLock { $0.hint = hint }
  }

  func close() {
    utterances.finish()
    tasks.cancelAll()
  }

  func ended() async { await tasks.end() }
}
