import JSON

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
    var answers: [AnswerNumber] = []
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
    public init?(json text: String) {
      guard text.utf8.count <= Self.maximumBytes, let json = JSONValue(json: text),
        json["version"]?.int == Self.version
      else { return nil }
      func count(_ value: JSONValue?) -> Int { min(max(0, value?.int ?? 0), Self.maximumCount) }
      // A turn from outside must leave room to add to it.
      func number(_ value: JSONValue?) -> Int { min(max(0, value?.int ?? 0), 1_000_000_000) }
      func list(_ key: String, _ maximum: Int) -> ArraySlice<JSONValue> { (json[key]?.array ?? []).suffix(maximum) }
      turn = number(json["turn"])
      recent = list("recent", Self.maximumRecent).compactMap { EvidenceItem($0) }
      requests = list("requests", Self.maximumList).compactMap {
        $0.string.map { String($0.prefix(Self.maximumRequest)) }
      }
      answers = list("answers", Self.maximumList).compactMap { AnswerNumber($0) }
      negativeTurns = list("negative", Self.maximumList).map(number)
      unclear = count(json["unclear"])
      failedAttempts = count(json["failed"])
      toolFailures = count(json["tools"])
      turnsWithoutFact = json["factless"].map(count)
      facts = count(json["facts"])
      offer = json["offer"].map(number)
      promises = count(json["promises"])
      for kind in EscalationKind.allCases {
        // No silence reaches beyond what the settings allow.
        if let until = json["quiet"]?[kind.rawValue]?.int { quiet[kind.rawValue] = min(max(0, until), turn + 50) }
      }
      let found = Set(json["found"]?.strings ?? [])
      self.found = EscalationKind.allCases.filter { found.contains($0.rawValue) }
      hasGreetedVIP = json["vip"]?.bool ?? false
      answered = list("answered", Self.maximumMessages).compactMap {
        $0.string.map { String($0.prefix(EvidenceItem.maximumID)) }
      }
      before = json["before"]?.string
    }

    /// As JSON.
    public var json: String {
      let text = JSONValue.members([
        "version": .integer(Int64(Self.version)), "turn": number(turn), "recent": .array(recent.map(\.json)),
        "requests": .strings(requests), "answers": .array(answers.map(\.json)),
        "negative": .array(negativeTurns.map(number)), "unclear": number(unclear), "failed": number(failedAttempts),
        "tools": number(toolFailures), "factless": turnsWithoutFact.map(number), "offer": offer.map(number),
        "promises": number(promises), "quiet": .object(quiet.mapValues(number)),
        "found": .strings(found.map(\.rawValue)), "vip": .bool(hasGreetedVIP), "facts": number(facts),
        "answered": .strings(answered), "before": before.map { .string($0) },
      ]).text
      guard text.utf8.count > Self.maximumBytes, before != nil else { return text }
      var smaller = self
      smaller.before = nil
      return smaller.json
    }

    private func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }

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
  }
}

/// A number that tells answers apart by their words. It is a 64-bit hash without the bits that JSON's readers lose, and
/// so the same before it is stored and after.
struct AnswerNumber: Sendable, Hashable {
  private let rounded: Double

  /// The number of an answer. FNV-1a, which is the same after a restart.
  init(_ words: [String]) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in words.joined(separator: " ").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    rounded = Double(hash)
  }

  /// What was stored, be it in full; nil if it is no such number.
  init?(_ json: JSONValue) {
    guard let value = json.double, value.isFinite, value >= 0, value <= 0x1p64 else { return nil }
    rounded = value
  }

  /// As it is stored.
  var json: JSONValue { Int64(exactly: rounded).map { .integer($0) } ?? .number(rounded) }
}
