public import Audio

/// How a person is rung and given a caller.
public struct PersonCallSettings: Sendable, Equatable {
  /// What happens to the caller when the person hangs up.
  public enum AfterPerson: Sendable, Equatable {
    /// The assistant has them back.
    case assistant
    /// Their call ends, too.
    case hangUp
  }

  /// The longest wait for the person to answer.
  public var ringing: Duration
  /// How long the person may think after each announcement.
  public var choice: Duration
  /// How often the announcement is made.
  public var announcements: Int
  /// The longest that an announcement may take before it counts as heard.
  public var announcement: Duration
  /// The longest that a claim may take before it counts as refused.
  public var claim: Duration
  /// What happens when the person hangs up.
  public var afterPerson: AfterPerson

  /// Settings.
  public init(
    ringing: Duration = .seconds(45), choice: Duration = .seconds(6), announcements: Int = 2,
    announcement: Duration = .seconds(60), claim: Duration = .seconds(10), afterPerson: AfterPerson = .assistant
  ) {
    self.ringing = ringing
    self.choice = choice
    self.announcements = announcements
    self.announcement = announcement
    self.claim = claim
    self.afterPerson = afterPerson
  }
}

/// What can happen while a person is rung and given a caller.
public enum PersonCallInput: Sendable, Equatable {
  /// The person's telephone rings, or gives other provisional word (a SIP status).
  case progress(status: Int)
  /// The person has answered.
  case answered
  /// What was spoken to the person has been heard, or could not be spoken.
  case announced
  /// A digit of the person.
  case digit(Character)
  /// The claim went through: the conversation is the person's.
  case claimed
  /// The claim was refused; `taken`: someone else has the conversation.
  case claimRefused(taken: Bool)
  /// The person's call is over; `status` is the SIP status of a call that was not answered.
  case personEnded(status: Int?)
  /// The caller is gone.
  case callerEnded
  /// Someone ordered that the caller goes back to the assistant, or that the person is rung no more.
  case withdrawn
  /// A deadline has passed.
  case tick
}

/// What is said to the person.
public enum PersonAnnouncement: Sendable, Equatable {
  /// Who calls and why, and what the digits do.
  case offer
  /// Someone else was faster.
  case taken
  /// The caller hung up.
  case callerGone
  /// The claim failed.
  case failed
}

/// What the owner of a `PersonCallMachine` has to do, in order.
public enum PersonCallAction: Sendable, Equatable {
  /// For those who watch: how ringing goes.
  case report(status: Int)
  /// Speak to the person, and to nobody else.
  case announce(PersonAnnouncement)
  /// Stop what is being spoken to the person.
  case silence
  /// Claim the conversation for the person, in one step that may be refused.
  case claim
  /// Give a claim back that is not needed after all.
  case releaseClaim
  /// Silence the assistant, then let the caller and the person hear each other.
  case connect
  /// End that.
  case disconnect
  /// The assistant has the caller back.
  case handBack
  /// End the person's call.
  case hangUpPerson(String)
  /// End the caller's call.
  case hangUpCaller
  /// How it ended. The last action; nothing follows.
  case finish(PersonCallOutcome)
}

/// How it ended for the caller.
public enum PersonCallOutcome: Sendable, Equatable {
  /// Nobody answered, or the line was busy; a SIP status.
  case notAnswered(status: Int)
  /// The person would not have it: pressed 2, hung up, or did nothing.
  case declined(Decline)
  /// Someone else has the conversation, or the claim failed.
  case notClaimed(taken: Bool)
  /// The caller hung up; `wasConnected` if they had been with the person.
  case callerGone(wasConnected: Bool)
  /// The person had the caller and left or gave them back.
  case returned(byHangingUp: Bool)
  /// Someone ordered it.
  case withdrawn

  /// How a person declines.
  public enum Decline: String, Sendable {
    case pressedTwo = "declined"
    case hungUp = "hung up"
    case noChoice = "no choice was made"
  }
}

