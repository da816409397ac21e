/// Someone who is made after those that need them: set once, and not kept alive.
public final class WeakLink<Object: AnyObject & Sendable>: Sendable {
  private struct Reference: Sendable {
    weak var object: Object?
  }

  private let reference = Locked(Reference())

  /// A link to nobody yet.
  public init() {}

  /// Whom it leads to; nil before `set`, and after their end.
  public var object: Object? { reference.withLock { $0.object } }

  /// Leads to `object` from now on.
  public func set(_ object: Object) { reference.withLock { $0.object = object } }
}
