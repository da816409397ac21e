import Audio
import Coordination
import VoicePipeline

/// A recogniser of recordings that gives written answers in turn and notes what it was given.
final class StandInEar: SpeechToText {
  let name = "stand-in"
  let takesRecordings: Set<SoundFormat>
  private let state: Locked<State>
  private let duringWork: @Sendable () async throws -> Void

  private struct State {
    var answers: [Result<String, ProviderError>]
    var recordings: [Recording] = []
    var options: [TranscriptionOptions] = []
    var inside = 0
    var mostInside = 0
  }

  /// Gives `answers` one after the other, the last one again and again; `duringWork` runs before each.
  init(
    _ answers: [Result<String, ProviderError>], takes: Set<SoundFormat> = [.oggOpus, .wav],
    duringWork: @escaping @Sendable () async throws -> Void = {}
  ) {
    state = Locked(State(answers: answers))
    takesRecordings = takes
    self.duringWork = duringWork
  }

  /// The recordings it was given.
  var recordings: [Recording] { state.withLock { $0.recordings } }
  /// With which options.
  var options: [TranscriptionOptions] { state.withLock { $0.options } }
  /// The most it was asked to hear at once.
  var mostInside: Int { state.withLock { $0.mostInside } }

  func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition {
    throw ProviderError(.missing, provider: name, message: "does not listen live")
  }

  func transcribe(
    _ recording: Recording, _ options: TranscriptionOptions
  ) async throws(ProviderError) -> Transcription {
    let answer = state.withLock { state in
      state.recordings.append(recording)
      state.options.append(options)
      state.inside += 1
      state.mostInside = max(state.mostInside, state.inside)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
    defer { state.withLock { $0.inside -= 1 } }
    do {
      try await duringWork()
    } catch {
      throw ProviderError(.unreachable, provider: name, message: "cancelled")
    }
    return Transcription(text: try answer.get())
  }
}
