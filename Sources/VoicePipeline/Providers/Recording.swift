public import Audio

/// A finished recording, such as a voice note.
public struct Recording: Sendable {
  /// The file as it came.
  public var bytes: [UInt8]
  /// What it is, by its first bytes.
  public var format: SoundFormat

  /// Nil when `bytes` begin like no known sound format. Bound their number first: WhatsApp sends no more than 16 MB.
  public init?(_ bytes: [UInt8]) {
    guard let format = SoundFormat.of(bytes) else { return nil }
    self.bytes = bytes
    self.format = format
  }
}

/// What was said in a recording.
public struct Transcription: Sendable, Equatable {
  /// The words; empty if none were understood.
  public var text: String
  /// 0 to 1, where the engine gives it.
  public var confidence: Double?

  /// What was said.
  public init(text: String, confidence: Double? = nil) {
    self.text = text
    self.confidence = confidence
  }
}

/// What a recogniser needs to know of a recording.
public struct TranscriptionOptions: Sendable {
  /// BCP 47, e.g. `es-ES`.
  public var language: String
  /// Words that the dialogue expects, if it knows.
  public var hint: RecognitionHint?

  /// Options for a recording in `language`.
  public init(language: String, hint: RecognitionHint? = nil) {
    self.language = language
    self.hint = hint
  }
}
