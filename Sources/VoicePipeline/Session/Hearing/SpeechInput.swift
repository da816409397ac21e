import Audio

/// What is heard of the caller: sound on its way to a recognition that may not be open yet, requests for texts and the
/// texts that answer them, and how sure they are. Sans-IO.
///
/// One recognition serves the whole conversation; it is replaced once when it dies.
struct SpeechInput: Sendable {
  private enum Link: Sendable {
    case opening
    case open
    /// It died too often.
    case lost
  }

  /// Five seconds of 20 ms frames: more than opening a recognition may take. Later ones are dropped and counted.
  static let earlyFrameLimit = 250
  /// How many deaths running are met with a new recognition.
  static let reopenings = 1

  private var link = Link.opening
  /// What came before the recognition was open.
  private var earlyFrames: [AudioFrame] = []
  private var earlyFinishes = 0
  private var failures = 0
  /// Frames that came while a recognition was opened for too long.
  private(set) var droppedFrames = 0
  /// What the dialogue expects to be said.
  private(set) var hint: RecognitionHint?
  /// The least confidence of what was heard of the present turn.
  private(set) var confidence: Double?
  /// Not nil while a person has the caller.
  private(set) var overhearing: Overhearing?

  /// Whether there is no recogniser any more.
  var isLost: Bool { link == .lost }

  // MARK: Towards the recognition

  /// The caller's next sound; true if it goes to the recognition now.
  mutating func take(_ frame: AudioFrame) -> Bool {
    switch link {
    case .open: return true
    case .opening where earlyFrames.count < Self.earlyFrameLimit: earlyFrames.append(frame)
    case .opening: droppedFrames += 1
    case .lost: break
    }
    return false
  }

  /// A text is wanted of what was said; true if the recognition is asked now.
  mutating func finishUtterance() -> Bool {
    if link == .open { return true }
    if link == .opening { earlyFinishes += 1 }
    return false
  }

  /// What the dialogue expects has changed to `hint`; false if it has not.
  mutating func expect(_ hint: RecognitionHint?) -> Bool {
    guard hint != self.hint else { return false }
    self.hint = hint
    return true
  }

  // MARK: From the recognition

  /// A recognition is open: what it has to be given before all else.
  mutating func opened() -> (frames: [AudioFrame], finishes: Int) {
    link = .open
    defer {
      earlyFrames.removeAll()
      earlyFinishes = 0
    }
    return (earlyFrames, earlyFinishes)
  }

  /// The recognition died, or could not be opened; true if another is to take its place.
  mutating func died() -> Bool {
    failures += 1
    guard failures <= Self.reopenings else {
      link = .lost
      return false
    }
    link = .opening
    earlyFinishes = 0
    overhearing?.restarted()
    return true
  }

  /// A final text came, which the turn machine had asked for if `isTurns`.
  mutating func heard(_ text: String, confidence: Double?, isTurns: Bool) {
    // The recogniser answers in order: first what was asked for before the person came.
    if !isTurns { overhearing?.received() }
    guard !text.isEmpty else { return }
    failures = 0
    if let confidence { self.confidence = min(self.confidence ?? 1, confidence) }
  }

  /// The present turn is among what was said.
  mutating func turnSettled() { confidence = nil }

  // MARK: While a person has the caller

  /// A person has the caller from now on.
  mutating func beginOverhearing(_ overhearing: Overhearing) { self.overhearing = overhearing }

  /// The assistant has the caller back. Returns how many texts the recogniser still owes of what was overheard.
  mutating func endOverhearing() -> Int {
    defer { overhearing = nil }
    return overhearing?.owed ?? 0
  }

  /// The caller began to speak, or stopped, as the carrier hears it.
  mutating func speechStarted(at: Instant) { overhearing?.speechStarted(at: at) }

  mutating func speechStopped(lastSpeech: Instant) { overhearing?.speechStopped(lastSpeech: lastSpeech) }

  /// Whether a text is due of what the caller has said to the person.
  mutating func tick(at now: Instant) -> Bool { overhearing?.tick(at: now) == true }
}
