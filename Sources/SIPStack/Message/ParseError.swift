/// Why a message or a field could not be read: what is wrong, and in which field.
public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Problem: String, Hashable, Sendable {
    /// Does not follow the grammar.
    case syntax = "bad syntax"
    /// A quoted string without its end.
    case unterminatedQuote = "unterminated quote"
    /// A byte that no field may hold.
    case forbiddenByte = "forbidden byte"
    /// A mandatory field is absent.
    case missing = "missing"
    /// A field that may stand once stands twice.
    case repeated = "repeated"
    /// A number beyond what the field may say.
    case outOfRange = "out of range"
    /// The CSeq method is not that of the request line.
    case mismatch = "does not match the request line"
    /// A version other than SIP/2.0.
    case version = "unsupported version"
    /// A line longer than the limit.
    case lineTooLong = "line too long"
    /// More fields than the limit.
    case tooManyFields = "too many fields"
    /// A message longer than the limit.
    case tooLong = "too long"
    /// The body is shorter than Content-Length says, or the head has no end.
    case truncated = "truncated"
    /// Not SIP at all.
    case notSIP = "not SIP"
  }

  /// What is wrong.
  public var problem: Problem
  /// The field's name, or "start line", "message", "URI".
  public var field: String

  /// A problem in a field.
  public init(_ problem: Problem, in field: String) {
    self.problem = problem
    self.field = field
  }

  /// "CSeq: out of range".
  public var description: String { "\(field): \(problem.rawValue)" }
}
