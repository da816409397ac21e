import Audio
import JSON
import NetClient
import VoicePipeline

/// Sends a recording to Deepgram and reads its transcript.
struct DeepgramTranscriber: Sendable {
  let configuration: DeepgramConfiguration
  let http: HTTPClient

  /// A transcript of ten minutes with the times of all its words has about half of this.
  private static let largestAnswer = 8 << 20

  func transcribe(
    _ recording: Recording, _ options: TranscriptionOptions
  ) async throws(ProviderError) -> Transcription {
    do {
      let response = try await send(request(recording, options))
      let body = try await response.collect(upTo: Self.largestAnswer)
      guard !Task.isCancelled else { throw ProviderError.cancelled(DeepgramSpeechToText.provider) }
      guard case .array(let channels)? = JSONValue(body)?["results"]?["channels"],
        case let readings = channels.compactMap({ DeepgramChannel($0) }), readings.count == channels.count
      else {
        throw DeepgramSession.error(
          .malformedAnswer, "the answer is not the JSON of a transcript; check base_url and model")
      }
      let best = readings.first?.alternatives.first
      return Transcription(
        text: best?.transcript ?? "", confidence: best?.transcript.isEmpty == false ? best?.confidence : nil)
    } catch let error as ProviderError {
      throw error
    } catch let error as HTTPError {
      throw ProviderError(error, provider: DeepgramSpeechToText.provider)
    } catch {
      throw .cancelled(DeepgramSpeechToText.provider)
    }
  }

  private func request(_ recording: Recording, _ options: TranscriptionOptions) -> HTTPRequest {
    // It is nobody on the phone that waits: the time to go up, the time to listen to it, and room for both.
    let limit = configuration.recordingTimeout + .seconds(min(recording.bytes.count, 1 << 30) / (32 << 10))
    return HTTPRequest(
      .post, configuration.recordingURL(for: options),
      headers: [
        HTTPHeader("Authorization", "Token \(configuration.apiKey)"),
        HTTPHeader("Content-Type", recording.format.mimeType),
      ], body: .bytes(recording.bytes),
      timeouts: HTTPTimeouts(
        connect: configuration.connectTimeout, firstByte: limit, idle: configuration.recordingTimeout,
        total: limit + .seconds(60)),
      maximumBodyBytes: Self.largestAnswer)
  }

  /// Sends until a good answer has begun, within the retry policy.
  private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let policy = RetryPolicy()
    var attempt = 0
    while true {
      let pause: Duration
      do {
        let response = try await http.send(request)
        if response.status == 200 { return response }
        let again = policy.pause(
          afterAttempt: attempt, status: response.status, header: { response.header($0) }, jitter: .random(in: 0...1))
        guard let again else {
          throw DeepgramDialer.refusal(
            status: response.status, retryAfter: RetryPolicy.serverPause { response.header($0) })
        }
        pause = again
      } catch let error as HTTPError {
        try Task.checkCancellation()
        guard let again = policy.pause(afterAttempt: attempt, error: error, jitter: .random(in: 0...1)) else {
          throw error
        }
        pause = again
      }
      attempt += 1
      try await Task.sleep(for: pause)
    }
  }
}
