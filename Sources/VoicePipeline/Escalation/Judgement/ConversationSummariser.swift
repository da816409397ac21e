/// Puts a conversation into a few lines for the person who takes it over.
public protocol ConversationSummariser: Sendable {
  /// Sums up `turns`, oldest first, in `language` (BCP 47). `reason` is why a person was called. Throws `ProviderError`
  /// or `CancellationError`.
  func summarise(
    _ turns: [EvidenceItem], reason: String, language: String
  ) async throws -> ConversationSummary
}

/// A conversation in five lines, and what to do next.
public struct ConversationSummary: Sendable, Equatable {
  /// The longest line, in characters.
  public static let maximumLine = 240

  /// What the customer wants.
  public var wants: String
  /// What was tried.
  public var tried: String
  /// What is known: names, numbers, dates.
  public var facts: String
  /// How the customer feels.
  public var mood: String
  /// The next step.
  public var next: String
  /// A first sentence that the person might say or write.
  public var suggestion: String

  /// A summary; lines are cut to what is shown.
  public init(wants: String, tried: String, facts: String, mood: String, next: String, suggestion: String) {
    func line(_ text: String) -> String { String(EscalationWatch.line(text, or: "–").prefix(Self.maximumLine)) }
    self.wants = line(wants)
    self.tried = line(tried)
    self.facts = line(facts)
    self.mood = line(mood)
    self.next = line(next)
    self.suggestion = line(suggestion)
  }
}
