/// A vendor or engine that speaks, shared by all conversations.
public protocol TextToSpeech: Sendable {
  /// The name that the configuration uses, e.g. `espeak`.
  var name: String { get }
  /// Samples a second of what `synthesize` yields.
  var sampleRate: Int { get }
  /// Speaks one sentence. Chunks of mono 16-bit PCM come as they are made, the first before the last is known; a chunk
  /// is of any length but never empty. Cancelling the reading task, or dropping the stream, stops the synthesis and
  /// frees its connection or process. Throws `ProviderError`.
  func synthesize(_ sentence: String, language: String) -> AsyncThrowingStream<[Int16], any Error>
  /// Gets ready for the first sentence of a conversation (opens a connection, starts a process). Cheap to call often.
  func prewarm() async
  /// Loads what the first conversation in `language` would have to wait for. Throws what is missing on this machine.
  /// Default: there is nothing to load.
  func prepare(language: String) async throws(ProviderError)
  /// Ends whatever is under way, and returns when nothing of it runs any more. It can't be used after. Default: there is
  /// nothing to end.
  func shutDown() async
}

extension TextToSpeech {
  /// Nothing to load.
  public func prepare(language: String) async throws(ProviderError) {}

  /// Nothing to end.
  public func shutDown() async {}

  /// Nothing to prepare.
  public func prewarm() async {}
}
