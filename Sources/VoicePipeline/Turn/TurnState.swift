import Audio

/// Where a conversation's turn taking stands, for those who watch.
public enum TurnPhase: String, Sendable {
  /// Nothing has happened yet.
  case idle
  /// The caller has the floor and says nothing.
  case listening
  /// The caller speaks, or has just paused.
  case callerSpeaking
  /// The caller has finished; the final text is awaited.
  case awaitingTranscript
  /// An answer is being made; nothing of it is queued yet.
  case thinking
  /// An answer is queued or being heard.
  case speaking
  /// Playout stands still until it is known whether the caller said words.
  case interrupted
  /// A person is being called.
  case transferring
  /// It is over.
  case ended
}

/// A turn of the caller in the making.
struct CallerTurn: Sendable, Equatable {
  var number: Int
  /// Arrival of the first speech packet.
  var startedAt: Instant
  /// Arrival of the last speech packet, `nil` while the caller speaks.
  var lastSpeech: Instant?
  /// Whether words began the turn with no speech detected, so that words alone can carry its end.
  var byWordsAlone = false
  /// Final texts so far, from each time the turn seemed over.
  var pieces: [String] = []
  /// What the recogniser makes of the rest so far.
  var partial = ""
  /// Digits pressed, and when the last was.
  var digits = ""
  var lastDigit: Instant?
  /// Since when nothing has been heard by the caller, once the turn is over.
  var silentFrom: Instant?
  var fillers = 0

  /// All the caller said.
  var text: String {
    var all = pieces
    if !partial.isEmpty { all.append(partial) }
    if !digits.isEmpty { all.append(digits.map(String.init).joined(separator: " ")) }
    return all.joined(separator: " ")
  }
}

/// Something that the assistant says, from the decision to say it until it has been heard.
struct Speech: Sendable, Equatable {
  enum Content: Sendable, Equatable {
    /// The answer to a turn; `attempt` counts from 1.
    case reply(CallerTurn, attempt: Int)
    /// `then` is decided beforehand for phrases.
    case phrase(SpokenPhrase, then: AfterSpeech)
  }

  var id: Int
  var content: Content
  /// When the making of it began, or last made progress that can be heard.
  var progressAt: Instant
  /// Since when (or from when on) nothing is heard, as far as is known.
  var silentFrom: Instant
  var fillers = 0
  /// Playout positions of its sound.
  var start: LinePosition?
  var end = LinePosition.start
  /// Set once all of it is queued.
  var finished: AfterSpeech?
  var isAudible = false
  /// What the recogniser made of the caller while this was being spoken and nothing interrupted.
  var overheard = ""

  var isReply: Bool {
    if case .reply = content { true } else { false }
  }
}

/// A sound of the caller during a speech, before it is known whether it is words.
struct Interruption: Sendable, Equatable {
  var at: Instant
  var position: LinePosition
  /// Arrival of the last speech packet, `nil` while it goes on.
  var stopped: Instant?
  var text = ""
  var isProbed = false
}

enum TurnState: Sendable, Equatable {
  case idle
  case listening(since: Instant)
  case callerSpeaking(CallerTurn)
  case awaitingTranscript(CallerTurn, since: Instant)
  case replying(Speech)
  case interrupted(Speech, Interruption)
  case transferring
  case ended
}
