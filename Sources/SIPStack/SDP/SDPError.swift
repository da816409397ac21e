/// Why a session description could not be read.
public struct SDPError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Problem: Hashable, Sendable {
    /// Longer than the limit.
    case tooLong
    /// Not `<letter>=<value>`, or a byte that no line may hold.
    case syntax
    /// The value of a line of this type does not follow the grammar.
    case malformed(Character)
    /// A line of this type must be there and is not.
    case missing(Character)
    /// A line of this type may stand once and stands twice.
    case repeated(Character)
    /// A version other than 0.
    case version
  }

  /// What is wrong.
  public var problem: Problem
  /// The line, counted from 1; 0 when it is the description as a whole.
  public var line: Int

  /// A problem at a line.
  public init(_ problem: Problem, line: Int) {
    self.problem = problem
    self.line = line
  }

  /// "line 4: malformed c=".
  public var description: String {
    let text =
      switch problem {
      case .tooLong: "too long"
      case .syntax: "bad syntax"
      case .malformed(let type): "malformed \(type)="
      case .missing(let type): "missing \(type)="
      case .repeated(let type): "repeated \(type)="
      case .version: "unsupported version"
      }
    return line > 0 ? "line \(line): \(text)" : text
  }
}
