public import Audio

/// What can happen to a turn. Instants are those of packets where the carrier gave one.
public enum TurnInput: Sendable, Equatable {
  /// The far end is there. The assistant speaks first if `greets`.
  case started(greets: Bool)
  /// The caller's speech began; `at` is the arrival of its first packet.
  case speechStarted(at: Instant)
  /// The caller's speech stopped for now; `lastSpeech` is the arrival of its last packet.
  case speechStopped(lastSpeech: Instant)
  /// The carrier's barge-in policy was met and playout stands still; `position` is what had been sent.
  case interrupted(at: Instant, position: LinePosition)
  /// The first audible packet since playout began left; `position` is where.
  case audible(at: Instant, position: LinePosition)
  /// All that was queued has been sent, up to `position`.
  case playedOut(at: Instant, position: LinePosition)
  /// The far end put us on hold, or took us back.
  case hold(Bool)
  /// A digit was pressed.
  case digit(Character)

  /// What the utterance sounds like so far.
  case partial(String)
  /// The answer to `finishUtterance`.
  case final(String)
  /// The recogniser judges that the caller has finished.
  case recogniserEndOfTurn
  /// A new recognition has taken the place of one that died; what the old one owed will not come.
  case recognitionRestarted
  /// There is no recogniser any more.
  case recognitionLost

  /// Sound of `speech` was queued from one position to another; at the present pace it ends at `until`.
  case queued(speech: Int, from: LinePosition, to: LinePosition, until: Instant)
  /// A filler was queued and ends at `until`.
  case filled(until: Instant)
  /// All of `speech` is queued (or it has nothing to say, if `queued` never came).
  case speechFinished(Int, then: AfterSpeech)
  /// `speech` can't go on. `retryable` says whether trying the same again may help.
  case speechFailed(Int, retryable: Bool)

  /// A fixed text is to be spoken now, by someone's order. Ignored while a person is being called.
  case say(String)
  /// A person is wanted, by word of the caller, the dialogue or an operator.
  case escalate(PersonWish)
  /// No person took the call; the assistant has it back.
  case escalationFailed(EscalationFailure)
  /// A person has the caller: nothing is said, and nobody owes an answer, until `resume`.
  case suspend
  /// The assistant has the caller back and says the phrase. `owed`: texts that were asked of the recogniser meanwhile.
  case resume(SpokenPhrase, owed: Int)
  /// A person was told and will join by themselves; until then the assistant keeps the line.
  case personAwaited
  /// The assistant shall hang up.
  case hangUp
  /// The far end is gone.
  case ended
  /// A deadline has passed.
  case tick
}

/// What follows once a speech has been heard.
public enum AfterSpeech: Sendable, Equatable {
  /// The caller has the floor.
  case listen
  /// The conversation is over.
  case hangUp
  /// A person is to take over.
  case transfer(PersonWish)
  /// Something failed on the way: the assistant has to say so.
  case apologise
}

/// Something that the assistant says by itself, in words of the settings.
public enum SpokenPhrase: Sendable, Hashable {
  /// The first words of a conversation.
  case greeting
  /// The caller has the floor and says nothing.
  case reprompt
  /// The caller spoke and no word was understood.
  case notUnderstood
  /// A provider failed.
  case apology
  /// Nothing more can be done; the last words of a conversation.
  case goodbye
  /// Nobody took the transferred call.
  case transferFailed
  /// A person is wanted and none can be reached at all.
  case noPerson
  /// A person is wanted, and one who watches will join.
  case personWillJoin
  /// Words given from outside.
  case custom(String)
}

/// What the owner of a turn machine has to do, in order.
public enum TurnAction: Sendable, Equatable {
  /// The caller began turn number `turn`.
  case turnStarted(turn: Int)
  /// The caller's turn is over; `lastSpeech` is its last packet.
  case turnEnded(turn: Int, lastSpeech: Instant)
  /// Ask the recogniser for the final text.
  case finishUtterance
  /// Have the dialogue answer `text`, all that the caller said in this turn, and speak the answer as `speech`.
  case beginReply(speech: Int, turn: Int, text: String)
  /// Speak a fixed phrase as `speech`.
  case say(speech: Int, SpokenPhrase)
  /// Bridge a silence at once; `count` is how often this has happened for the same answer, from 1.
  case fill(count: Int)
  /// `speech` can be heard now.
  case speechAudible(Int)
  /// `speech` stands still, provisionally.
  case speechPaused(Int)
  /// It was a false interruption: let `speech` go on.
  case resumeSpeech(Int)
  /// Throw `speech` away: cancel its tasks, drop what is queued. Nothing of it counts as said.
  case discardSpeech(Int)
  /// `speech` is over. What was heard of it counts as said. If `interrupted`, cancel its tasks and drop the queue.
  case endSpeech(Int, interrupted: Bool)
  /// Playout stands still for nothing that should go on: drop it.
  case dropPlayout
  /// Playout stands still though nothing may interrupt it now: let it go on.
  case resumePlayout
  /// Call a person.
  case escalate(PersonWish)
  /// End the connection.
  case hangUp
}
