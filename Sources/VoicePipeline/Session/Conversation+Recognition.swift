import Audio
import Logging

// The ears: one recognition for the whole conversation, replaced once when it dies.
extension Conversation {
  /// Five seconds of 20 ms frames: more than opening a recognition may take.
  private static let earlyFrameLimit = 250
  /// How many deaths running are met with a new recognition.
  static let reopenings = 1

  func startRecognition() {
    recognitionTask = Task { await listen() }
  }

  private func listen() async {
    while !Task.isCancelled, !isOver {
      hint = await dialogue.hint()
      let options = RecognitionOptions(language: settings.language, sampleRate: carrier.sampleRate, hint: hint)
      var failure: ProviderError
      do throws(ProviderError) {
        let opened = try await providers.stt.open(options)
        guard !Task.isCancelled, !isOver else {
          opened.close()
          return
        }
        attach(opened)
        failure = ProviderError(
          .unreachable, provider: providers.stt.name, message: "the recognition ended by itself; it is opened again")
        for await event in opened.events {
          if case .failed(let error) = event { failure = error } else { take(event) }
        }
        recognition = nil
        opened.close()
      } catch {
        failure = error
      }
      guard !Task.isCancelled, !isOver else { return }
      emit(.providerFailed(role: .stt, failure))
      log.warning("provider failed", metadata: ["role": "stt", "error": "\(failure)"])
      recognitionFailures += 1
      guard recognitionFailures <= Self.reopenings else {
        feed(.recognitionLost)
        return
      }
      earlyFinishes = 0
      takeover.overhearing?.restarted()
      feed(.recognitionRestarted)
    }
  }

  private func attach(_ opened: any SpeechRecognition) {
    recognition = opened
    for frame in earlyFrames { opened.send(frame) }
    earlyFrames.removeAll()
    for _ in 0..<earlyFinishes { opened.finishUtterance() }
    earlyFinishes = 0
  }

  func hear(_ frame: AudioFrame) {
    if let recognition {
      recognition.send(frame)
    } else if earlyFrames.count < Self.earlyFrameLimit {
      earlyFrames.append(frame)
    }
  }

  func finishUtterance() {
    if let recognition { recognition.finishUtterance() } else { earlyFinishes += 1 }
  }

  private func take(_ event: RecognitionEvent) {
    switch event {
    case .partial(let text):
      emit(.transcriptPartial(Private(text)))
      feed(.partial(text))
    case .final(let text, let confidence):
      if !text.isEmpty { recognitionFailures = 0 }
      emit(.transcriptFinal(Private(text), confidence: confidence))
      overhear(final: text)
      if let confidence, !text.isEmpty { self.confidence = min(self.confidence ?? 1, confidence) }
      if machine.phase == .awaitingTranscript { timing?.transcriptFinal = clock.now }
      feed(.final(text))
    case .endOfTurn:
      feed(.recogniserEndOfTurn)
    case .failed: break
    }
  }

  /// The dialogue may expect other words after an answer.
  func refreshHint() async {
    let next = await dialogue.hint()
    guard next != hint, !isOver else { return }
    hint = next
    recognition?.update(hint: next)
  }
}
