public import Audio

/// A vendor or engine that turns speech into text, shared by all conversations.
public protocol SpeechToText: Sendable {
  /// The name that the configuration uses, e.g. `deepgram`.
  var name: String { get }
  /// Opens a recognition that lives as long as its conversation. Returns at once or after connecting; never blocks a
  /// thread.
  func open(_ options: RecognitionOptions) async throws(ProviderError) -> any SpeechRecognition
  /// The recordings that `transcribe` takes.
  var takesRecordings: Set<SoundFormat> { get }
  /// The words of a finished recording; an empty text if none were understood. Takes as long as it takes: seconds for
  /// each minute of sound. Of a damaged recording the words before the damage are given where it is decoded here.
  ///
  /// - Throws: `rejected` where the recording can't be used as it is; after a cancellation any error.
  func transcribe(
    _ recording: Recording, _ options: TranscriptionOptions
  ) async throws(ProviderError) -> Transcription
  /// Loads what the first conversation in `language` would have to wait for. Throws what is missing on this machine.
  /// Default: there is nothing to load.
  func prepare(language: String) async throws(ProviderError)
  /// Ends whatever is under way, and returns when nothing of it runs any more. It can't be used after. Default: there is
  /// nothing to end.
  func shutDown() async
}

extension SpeechToText {
  /// Nothing to load.
  public func prepare(language: String) async throws(ProviderError) {}

  /// Nothing to end.
  public func shutDown() async {}

  /// What can be decoded here.
  public var takesRecordings: Set<SoundFormat> { RecordingReader.formats }

  /// For recognisers that only listen live: they hear the recording, faster than it sounds.
  public func transcribe(
    _ recording: Recording, _ options: TranscriptionOptions
  ) async throws(ProviderError) -> Transcription {
    try await LiveTranscription.run(recording, options, with: self)
  }
}

/// What a recognition needs to know before the first sound.
public struct RecognitionOptions: Sendable {
  /// BCP 47, e.g. `es-ES`.
  public var language: String
  /// Samples a second of the frames that will be sent.
  public var sampleRate: Int
  /// Words the dialogue expects first, if it knows.
  public var hint: RecognitionHint?
  /// Where sound is counted that the recognition drops, since it can't keep up or take it.
  public var lost: LostSound

  /// Options for frames of `sampleRate` Hz in `language`.
  public init(language: String, sampleRate: Int, hint: RecognitionHint? = nil, lost: LostSound = LostSound()) {
    self.language = language
    self.sampleRate = sampleRate
    self.hint = hint
    self.lost = lost
  }
}

/// What the caller may be about to say, as the dialogue sees it.
public struct RecognitionHint: Sendable, Hashable {
  /// A grammar in JSGF, complete from `#JSGF V1.0;` on, for engines that take one.
  public var grammar: String?
  /// Single words and phrases worth listening for, for engines that take a list.
  public var phrases: [String]

  /// A hint; either part may be empty.
  public init(grammar: String?, phrases: [String]) {
    self.grammar = grammar
    self.phrases = phrases
  }
}

/// One open recognition: sound in, words out, in both directions at once.
///
/// An utterance is what lies between two `finishUtterance` calls. Exactly one `.final` follows each call, with an empty
/// text when nothing was understood, so that whoever waits for it is never left waiting.
public protocol SpeechRecognition: Sendable {
  /// What is heard, in order. Ends after `close` or a failure. One reader.
  var events: AsyncStream<RecognitionEvent> { get }
  /// Takes the next frame, silence included. Never blocks: what the engine can't keep up with is dropped and
  /// counted in `RecognitionOptions.lost`.
  func send(_ frame: AudioFrame)
  /// The turn is over as far as the turn machine knows: say now what was heard since the last time.
  func finishUtterance()
  /// Replaces the hint from the next utterance on.
  func update(hint: RecognitionHint?)
  /// Ends the recognition and frees what it holds. May be called more than once.
  func close()
  /// Returns when nothing of the recognition runs any more, after `close`. Default: at once.
  func ended() async
}

extension SpeechRecognition {
  /// For a recognition without tasks of its own.
  public func ended() async {}
}

/// What a recognition reports.
public enum RecognitionEvent: Sendable, Equatable {
  /// What the utterance sounds like so far; a later one replaces it.
  case partial(String)
  /// The answer to `finishUtterance`: the whole utterance, empty if nothing was understood. `confidence` is 0 to 1
  /// where the engine gives one.
  case final(String, confidence: Double?)
  /// The recogniser's own judgement that the speaker has finished, where it has one (Deepgram's `speech_final`).
  case endOfTurn
  /// The recognition is dead; the stream ends after this.
  case failed(ProviderError)
}
