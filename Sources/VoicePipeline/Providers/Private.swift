/// A value that identifies or quotes a person: a text, a name, a number. It prints masked, so that it can't reach a log
/// by interpolation; whoever means to show it says `revealed`.
public struct Private<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The value itself.
  public let revealed: Value

  /// Hides `value`.
  public init(_ value: Value) { revealed = value }

  /// Always the same dots.
  public var description: String { "•••" }
  /// Always the same dots.
  public var debugDescription: String { "•••" }
  /// Without children, since `dump` would show them.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Private: Equatable where Value: Equatable {}
extension Private: Hashable where Value: Hashable {}
