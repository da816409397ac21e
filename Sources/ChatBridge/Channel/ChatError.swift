/// Why a channel could not do its part, in the terms in which it is decided what to do.
public struct ChatError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong.
  public enum Kind: Sendable, Equatable {
    /// The account may not send: a refused token, a block, an unpaid bill. Nothing more is of use until somebody acts.
    case accountRefused
    /// Too much for the account; later.
    case accountThrottled
    /// Too much for this one customer; later.
    case customerThrottled
    /// The channel failed, or could not be reached; nothing was taken.
    case transient
    /// A request was made and nobody knows whether it was taken.
    case lost
    /// The customer service window is closed: only a template may be sent.
    case windowClosed
    /// The customer is not to be written to, for a day or for good.
    case notNow(forGood: Bool)
    /// The customer can't be reached on this channel.
    case undeliverable
    /// The request is wrong: a fault of ours.
    case rejected
    /// The sound or picture was not taken.
    case mediaRefused
    /// What was asked for is not there, or no more.
    case notFound
    /// More than was asked for.
    case tooLarge

    /// Of an answer that names no error we know, by its HTTP status alone.
    init(status: Int) {
      self =
        switch status {
        case 401, 403: .accountRefused
        case 429: .accountThrottled
        case 500...: .transient
        default: .rejected
        }
    }
  }

  /// What went wrong.
  public var kind: Kind
  /// The channel's own number for it.
  public var code: Int?
  /// One line: what happened and what to do. Holds no word and no number of a customer.
  public var message: String

  /// An error.
  public init(_ kind: Kind, code: Int? = nil, message: String) {
    self.kind = kind
    self.code = code
    self.message = message
  }

  /// The message with its number.
  public var description: String { code.map { "\(message) (\($0))" } ?? message }
}
