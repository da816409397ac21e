/// Why the caller is to be handed to a person.
public enum PersonWish: Sendable, Equatable {
  /// Something was found, with what it rests on.
  case finding(EscalationFinding)
  /// The dialogue asked for it; `reason` is its word.
  case dialogue(reason: String)
  /// Turn taking can't go on.
  case givingUp(GivingUp)
}

/// Why turn taking can't go on with a caller.
public enum GivingUp: Sendable, Equatable, CaseIterable {
  /// No word was understood, several times running.
  case notUnderstood
  /// There is no recogniser any more.
  case recognitionFailed
  /// No answer could be made or spoken.
  case noAnswer
  /// An answer stopped in the middle.
  case answerBroke

  /// For the person who takes over: one line.
  public var reason: String {
    switch self {
    case .notUnderstood: "the caller could not be understood"
    case .recognitionFailed: "speech recognition failed"
    case .noAnswer: "no answer could be given"
    case .answerBroke: "an answer broke off"
    }
  }
}

/// Why a wanted person did not take over.
public enum EscalationFailure: Sendable, Equatable {
  /// There was someone to ring, and they did not answer.
  case notTaken
  /// There is nobody to ring.
  case nobody

  /// What the dialogue is told of it; `status` is a SIP status where there was one.
  func fact(status: Int?) -> String {
    switch self {
    case .nobody: "The caller asked for a person, but nobody can be called. The caller has been told."
    case .notTaken:
      "The transfer to a person failed (\(status.map(String.init) ?? "no answer")): nobody took the call. "
        + "The caller has been told and is back with you."
    }
  }
}
