package import Audio

/// Why a provider of speech or language could not do its part, in words that tell an operator what to do.
public struct ProviderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong, for code that decides on retry, fail-over or hand-over.
  public enum Kind: Sendable, Equatable {
    /// The key was refused (401, 403). Trying again is of no use.
    case unauthorized
    /// Too many requests (429); `retryAfter` is the provider's own word where it gave one.
    case rateLimited(retryAfter: Duration?)
    /// No useful answer within the time allowed.
    case timedOut
    /// The provider could not be reached, or hung up.
    case unreachable
    /// The provider refused the request as it stands (any other 4xx).
    case rejected(status: Int)
    /// The provider failed (5xx, or an error inside a stream).
    case failed(status: Int?)
    /// What came back could not be understood.
    case malformedAnswer
    /// Something that must be on this machine is not: a program, a model, a voice.
    case missing
    /// More was asked of it than it takes at once.
    case overloaded
  }

  /// What went wrong.
  public var kind: Kind
  /// The provider's name as the configuration spells it, e.g. `openai`.
  public var provider: String
  /// One line: what happened and what to do. Holds no key and no word of a caller.
  public var message: String

  /// An error of `provider`; `message` says in one line what happened and what to do.
  public init(_ kind: Kind, provider: String, message: String) {
    self.kind = kind
    self.provider = provider
    self.message = message
  }

  /// Whether the same may work when it is asked again.
  public var isWorthRetrying: Bool {
    switch kind {
    case .unauthorized, .rejected, .missing: false
    case .rateLimited, .timedOut, .unreachable, .failed, .malformedAnswer, .overloaded: true
    }
  }

  /// The work was cancelled before it was done.
  package static func cancelled(_ provider: String) -> ProviderError {
    ProviderError(.unreachable, provider: provider, message: "cancelled before it was done")
  }

  /// A recording that `provider` does not take.
  package static func unsupported(_ format: SoundFormat, _ provider: String) -> ProviderError {
    ProviderError(
      .rejected(status: 0), provider: provider, message: "does not take recordings in \(format.rawValue)")
  }

  /// `provider: message`.
  public var description: String { "\(provider): \(message)" }
}
