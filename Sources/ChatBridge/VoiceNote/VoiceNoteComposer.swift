import Audio
import Store
import VoicePipeline

/// Speaks an answer into a voice note while it is still being written: each sentence is synthesised as soon as it is
/// whole and encoded as it sounds.
struct VoiceNoteComposer: Sendable {
  let tts: any TextToSpeech
  let language: String
  /// The most bytes; what would be longer is no voice note.
  let limit: Int

  /// Why an answer is not spoken.
  enum Failure: Error {
    /// It would be longer than a voice note may be.
    case tooLong
    case provider(ProviderError)
    case encoder(OggOpusError)
  }

  /// The Ogg Opus file that says `sentences`; nil if there was nothing to say.
  @concurrent func record(_ sentences: AsyncStream<String>) async throws(Failure) -> [UInt8]? {
    let writerRate = tts.sampleRate
    var hasSound = false
    do {
      var writer = try OggOpusWriter(sampleRate: writerRate)
      for await sentence in sentences {
        for try await chunk in tts.synthesize(sentence, language: language) {
          try writer.write(chunk)
          hasSound = true
          guard writer.byteCount <= limit else { throw Failure.tooLong }
        }
      }
      guard hasSound else { return nil }
      let bytes = try writer.finish()
      guard bytes.count <= limit else { throw Failure.tooLong }
      return bytes
    } catch let failure as Failure {
      throw failure
    } catch let error as OggOpusError {
      throw .encoder(error)
    } catch {
      throw .provider(
        error as? ProviderError
          ?? ProviderError(.failed(status: nil), provider: tts.name, message: "the voice failed"))
    }
  }
}
