import Audio
import Coordination
import FoundationEssentials
import JSON
import NetClient
import VoicePipeline

/// Sends an utterance or a recording and reads its transcript.
struct OpenAITranscriber: Sendable {
  let client: OpenAIClient
  let settings: OpenAISpeechToText.Settings

  private struct File: Sendable {
    var name: String
    var contentType: String
    var bytes: [UInt8]
  }

  /// The largest file that the provider takes.
  static let largestFile = 25 << 20

  /// The words of `samples`; `partial` gets what they are so far. Throws `ProviderError` or `CancellationError`.
  func transcribe(
    _ samples: [Int16], sampleRate: Int, language: String, hint: RecognitionHint?,
    partial: @escaping @Sendable (String) -> Void
  ) async throws -> String {
    let file = File(
      name: "utterance.wav", contentType: "audio/wav", bytes: WAVWriter.bytes(samples, sampleRate: sampleRate))
    return try await transcribe(
      file, language, hint, firstOutput: client.configuration.firstOutputTimeout, total: .seconds(30), partial: partial)
  }

  /// The words of `recording`. Throws `ProviderError` or `CancellationError`.
  func transcribe(_ recording: Recording, language: String, hint: RecognitionHint?) async throws -> String {
    // The provider goes by the name, and knows Opus as `ogg` alone.
    let file = File(
      name: "voice.\(recording.format.fileExtension)", contentType: recording.format.mimeType, bytes: recording.bytes)
    let limit = client.configuration.uploadLimit(for: recording.bytes.count)
    return try await transcribe(file, language, hint, firstOutput: limit, total: limit + .seconds(60)) { _ in }
  }

  private func transcribe(
    _ file: File, _ language: String, _ hint: RecognitionHint?, firstOutput: Duration, total: Duration,
    partial: @escaping @Sendable (String) -> Void
  ) async throws -> String {
    let result = Locked("")
    do {
      try await FirstOutputWatch.run(within: firstOutput) { watch in
        let text = try await request(file, language, hint, firstByte: firstOutput, total: total) { text in
          watch.delivered()
          partial(text)
        }
        watch.delivered()
        result.withLock { $0 = text }
      }
    } catch {
      throw OpenAIClient.translated(any: error)
    }
    return result.withLock { $0 }
  }

  private func request(
    _ file: File, _ language: String, _ hint: RecognitionHint?, firstByte: Duration, total: Duration,
    _ partial: @Sendable (String) -> Void
  ) async throws -> String {
    var form = MultipartForm()
    form.add(field: "model", settings.model)
    // ISO 639-1: the region is not known there.
    form.add(field: "language", String(language.prefix { $0 != "-" && $0 != "_" }).lowercased())
    form.add(field: "response_format", "json")
    let words = [settings.prompt, hint.map { $0.phrases.joined(separator: ", ") }].compactMap { $0 }
      .filter { !$0.isEmpty }
    if !words.isEmpty { form.add(field: "prompt", String(words.joined(separator: " ").prefix(800))) }
    // whisper-1 knows only whole answers.
    if !settings.model.hasPrefix("whisper") { form.add(field: "stream", "true") }
    form.add(file: "file", filename: file.name, contentType: file.contentType, file.bytes)
    let response = try await client.post(
      "/audio/transcriptions", .multipart(form), firstByte: firstByte, total: total, maximumBodyBytes: 4 << 20)
    guard response.header("content-type")?.lowercased().hasPrefix("text/event-stream") == true else {
      return try await whole(response)
    }
    var parser = EventStreamParser()
    var text = ""
    for try await chunk in response.body {
      for event in try parser.feed(chunk) where event.data != "[DONE]" {
        guard let message = JSONValue(json: event.data), case .object = message else {
          throw malformed("an event is not the JSON of a transcript")
        }
        if OpenAIFailure(message) != nil {
          throw ProviderError(
            .failed(status: nil), provider: OpenAIClient.provider,
            message: "failed in the middle of a transcript; see the provider's status page")
        }
        switch message["type"]?.string {
        case "transcript.text.delta":
          text += message["delta"]?.string ?? ""
          if !text.isEmpty { partial(text) }
        case "transcript.text.done":
          return Self.trimmed(message["text"]?.string ?? text)
        default:
          break
        }
      }
    }
    try Task.checkCancellation()
    throw ProviderError(
      .unreachable, provider: OpenAIClient.provider, message: "hung up in the middle of a transcript")
  }

  private func whole(_ response: HTTPResponse) async throws -> String {
    let body = try await response.collect(upTo: 4 << 20)
    try Task.checkCancellation()
    guard let text = JSONValue(body)?["text"]?.string else {
      throw malformed("the answer is not the JSON of a transcript; check base_url and model")
    }
    return Self.trimmed(text)
  }

  private static func trimmed(_ text: String) -> String {
    var rest = Substring(text)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }

  private func malformed(_ message: String) -> ProviderError {
    ProviderError(.malformedAnswer, provider: OpenAIClient.provider, message: message)
  }
}
