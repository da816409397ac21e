import Audio
import Coordination

// The ears: one recognition for the whole conversation, replaced once when it dies.
extension Conversation {
  func listen() async {
    while !Task.isCancelled, !core.isOver {
      _ = core.input.expect(await dialogue.hint())
      let options = RecognitionOptions(
        language: settings.language, sampleRate: carrier.sampleRate, hint: core.input.hint,
        lost: settings.lostSound)
      let failure: ProviderError
      do throws(ProviderError) {
        failure = await hearOut(try await providers.stt.open(options))
      } catch {
        failure = error
      }
      guard !Task.isCancelled, !core.isOver else { return }
      obey(core.recognitionDied(failure, at: moment))
      if core.input.isLost { return }
    }
  }

  /// Uses a recognition until it ends, and returns why.
  private func hearOut(_ opened: any SpeechRecognition) async -> ProviderError {
    var failure = ProviderError(
      .unreachable, provider: providers.stt.name, message: "the recognition ended by itself; it is opened again")
    if !Task.isCancelled, !core.isOver {
      recognition = opened
      let early = core.input.opened()
      for frame in early.frames { opened.send(frame) }
      for _ in 0..<early.finishes { opened.finishUtterance() }
      for await event in opened.events {
        if case .failed(let error) = event { failure = error } else { obey(core.take(event, at: moment)) }
      }
      recognition = nil
    }
    // What still runs of it holds up neither its successor nor the caller, but the end of the conversation.
    opened.close()
    if tasks.start({ await opened.ended() }) == nil { await opened.ended() }
    return failure
  }

  func hear(_ frame: AudioFrame) {
    let dropped = core.input.droppedFrames
    if core.input.take(frame) { recognition?.send(frame) }
    if core.input.droppedFrames != dropped { settings.lostSound.add(frame.duration) }
  }

  /// The dialogue may expect other words after an answer.
  func refreshHint() async {
    let hint = await dialogue.hint()
    guard !core.isOver, core.input.expect(hint) else { return }
    recognition?.update(hint: hint)
  }
}