/// A call to a person who may take a caller over: rings, tells who calls and why, waits for a digit, claims, connects.
///
/// Reads no clock. As long as it is not finished and the person is not with the caller, a deadline is armed.
public struct PersonCallMachine: Sendable {
  private enum State: Equatable {
    case ringing(since: Instant)
    /// Speaking the offer for the time `count`.
    case offering(count: Int, since: Instant)
    case choosing(count: Int, since: Instant)
    case claiming(since: Instant)
    /// The person or the caller went away, or it was withdrawn, before the claim was decided.
    case abandoning(since: Instant, PersonCallOutcome)
    /// The last words to the person.
    case parting(since: Instant, PersonCallOutcome)
    /// `star`: when `*` was pressed, the first half of `*0`.
    case connected(star: Instant?)
    case finished
  }

  /// How long `*` waits for its `0`.
  private static let starWindow = Duration.seconds(3)
  /// The longest that last words may take.
  private static let parting = Duration.seconds(10)

  private let settings: PersonCallSettings
  private var state: State

  /// A machine for a call to a person that was placed at `now`.
  public init(settings: PersonCallSettings = PersonCallSettings(), at now: Instant) {
    self.settings = settings
    state = .ringing(since: now)
  }

  /// Whether the person has the caller.
  public var isConnected: Bool {
    if case .connected = state { true } else { false }
  }

  /// Whether nothing more will happen.
  public var isFinished: Bool { state == .finished }

  /// When `handle(.tick, at:)` has to be called, if nothing else happens before.
  public var nextDeadline: Instant? {
    switch state {
    case .ringing(let since): since.advanced(by: settings.ringing)
    case .offering(_, let since): since.advanced(by: settings.announcement)
    case .choosing(_, let since): since.advanced(by: settings.choice)
    case .claiming(let since), .abandoning(let since, _): since.advanced(by: settings.claim)
    case .parting(let since, _): since.advanced(by: Self.parting)
    case .connected, .finished: nil
    }
  }

  /// Takes `input` at `now` and says what to do.
  public mutating func handle(_ input: PersonCallInput, at now: Instant) -> [PersonCallAction] {
    switch input {
    case .progress(let status): return reported(status)
    case .answered: return answered(at: now)
    case .announced: return announced(at: now)
    case .digit(let digit): return pressed(digit, at: now)
    case .claimed: return claimed()
    case .claimRefused(let taken): return claimRefused(taken: taken, at: now)
    case .personEnded(let status): return personEnded(status, at: now)
    case .callerEnded: return callerEnded(at: now)
    case .withdrawn: return withdrawn(at: now)
    case .tick:
      guard let deadline = nextDeadline, deadline <= now else { return [] }
      return passDeadline(at: now)
    }
  }

  // MARK: Before the choice

  private func reported(_ status: Int) -> [PersonCallAction] {
    if case .ringing = state { return [.report(status: status)] }
    return []
  }

  private mutating func answered(at now: Instant) -> [PersonCallAction] {
    guard case .ringing = state else { return [] }
    state = .offering(count: 1, since: now)
    return [.announce(.offer)]
  }

  private mutating func announced(at now: Instant) -> [PersonCallAction] {
    switch state {
    case .offering(let count, _):
      state = .choosing(count: count, since: now)
      return []
    case .parting(_, let outcome): return part(outcome, "said good-bye")
    case .ringing, .choosing, .claiming, .abandoning, .connected, .finished: return []
    }
  }

  private mutating func pressed(_ digit: Character, at now: Instant) -> [PersonCallAction] {
    switch (state, digit) {
    case (.offering, "1"), (.choosing, "1"):
      state = .claiming(since: now)
      return [.silence, .claim]
    case (.offering, "2"), (.choosing, "2"):
      return [.silence] + part(.declined(.pressedTwo), "declined")
    case (.connected, "*"):
      state = .connected(star: now)
      return []
    case (.connected(let star?), "0") where star.duration(to: now) <= Self.starWindow:
      state = .finished
      return [
        .disconnect, .handBack, .hangUpPerson("given back"), .finish(.returned(byHangingUp: false)),
      ]
    case (.connected, _):
      state = .connected(star: nil)
      return []
    default: return []
    }
  }

