/// How turns are taken: when the caller has finished, what interrupts, and how long anyone waits for anything.
public struct TurnSettings: Sendable, Equatable {
  /// Silence after the caller's last speech packet that ends the turn. 100 ms to 5 s. People pause for 200 to 400 ms
  /// inside a sentence; half a second is the least that seldom cuts them off.
  public var silence: Duration
  /// Speech that interrupts the assistant. 40 ms to 2 s. Shorter takes clicks for words, longer is felt as deafness.
  public var interruption: Duration
  /// Wordless time after an interrupting sound until the assistant goes on where it stopped. 200 ms to 5 s. Has to be
  /// longer than what the recogniser needs for its first word.
  public var resume: Duration
  /// Whether the caller may interrupt at all.
  public var interruptible: Bool
  /// Whether the recogniser's own end-of-turn signal ends the turn before `silence` has passed.
  public var recogniserEndsTurn: Bool
  /// Silence while an answer is owed until something is said to bridge it. 200 ms to 1.9 s: the sound has to be on the
  /// wire before two seconds are over.
  public var filler: Duration
  /// The longest wait for the recogniser's final text after the end of the turn; then the last partial text stands.
  /// 200 ms to 20 s.
  public var transcript: Duration
  /// The longest wait for the next sound of an answer. 1 s to 60 s. After it the answer has failed.
  public var reply: Duration
  /// How often a failed answer is tried again before the caller is told. 0 to 3.
  public var retries: Int
  /// Silence of a caller who has the floor until the assistant asks again. 2 s to 120 s.
  public var noInput: Duration
  /// How often it asks again before it says goodbye. 0 to 10.
  public var reprompts: Int
  /// How many turns running may stay without a recognised word before a person is called. 1 to 20.
  public var misses: Int
  /// Sound shorter than this that yields no word was no turn and gets no "sorry". 0 to 2 s.
  public var shortestUtterance: Duration
  /// The longest a caller may speak before the turn is ended for them, against detectors stuck on noise. 5 s to 10 min.
  public var longestTurn: Duration
  /// The longest that sound without words holds the assistant back. 1 s to 30 s.
  public var longestInterruption: Duration
  /// Pause after the last pressed digit that ends a typed number; `#` ends it at once. 500 ms to 10 s.
  public var digitPause: Duration
  /// What listeners say without wanting the floor, by language (`en`), lower case. Alone, these never interrupt.
  public var backchannels: [String: [String]]

  /// Settings; the defaults are those of the configuration.
  public init(
    silence: Duration = .milliseconds(500), interruption: Duration = .milliseconds(120),
    resume: Duration = .seconds(1), interruptible: Bool = true, recogniserEndsTurn: Bool = true,
    filler: Duration = .milliseconds(1500), transcript: Duration = .seconds(3), reply: Duration = .seconds(8),
    retries: Int = 1, noInput: Duration = .seconds(8), reprompts: Int = 2, misses: Int = 3,
    shortestUtterance: Duration = .milliseconds(300), longestTurn: Duration = .seconds(60),
    longestInterruption: Duration = .seconds(5), digitPause: Duration = .seconds(2),
    backchannels: [String: [String]] = TurnSettings.commonBackchannels
  ) {
    self.silence = silence
    self.interruption = interruption
    self.resume = resume
    self.interruptible = interruptible
    self.recogniserEndsTurn = recogniserEndsTurn
    self.filler = filler
    self.transcript = transcript
    self.reply = reply
    self.retries = retries
    self.noInput = noInput
    self.reprompts = reprompts
    self.misses = misses
    self.shortestUtterance = shortestUtterance
    self.longestTurn = longestTurn
    self.longestInterruption = longestInterruption
    self.digitPause = digitPause
    self.backchannels = backchannels
  }

  /// The backchannels known from the start, by language.
  public static let commonBackchannels: [String: [String]] = [
    "en": [
      "mhm", "mm", "mmm", "hm", "hmm", "uh huh", "uhhuh", "uh", "um", "ah", "oh", "ok", "okay", "right", "yeah", "yep",
      "sure", "i see", "huh",
    ],
    "es": [
      "mhm", "mm", "mmm", "hm", "aja", "ah", "eh", "oh", "ok", "vale", "ya", "claro", "bueno", "entiendo", "si si",
    ],
  ]

  /// What is out of range, each with its configuration key, e.g. `silence: 20 ms is below 100 ms`. Empty if all is well.
  public var problems: [String] {
    var found: [String] = []
    func check(_ key: String, _ value: Duration, _ range: ClosedRange<Duration>) {
      if value < range.lowerBound { found.append("\(key): \(value) is below \(range.lowerBound)") }
      if value > range.upperBound { found.append("\(key): \(value) is above \(range.upperBound)") }
    }
    check("silence", silence, .milliseconds(100) ... .seconds(5))
    check("interruption", interruption, .milliseconds(40) ... .seconds(2))
    check("resume", resume, .milliseconds(200) ... .seconds(5))
    check("filler", filler, .milliseconds(200) ... .milliseconds(1900))
    check("transcript", transcript, .milliseconds(200) ... .seconds(20))
    check("reply", reply, .seconds(1) ... .seconds(60))
    check("no_input", noInput, .seconds(2) ... .seconds(120))
    check("shortest_utterance", shortestUtterance, .zero ... .seconds(2))
    check("longest_turn", longestTurn, .seconds(5) ... .seconds(600))
    check("longest_interruption", longestInterruption, .seconds(1) ... .seconds(30))
    check("digit_pause", digitPause, .milliseconds(500) ... .seconds(10))
    for (key, value, range) in [
      ("retries", retries, 0...3), ("reprompts", reprompts, 0...10), ("misses", misses, 1...20),
    ] where !range.contains(value) {
      found.append("\(key): \(value) is not within \(range.lowerBound) to \(range.upperBound)")
    }
    return found
  }
}
