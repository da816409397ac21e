import FoundationEssentials

extension EscalationWatch {
  /// What a watch remembers between turns, in a form that can be stored with the conversation. Bounded, and whatever is
  /// read in its place does no harm.
  public struct State: Sendable, Equatable {
    /// The largest state that is read, in bytes of JSON. What is made is far smaller.
    public static let maximumBytes = 32 << 10
    static let version = 1
    static let maximumRecent = 6
    static let maximumCount = 1000
    static let maximumList = 6
    static let maximumMessages = 20
    static let maximumRequest = 200

    /// Customer's turns so far.
    var turn = 0
    /// What was said last, both sides.
    var recent: [EvidenceItem] = []
    /// The substance of the customer's last turns, empty for those that ask nothing.
    var requests: [String] = []
    /// The assistant's last answers, as numbers that tell them apart.
    var answers: [UInt64] = []
    /// Turns of the customer that showed displeasure.
    var negativeTurns: [Int] = []
    var unclear = 0
    var failedAttempts = 0
    var toolFailures = 0
    /// Turns since the dialogue began to wait for a fact; nil while it waits for none.
    var turnsWithoutFact: Int?
    /// How many facts the dialogue knew after its last answer.
    var facts = 0
    /// The turn after which a person was offered.
    var offer: Int?
    /// Drafts of the present answer that promised too much.
    var promises = 0
    /// Until which turn a kind keeps silent, by its name.
    var quiet: [String: Int] = [:]
    /// What was found since the conversation was last handed back.
    var found: [EscalationKind] = []
    var hasGreetedVIP = false
    /// The messages that made up the last turn, and the state before it (JSON): an answer may be withdrawn because the
    /// customer went on writing, and then the turn is counted anew.
    var answered: [String] = []
    var before: String?

    /// Of a conversation in which nothing was said.
    public init() {}

    /// What was stored; nil if it is not ours, or of another version.
    public init?(json: String) {
      guard json.utf8.count <= Self.maximumBytes,
        let stored = try? JSONDecoder().decode(Stored.self, from: Data(json.utf8)), stored.version == Self.version
      else { return nil }
      func count(_ value: Int?) -> Int { min(max(0, value ?? 0), Self.maximumCount) }
      // A turn from outside must leave room to add to it.
      func number(_ value: Int?) -> Int { min(max(0, value ?? 0), 1_000_000_000) }
      turn = number(stored.turn)
      recent = Array((stored.recent ?? []).suffix(Self.maximumRecent))
      requests = (stored.requests ?? []).suffix(Self.maximumList).map { String($0.prefix(Self.maximumRequest)) }
      answers = Array((stored.answers ?? []).suffix(Self.maximumList))
      negativeTurns = (stored.negative ?? []).suffix(Self.maximumList).map(number)
      unclear = count(stored.unclear)
      failedAttempts = count(stored.failed)
      toolFailures = count(stored.tools)
      turnsWithoutFact = stored.factless.map(count)
      facts = count(stored.facts)
      offer = stored.offer.map(number)
      promises = count(stored.promises)
      for kind in EscalationKind.allCases {
        // No silence reaches beyond what the settings allow.
        if let until = stored.quiet?[kind.rawValue] { quiet[kind.rawValue] = min(max(0, until), turn + 50) }
      }
      found = EscalationKind.allCases.filter { (stored.found ?? []).contains($0.rawValue) }
      hasGreetedVIP = stored.vip ?? false
      answered = (stored.answered ?? []).suffix(Self.maximumMessages).map { String($0.prefix(EvidenceItem.maximumID)) }
      before = stored.before
    }

    /// As JSON.
    public var json: String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let stored = Stored(
        version: Self.version, turn: turn, recent: recent, requests: requests, answers: answers,
        negative: negativeTurns, unclear: unclear, failed: failedAttempts, tools: toolFailures,
        factless: turnsWithoutFact, offer: offer, promises: promises, quiet: quiet, found: found.map(\.rawValue),
        vip: hasGreetedVIP, facts: facts, answered: answered, before: before)
      guard let data = try? encoder.encode(stored) else { return "{}" }
      if data.count > Self.maximumBytes, before != nil {
        var smaller = self
        smaller.before = nil
        return smaller.json
      }
      return String(decoding: data, as: UTF8.self)
    }

    /// A turn begins that is made of `messages`. If one of them was in the last turn, that turn is taken back.
    mutating func beginTurn(of messages: [String]) {
      if !answered.isEmpty, !Set(answered).isDisjoint(with: messages) {
        self = before.flatMap { Self(json: $0) } ?? Self()
      }
      answered = []
      before = nil
      before = json
      answered = messages.suffix(Self.maximumMessages).map { String($0.prefix(EvidenceItem.maximumID)) }
    }

    /// Notes what was said.
    mutating func note(_ item: EvidenceItem) {
      recent.append(item)
      if recent.count > Self.maximumRecent { recent.removeFirst(recent.count - Self.maximumRecent) }
    }

    mutating func clearCounters() {
      requests = []
      answers = []
      negativeTurns = []
      unclear = 0
      failedAttempts = 0
      toolFailures = 0
      turnsWithoutFact = nil
      promises = 0
    }

    mutating func clearCounter(of kind: EscalationKind) {
      switch kind {
      case .stagnation:
        requests = []
        answers = []
        failedAttempts = 0
        turnsWithoutFact = nil
      case .frustration: negativeTurns = []
      case .lowConfidence: unclear = 0
      case .complexity: toolFailures = 0
      case .falsePromise: promises = 0
      default: break
      }
    }

    private struct Stored: Codable {
      var version: Int
      var turn: Int?
      var recent: [EvidenceItem]?
      var requests: [String]?
      var answers: [UInt64]?
      var negative: [Int]?
      var unclear: Int?
      var failed: Int?
      var tools: Int?
      var factless: Int?
      var offer: Int?
      var promises: Int?
      var quiet: [String: Int]?
      var found: [String]?
      var vip: Bool?
      var facts: Int?
      var answered: [String]?
      var before: String?
    }
  }
}

extension EscalationWatch.State: Codable {
  /// Reads a state; one of another version, or none of ours, is that of a new conversation.
  public init(from decoder: any Decoder) throws {
    let json = try decoder.singleValueContainer().decode(String.self)
    self = Self(json: json) ?? Self()
  }

  /// Writes the state as a string of JSON.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(json)
  }
}
