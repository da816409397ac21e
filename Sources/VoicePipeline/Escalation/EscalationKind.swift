/// Why a person is wanted. In the order of precedence: when several hold at once, the first counts.
public enum EscalationKind: String, Sendable, CaseIterable, Comparable {
  /// The customer asked for one.
  case explicitRequest = "explicit_request"
  /// The customer said yes to the assistant's offer.
  case offerAccepted = "offer_accepted"
  /// A person at the console, or an operator, decided so.
  case supervisor
  /// What it is about is not for a machine.
  case sensitive
  /// Hearing, thinking or speaking failed, and the retry too.
  case providerFailure = "provider_failure"
  /// The conversation goes in circles.
  case stagnation
  /// The customer is angry.
  case frustration
  /// What the customer says is not understood.
  case lowConfidence = "low_confidence"
  /// The assistant insisted on promising what nobody would do.
  case falsePromise = "false_promise"
  /// The assistant lacks a tool, a permission, or simply the answer.
  case complexity
  /// The customer is one whom people attend to.
  case vip
  /// The customer waited too long for an answer.
  case waiting

  /// Whether `lhs` comes before `rhs`.
  public static func < (lhs: EscalationKind, rhs: EscalationKind) -> Bool { lhs.rank < rhs.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

  /// How urgent it is unless the finding says otherwise: 1 (most) to 5.
  public var priority: Int {
    switch self {
    case .supervisor, .sensitive: 1
    case .explicitRequest, .offerAccepted, .providerFailure, .frustration, .vip: 2
    case .stagnation, .lowConfidence, .falsePromise, .waiting: 3
    case .complexity: 4
    }
  }

  /// Whether somebody said so in words: such a wish is never held back.
  public var isExplicit: Bool { self == .explicitRequest || self == .offerAccepted || self == .supervisor }

  /// Those that a language model may find; the rest is counted, not judged.
  public static let judged: [EscalationKind] = [
    .explicitRequest, .offerAccepted, .sensitive, .stagnation, .frustration, .complexity,
  ]
}
