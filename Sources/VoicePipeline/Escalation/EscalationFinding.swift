public import FoundationEssentials
package import JSON

/// Something that was said, as evidence.
public struct EvidenceItem: Sendable, Equatable {
  /// Whose words.
  public enum Author: String, Sendable {
    /// The customer's.
    case customer
    /// The assistant's.
    case assistant
    /// A fact of the system.
    case system
  }

  /// The longest text that is kept, in characters.
  public static let maximumText = 300
  /// The longest id that is kept, in characters.
  public static let maximumID = 80

  /// The message's or turn's name, e.g. `msg_…` or `turn 3`.
  public var id: String
  /// Whose words.
  public var author: Author
  /// The words. The customer's: not for a log.
  public var text: String
  /// When.
  public var at: Date

  /// An item; a long text is cut.
  public init(id: String, author: Author, text: String, at: Date) {
    self.id = String(id.prefix(Self.maximumID))
    self.author = author
    self.text = String(text.prefix(Self.maximumText))
    self.at = Self.clamped(at)
  }

  /// What was stored; nil if it is none. A time that can't be read is the beginning of time.
  package init?(_ json: JSONValue) {
    guard let id = json["message"]?.string, let author = json["author"]?.string.flatMap(Author.init(rawValue:)),
      let text = json["text"]?.string, let time = json["at"]?.string
    else { return nil }
    let at: Date
    do {
      at = try Self.format.parse(String(time.prefix(40)))
    } catch {
      at = Date(timeIntervalSince1970: 0)
    }
    self.init(id: id, author: author, text: text, at: at)
  }

  /// As it is stored, with the time as RFC 3339.
  package var json: JSONValue {
    [
      "message": .string(id), "author": .string(author.rawValue), "text": .string(text),
      "at": .string(at.formatted(Self.format)),
    ]
  }

  private static let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// Between 1970 and 9999, to the millisecond as it is written.
  private static func clamped(_ date: Date) -> Date {
    let seconds = date.timeIntervalSince1970
    guard seconds.isFinite else { return Date(timeIntervalSince1970: 0) }
    let milliseconds = (min(max(0, seconds), 253_402_300_799) * 1000).rounded()
    return Date(timeIntervalSince1970: milliseconds / 1000)
  }
}

/// A reason to call a person, with what it rests on.
public struct EscalationFinding: Sendable, Equatable {
  /// Which.
  public var kind: EscalationKind
  /// For the person: one line of English, with no more about the customer than it takes.
  public var reason: String
  /// What was said, oldest first.
  public var evidence: [EvidenceItem]
  /// 1 (most urgent) to 5.
  public var priority: Int

  /// A finding; without `priority` that of its kind.
  public init(kind: EscalationKind, reason: String, evidence: [EvidenceItem] = [], priority: Int? = nil) {
    self.kind = kind
    self.reason = reason
    self.evidence = evidence
    self.priority = min(max(1, priority ?? kind.priority), 5)
  }

  /// Of two the one that comes first in precedence; of equals the first.
  public static func preferred(_ first: EscalationFinding?, _ second: EscalationFinding?) -> EscalationFinding? {
    guard let first else { return second }
    guard let second else { return first }
    return second.kind < first.kind ? second : first
  }
}
