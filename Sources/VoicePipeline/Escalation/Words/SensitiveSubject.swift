/// What an assistant should not deal with alone.
public enum SensitiveSubject: String, Sendable, CaseIterable, Codable {
  /// A charge that the customer contests.
  case paymentDispute = "payment_dispute"
  /// A crime with the customer's money, card or account.
  case fraud
  /// Lawyers, courts, the police.
  case legal
  /// Somebody's health is in danger.
  case medical
  /// Somebody may harm themselves.
  case selfHarm = "self_harm"
  /// The customer is a child.
  case minor
  /// A formal complaint.
  case complaint
  /// The right to have personal data deleted.
  case dataDeletion = "data_deletion"

  /// What it is called in a reason, in English.
  var words: String {
    switch self {
    case .paymentDispute: "a contested payment"
    case .fraud: "a possible fraud"
    case .legal: "legal steps"
    case .medical: "a medical matter"
    case .selfHarm: "possible self-harm"
    case .minor: "a minor"
    case .complaint: "a formal complaint"
    case .dataDeletion: "the deletion of personal data"
    }
  }

  /// Whether someone has to look at once.
  var isUrgent: Bool { self == .selfHarm || self == .medical || self == .fraud }
}
