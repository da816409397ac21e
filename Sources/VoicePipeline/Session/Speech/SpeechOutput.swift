import Audio

/// What is said to the caller, from the word to the position in playout at which it was heard. Sans-IO.
///
/// One speech has the line at a time; it is the present one. What happens to it is told to whoever it belongs to: the
/// turn machine, the hand-over, or the person whose words it speaks. Whatever still comes of a speech that is not the
/// present one is ignored here, which is how nothing of a cancelled turn can speak.
struct SpeechOutput: Sendable {
  /// What something that happened to a speech means, and for whom.
  enum News: Sendable, Equatable {
    case turn(TurnInput)
    case escalation(EscalationInput)
    /// All of a person's words that can be heard has been heard.
    case personHeard
  }

  /// How many texts may wait to be spoken for a person.
  static let backlog = 32

  private let sampleRate: Int
  /// What is being said.
  private(set) var speech: ActiveSpeech?
  private var announcements = 0
  private var personSpeeches = 0
  /// A person's texts that are said after the present one.
  private var waiting: [String] = []
  /// The last time that sound began to leave, and where.
  private var lastAudible: (at: Instant, position: LinePosition)?
  private(set) var bridging = Bridging()

  /// Nothing is said yet; positions count samples at `sampleRate`.
  init(sampleRate: Int) { self.sampleRate = sampleRate }

  /// Whether `id` is what is being said.
  func isPresent(_ id: SpeechID) -> Bool { speech?.id == id }

  /// When playout reaches `position` if nothing stops it.
  func expectedEnd(of position: LinePosition, _ moment: Moment) -> Instant {
    moment.now.advanced(by: position.duration(since: moment.played, at: sampleRate))
  }

  // MARK: What is said

  /// `id` is said from now on, as the answer to `turn` if it answers one.
  mutating func begin(_ id: SpeechID, turn: Int?) {
    speech = ActiveSpeech(id: id, turn: turn, ledger: HeardLedger(sampleRate: sampleRate))
  }

  /// The word that a person is being called is said from now on.
  mutating func beginAnnouncement(turn: Int?) -> SpeechID {
    announcements += 1
    begin(.announcement(announcements), turn: turn)
    return .announcement(announcements)
  }

  /// A person wants `text` said, behind what is said for them already; false if too much waits.
  mutating func enqueue(_ text: String) -> Bool {
    guard waiting.count < Self.backlog else { return false }
    waiting.append(text)
    return true
  }

  /// The next of a person's texts, if none is being said; it is said from now on.
  mutating func beginNextOfPerson() -> (id: SpeechID, text: String)? {
    if case .person? = speech?.id { return nil }
    guard !waiting.isEmpty else { return nil }
    personSpeeches += 1
    begin(.person(personSpeeches), turn: nil)
    return (.person(personSpeeches), waiting.removeFirst())
  }

  /// The person has gone: what they still wanted said is not.
  mutating func forgetPerson() { waiting = [] }

  // MARK: What becomes of it

  /// The sound of `sentence` comes next.
  mutating func beginSentence(_ sentence: String, of id: SpeechID) {
    if isPresent(id) { speech?.ledger.begin(sentence) }
  }

  /// All sound of the sentence is in the queue.
  mutating func endSentence(of id: SpeechID) {
    if isPresent(id) { speech?.ledger.complete() }
  }

  /// `count` samples of `id` were put into the queue and end at `end`.
  mutating func queued(_ count: Int, upTo end: LinePosition, of id: SpeechID, _ moment: Moment) -> [News] {
    guard isPresent(id) else { return [] }
    let start = end.advanced(by: -count)
    speech?.ledger.extend(from: start, to: end)
    let until = expectedEnd(of: end, moment)
    var news: [News] = []
    switch id {
    case .turn(let number): news.append(.turn(.queued(speech: number, from: start, to: end, until: until)))
    case .announcement: news.append(.escalation(.sounding(until: until)))
    case .person: break
    }
    // The carrier may have sent the first of it before its position was known here.
    if let lastAudible, let start = speech?.ledger.start, lastAudible.position >= start {
      news.append(.turn(.audible(at: lastAudible.at, position: lastAudible.position)))
    }
    return news
  }

