public import Audio

/// What can happen to a hand-over.
public enum EscalationInput: Sendable, Equatable {
  /// A person is wanted; `reason` is for that person.
  case requested(reason: String)
  /// The announcement has been heard, or could not be spoken.
  case announced
  /// Comfort was queued and ends at `until`.
  case sounding(until: Instant)
  /// Word from the far end while the person is rung.
  case progress(status: Int)
  /// The carrier's last word.
  case finished(succeeded: Bool, status: Int)
  /// A person has the caller by other means: nobody needs to be called.
  case withdrawn
  /// The caller is gone, or the conversation is over.
  case ended
  /// A deadline has passed.
  case tick
}

/// What the owner of an escalation has to do, in order.
public enum EscalationAction: Sendable, Equatable {
  /// Tell the caller that a person is being called.
  case announce
  /// Have the carrier hand the caller to `target`.
  case transfer(target: String)
  /// Let the caller hear that they are not forgotten; a phrase if `asPhrase`, else a soft tone.
  case comfort(asPhrase: Bool)
  /// A person has the caller.
  case succeeded
  /// The assistant has the caller back. `status` is a SIP status where there was one.
  case failed(EscalationFailure, status: Int?)
  /// The hand-over is done and the carrier still stands: close it.
  case hangUp
}

/// A hand-over to a person from the wish to the outcome. While it runs a deadline is always armed: the caller hears
/// something at least each `comfort`, and gets the assistant back if nobody answers.
public struct EscalationMachine: Sendable {
  private enum State: Equatable {
    case idle
    /// Announcing since; `silentFrom` is when the caller last heard something.
    case announcing(since: Instant, silentFrom: Instant)
    case ringing(since: Instant, silentFrom: Instant)
    case handedOver(at: Instant)
    case ended
  }

  /// How long an announcement may take in all before the call is made without it.
  private static let announcement = Duration.seconds(15)

  private let settings: EscalationSettings
  private var state: State = .idle
  private var comforts = 0
  /// Why a person is wanted, while one is.
  public private(set) var reason = ""

  /// A machine for one conversation; it may be used again after a failure.
  public init(settings: EscalationSettings) { self.settings = settings }

  /// Whether a hand-over is under way.
  public var isActive: Bool {
    switch state {
    case .announcing, .ringing, .handedOver: true
    case .idle, .ended: false
    }
  }

  /// When `handle(.tick, at:)` has to be called, if nothing else happens before.
  public var nextDeadline: Instant? {
    switch state {
    case .idle, .ended: nil
    case .announcing(let since, let silentFrom):
      min(since.advanced(by: Self.announcement), silentFrom.advanced(by: settings.comfort))
    case .ringing(let since, let silentFrom):
      min(since.advanced(by: settings.ringing), silentFrom.advanced(by: settings.comfort))
    case .handedOver(let at): at.advanced(by: settings.closing)
    }
  }

  /// Takes `input` at `now` and says what to do.
  public mutating func handle(_ input: EscalationInput, at now: Instant) -> [EscalationAction] {
    switch (input, state) {
    case (.requested(let reason), .idle):
      guard settings.target != nil else { return [.failed(.nobody, status: nil)] }
      self.reason = reason
      comforts = 0
      state = .announcing(since: now, silentFrom: now)
      return [.announce]
    case (.announced, .announcing(_, let silentFrom)):
      return ring(silentFrom: min(now, silentFrom), at: now)
    case (.sounding(let until), .announcing(let since, let silentFrom)):
      state = .announcing(since: since, silentFrom: max(silentFrom, until))
      return []
    case (.sounding(let until), .ringing(let since, let silentFrom)):
      state = .ringing(since: since, silentFrom: max(silentFrom, until))
      return []
    case (.finished(true, _), .announcing), (.finished(true, _), .ringing):
      state = .handedOver(at: now)
      return [.succeeded]
    case (.finished(true, _), .idle):
      // Given up on, and yet somebody took the call: the caller is with them.
      state = .ended
      return [.hangUp]
    case (.finished(false, let status), .announcing), (.finished(false, let status), .ringing):
      state = .idle
      return [.failed(.notTaken, status: status)]
    case (.withdrawn, .announcing), (.withdrawn, .ringing), (.withdrawn, .handedOver):
      state = .idle
      return []
    case (.ended, _):
      state = .ended
      return []
    case (.tick, _):
      guard let deadline = nextDeadline, deadline <= now else { return [] }
      return passDeadline(at: now)
    default:
      // Progress is for those who watch; the rest comes too late to matter.
      return []
    }
  }

  private mutating func ring(silentFrom: Instant, at now: Instant) -> [EscalationAction] {
    guard let target = settings.target else {
      state = .idle
      return [.failed(.nobody, status: nil)]
    }
    state = .ringing(since: now, silentFrom: silentFrom)
    return [.transfer(target: target)]
  }

  private mutating func passDeadline(at now: Instant) -> [EscalationAction] {
    switch state {
    case .announcing(let since, _) where since.advanced(by: Self.announcement) <= now:
      return ring(silentFrom: now, at: now)
    case .announcing(let since, _):
      // The announcement is slow in coming, so a phrase would be too.
      state = .announcing(since: since, silentFrom: now)
      return [.comfort(asPhrase: false)]
    case .ringing(let since, _) where since.advanced(by: settings.ringing) <= now:
      state = .idle
      return [.failed(.notTaken, status: 408)]
    case .ringing(let since, _):
      comforts += 1
      state = .ringing(since: since, silentFrom: now)
      return [.comfort(asPhrase: comforts % max(1, settings.phraseEvery) == 0)]
    case .handedOver:
      state = .ended
      return [.hangUp]
    case .idle, .ended: return []
    }
  }
}