  // MARK: The claim

  private mutating func claimed() -> [PersonCallAction] {
    switch state {
    case .claiming:
      state = .connected(star: nil)
      return [.connect]
    case .abandoning(_, let outcome): return [.releaseClaim] + part(outcome, "over")
    case .ringing, .offering, .choosing, .connected: return []
    // It took too long, and nobody waits for it any more.
    case .parting, .finished: return [.releaseClaim]
    }
  }

  private mutating func claimRefused(taken: Bool, at now: Instant) -> [PersonCallAction] {
    switch state {
    case .claiming:
      state = .parting(since: now, .notClaimed(taken: taken))
      return [.announce(taken ? .taken : .failed)]
    case .abandoning(_, let outcome): return part(outcome, "over")
    case .ringing, .offering, .choosing, .parting, .connected, .finished: return []
    }
  }

  // MARK: Endings

  private mutating func part(_ outcome: PersonCallOutcome, _ reason: String) -> [PersonCallAction] {
    state = .finished
    return [.hangUpPerson(reason), .finish(outcome)]
  }

  private mutating func personEnded(_ status: Int?, at now: Instant) -> [PersonCallAction] {
    switch state {
    case .ringing:
      state = .finished
      return [.finish(.notAnswered(status: status ?? 480))]
    case .offering, .choosing:
      state = .finished
      return [.finish(.declined(.hungUp))]
    case .claiming:
      state = .abandoning(since: now, .declined(.hungUp))
      return []
    case .parting(_, let outcome):
      state = .finished
      return [.finish(outcome)]
    case .connected:
      state = .finished
      let caller: PersonCallAction = settings.afterPerson == .assistant ? .handBack : .hangUpCaller
      return [.disconnect, caller, .finish(.returned(byHangingUp: true))]
    case .abandoning, .finished: return []
    }
  }

  private mutating func callerEnded(at now: Instant) -> [PersonCallAction] {
    switch state {
    case .ringing: return part(.callerGone(wasConnected: false), "the caller hung up")
    case .offering, .choosing:
      state = .parting(since: now, .callerGone(wasConnected: false))
      return [.silence, .announce(.callerGone)]
    case .claiming:
      state = .abandoning(since: now, .callerGone(wasConnected: false))
      return []
    case .connected:
      state = .finished
      return [
        .disconnect, .hangUpPerson("the caller hung up"), .finish(.callerGone(wasConnected: true)),
      ]
    case .abandoning, .parting, .finished: return []
    }
  }

  private mutating func withdrawn(at now: Instant) -> [PersonCallAction] {
    switch state {
    case .ringing, .offering, .choosing: return [.silence] + part(.withdrawn, "no longer wanted")
    case .claiming:
      state = .abandoning(since: now, .withdrawn)
      return []
    case .connected:
      state = .finished
      return [
        .disconnect, .handBack, .hangUpPerson("given back"), .finish(.returned(byHangingUp: false)),
      ]
    case .abandoning, .parting, .finished: return []
    }
  }

  private mutating func passDeadline(at now: Instant) -> [PersonCallAction] {
    switch state {
    case .ringing: return part(.notAnswered(status: 408), "nobody answered")
    case .offering: return announced(at: now)
    case .choosing(let count, _) where count < settings.announcements:
      state = .offering(count: count + 1, since: now)
      return [.announce(.offer)]
    case .choosing: return part(.declined(.noChoice), "no choice was made")
    case .claiming:
      state = .parting(since: now, .notClaimed(taken: false))
      return [.announce(.failed)]
    case .abandoning(_, let outcome), .parting(_, let outcome): return part(outcome, "over")
    case .connected, .finished: return []
    }
  }
}