  /// The making of `id` has ended.
  mutating func ended(_ id: SpeechID, _ end: SpeechEnd) -> [News] {
    guard isPresent(id) else { return [] }
    return switch end {
    case .finished(let then): finished(id, then: then)
    case .mindFailed(let error): failed(id, retryable: error.isWorthRetrying)
    case .voiceFailed: failed(id, retryable: false)
    }
  }

  /// All of `id` is in the queue; `then` follows it.
  private mutating func finished(_ id: SpeechID, then: AfterSpeech) -> [News] {
    speech?.isQueued = true
    // What is without a sound counts as heard.
    let isSilent = speech?.ledger.start == nil
    switch id {
    case .turn(let number): return [.turn(.speechFinished(number, then: then))]
    case .announcement: return isSilent ? [.escalation(.announced)] : []
    case .person: return isSilent ? [.personHeard] : []
    }
  }

  /// `id` can't go on.
  private func failed(_ id: SpeechID, retryable: Bool) -> [News] {
    switch id {
    case .turn(let number): return [.turn(.speechFailed(number, retryable: retryable))]
    case .announcement: return [.escalation(.announced)]
    case .person: return [.personHeard]
    }
  }

  /// Whether playout has come to the end of `id`, as far as it is queued. If the queue ran dry before it was known that
  /// nothing follows, the carrier may have no end left to report.
  func hasPlayedOut(_ id: SpeechID, _ moment: Moment) -> Bool {
    guard let speech, speech.id == id, speech.ledger.start != nil else { return false }
    return moment.played >= speech.ledger.end
  }

  /// Sound has begun to leave at `position`; true if it may be that of a filler.
  mutating func audible(at: Instant, position: LinePosition) -> Bool {
    lastAudible = (at, position)
    return bridging.isFillerSounding
  }

  /// All sound up to `position` has been sent, and nothing is in the queue.
  mutating func playedOut(at: Instant, position: LinePosition) -> [News] {
    bridging.fillerEnded()
    var news: [News] = []
    if let speech, speech.isQueued, position >= speech.ledger.end {
      switch speech.id {
      case .turn: break
      case .announcement: news.append(.escalation(.announced))
      case .person: news.append(.personHeard)
      }
    }
    return news + [.turn(.playedOut(at: at, position: position))]
  }

  /// When the first of what is being said was or will be heard, if that is known, and the turn that it answers.
  func heardSince(_ moment: Moment) -> (turn: Int?, at: Instant)? {
    guard let speech, let start = speech.ledger.start, let lastAudible else { return nil }
    if lastAudible.position >= start { return (speech.turn, lastAudible.at) }
    // It plays right behind a filler: there was no new beginning, but its place in playout is known.
    return bridging.isFillerSounding ? (speech.turn, expectedEnd(of: start, moment)) : nil
  }

  // MARK: The end of it

  /// `id` is over, and what is queued of it may be heard to its end. Nil if it is not the present one.
  mutating func end(_ id: SpeechID) -> ActiveSpeech? {
    guard let ending = speech, ending.id == id else { return nil }
    speech = nil
    return ending
  }

  /// `id` is thrown away, and with it whatever is queued. Nil if it is not the present one.
  mutating func stop(_ id: SpeechID) -> ActiveSpeech? {
    guard let ending = end(id) else { return nil }
    bridging.dropped(isFillerOver: true)
    return ending
  }

  /// Whatever is queued is thrown away. `isFillerOver` says whether a filler can't be sounding any more.
  mutating func dropped(isFillerOver: Bool = false) { bridging.dropped(isFillerOver: isFillerOver) }

  // MARK: Bridging silence

  /// The sound of `text` is ready to bridge a silence with.
  mutating func prepared(_ text: String, _ samples: [Int16]) { bridging.prepared(text, samples) }

  /// A sound that bridges the silence before an answer: `phrase` if it is ready, else a tone.
  mutating func filler(_ phrase: String?) -> Bridge { bridging.filler(phrase, sampleRate: sampleRate) }

  /// A sound that lets a caller know, while a person is rung, that they are not forgotten.
  func comfort(_ phrase: String?) -> Bridge { bridging.comfort(phrase, sampleRate: sampleRate) }
}

/// What is being said now.
struct ActiveSpeech: Sendable {
  let id: SpeechID
  /// The turn that it answers, if it answers one.
  let turn: Int?
  var ledger: HeardLedger
  /// Whether all of its sound is with the carrier.
  var isQueued = false
}
