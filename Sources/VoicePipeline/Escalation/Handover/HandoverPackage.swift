import JSON

/// A fact about the customer or the conversation.
public struct DialogueFact: Sendable, Equatable {
  /// E.g. `account`.
  public var name: String
  /// The customer's words: not for a log.
  public var value: String

  /// A fact; a long value is cut.
  public init(name: String, value: String) {
    self.name = String(name.prefix(80))
    self.value = String(value.prefix(300))
  }
}

/// What a person gets with a conversation, besides the conversation itself.
///
/// The first package is made of what is known, at once and without a model; `completed(by:…)` puts the model's words in
/// place of the lines when they are there. Nobody waits for that.
public struct HandoverPackage: Sendable, Equatable {
  /// What the channel still allows.
  public struct Limits: Sendable, Equatable {
    /// E.g. `phone`, `whatsapp`.
    public var channel: String
    /// RFC 3339: until when free text may be sent, where that ends.
    public var windowEndsAt: String?
    /// What may be sent: `text`, `buttons`, `voice_note`; on the phone `speech`.
    public var kinds: [String]

    /// Limits of a channel.
    public init(channel: String, windowEndsAt: String? = nil, kinds: [String]) {
      self.channel = channel
      self.windowEndsAt = windowEndsAt
      self.kinds = kinds
    }
  }

  /// The most entries of `tried` and `facts`.
  public static let maximumEntries = 20

  /// Why.
  public var kind: EscalationKind
  /// Why, in one line.
  public var reason: String
  /// What it rests on.
  public var evidence: [EvidenceItem]
  /// Five lines: wants, tried, facts, mood, next.
  public var summary: [String]
  /// What is known of the customer.
  public var facts: [DialogueFact]
  /// What the assistant answered so far, the last first.
  public var tried: [String]
  /// A first sentence that the person might say or write.
  public var suggestion: String
  /// What the channel still allows.
  public var limits: Limits

  /// The package of what is known. `turns` is what was said, oldest first; `language` that of the person.
  public init(
    _ finding: EscalationFinding, turns: [EvidenceItem], facts: [DialogueFact] = [], limits: Limits, language: String
  ) {
    kind = finding.kind
    reason = finding.reason
    evidence = finding.evidence
    self.facts = Array(facts.prefix(Self.maximumEntries))
    tried = Array(turns.reversed().filter { $0.author == .assistant }.map(\.text).prefix(5))
    self.limits = limits
    let words = HandoverWords(language: language)
    suggestion = words.suggestion(finding.kind)
    let wants = Self.wish(of: turns) ?? words.unknown
    let lines = [
      wants, tried.first ?? words.nothing,
      self.facts.isEmpty ? words.none : self.facts.map { "\($0.name): \($0.value)" }.joined(separator: ", "),
      finding.kind == .frustration ? words.upset : words.calm, words.next(finding.kind),
    ]
    summary = words.lines(lines)
  }

  /// The last thing that the customer said with some substance: a "yes, please" tells a person nothing.
  private static func wish(of turns: [EvidenceItem]) -> String? {
    let said = turns.filter { $0.author == .customer && !$0.text.isEmpty }.suffix(4)
    return said.max { $0.text.count < $1.text.count }?.text
  }

  /// The same with the model's words. The evidence and the facts stay those that are certain.
  public func completed(with summary: ConversationSummary, language: String) -> HandoverPackage {
    var package = self
    package.summary = HandoverWords(language: language)
      .lines([summary.wants, summary.tried, summary.facts, summary.mood, summary.next])
    package.suggestion = summary.suggestion
    return package
  }

  /// The same with what `summariser` makes of `turns` within `limit`; nil if it fails or takes longer, with `trouble`
  /// told why.
  package func completed(
    by summariser: any ConversationSummariser, turns: [EvidenceItem], language: String, within limit: Duration,
    trouble: @Sendable (String) -> Void
  ) async -> HandoverPackage? {
    let reason = reason
    do {
      let summary = try await TimeLimit.run(limit) {
        try await summariser.summarise(turns, reason: reason, language: language)
      }
      if let summary { return completed(with: summary, language: language) }
      trouble("no summary within \(limit)")
    } catch is CancellationError {
      // Whoever cancels knows.
    } catch {
      trouble("\(error)")
    }
    return nil
  }
}

// As it is stored and shown.
extension HandoverPackage {
  /// What was stored; nil if it is none.
  package init?(json text: String) {
    guard let json = JSONValue(json: text), let reason = json["reason"]?.string,
      let kind = json["kind"]?.string.flatMap(EscalationKind.init(rawValue:)), let limits = json["limits"],
      let channel = limits["channel"]?.string, let suggestion = json["suggestion"]?.string
    else { return nil }
    self.kind = kind
    self.reason = reason
    evidence = json["evidence"]?.array.compactMap { EvidenceItem($0) } ?? []
    summary = json["summary"]?.strings ?? []
    facts =
      json["facts"]?.array.compactMap { fact in
        guard let name = fact["name"]?.string, let value = fact["value"]?.string else { return nil }
        return DialogueFact(name: name, value: value)
      } ?? []
    tried = json["tried"]?.strings ?? []
    self.suggestion = suggestion
    self.limits = Limits(
      channel: channel, windowEndsAt: limits["window_ends_at"]?.string, kinds: limits["kinds"]?.strings ?? [])
  }

  /// As JSON, the same for equal packages.
  public var json: String {
    let limits = JSONValue.members([
      "channel": .string(limits.channel), "kinds": .strings(limits.kinds),
      "window_ends_at": limits.windowEndsAt.map { .string($0) },
    ])
    let package: JSONValue = [
      "kind": .string(kind.rawValue), "reason": .string(reason), "evidence": .array(evidence.map(\.json)),
      "summary": .strings(summary),
      "facts": .array(facts.map { ["name": .string($0.name), "value": .string($0.value)] }),
      "tried": .strings(tried), "suggestion": .string(suggestion), "limits": limits,
    ]
    return package.text
  }
}
