import Audio

/// Lets a recogniser that only listens live hear a recording: faster than it sounds, one utterance after the other, so
/// that what waits in the recogniser is bounded and nothing is dropped.
enum LiveTranscription {
  private static let sampleRate = 16_000

  /// Not on the caller's actor: decoding ten minutes takes seconds.
  @concurrent static func run(
    _ recording: Recording, _ options: TranscriptionOptions, with recogniser: any SpeechToText
  ) async throws(ProviderError) -> Transcription {
    var reader: RecordingReader
    do throws(RecordingError) {
      reader = try RecordingReader(recording, sampleRate: sampleRate)
    } catch {
      throw unusable(error, recogniser)
    }
    let recognition = try await recogniser.open(
      RecognitionOptions(language: options.language, sampleRate: sampleRate, hint: options.hint))
    let heard: Result<Transcription, ProviderError>
    do throws(ProviderError) {
      heard = .success(try await hear(&reader, with: recognition, of: recogniser))
    } catch {
      heard = .failure(error)
    }
    recognition.close()
    await recognition.ended()
    return try heard.get()
  }

  private static func hear(
    _ reader: inout RecordingReader, with recognition: any SpeechRecognition, of recogniser: any SpeechToText
  ) async throws(ProviderError) -> Transcription {
    var heard = Heard(recogniser: recogniser.name, recognition: recognition)
    var cutter = UtteranceCutter(sampleRate: sampleRate, arrival: .now)
    while true {
      if Task.isCancelled { throw .cancelled(recogniser.name) }
      let samples: [Int16]
      do throws(RecordingError) {
        samples = try reader.read(atMost: cutter.frameCount)
      } catch {
        throw unusable(error, recogniser)
      }
      for step in samples.isEmpty ? cutter.finish() : cutter.take(samples) {
        switch step {
        case .frame(let frame): recognition.send(frame)
        case .cut: try await heard.finishUtterance()
        }
      }
      if samples.isEmpty { return heard.transcription }
      // Others want the thread too.
      await Task.yield()
    }
  }

  private static func unusable(_ error: RecordingError, _ recogniser: any SpeechToText) -> ProviderError {
    ProviderError(.rejected(status: 0), provider: recogniser.name, message: error.description)
  }

  /// What was understood so far.
  private struct Heard {
    let recogniser: String
    let recognition: any SpeechRecognition
    private var events: AsyncStream<RecognitionEvent>.Iterator
    private var texts: [String] = []
    private var confidences: [Double] = []

    init(recogniser: String, recognition: any SpeechRecognition) {
      self.recogniser = recogniser
      self.recognition = recognition
      events = recognition.events.makeAsyncIterator()
    }

    /// Waits for the words of the utterance that was sent, before anything of the next is.
    mutating func finishUtterance() async throws(ProviderError) {
      recognition.finishUtterance()
      while let event = await events.next(isolation: nil) {
        switch event {
        case .final(let text, let confidence):
          if !text.isEmpty {
            texts.append(text)
            if let confidence { confidences.append(confidence) }
          }
          return
        case .failed(let error): throw error
        case .partial, .endOfTurn: break
        }
      }
      if Task.isCancelled { throw .cancelled(recogniser) }
      throw ProviderError(
        .unreachable, provider: recogniser, message: "the recognition ended by itself in the middle of a recording")
    }

    var transcription: Transcription {
      Transcription(
        text: texts.joined(separator: " "),
        confidence: confidences.isEmpty ? nil : confidences.reduce(0, +) / Double(confidences.count))
    }
  }
}
