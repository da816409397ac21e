/// The lifetime of something that runs until it is told to stop, for whoever stops it and has to know that it has ended.
public final class Lifetime: Sendable {
  private let hasBegun = Locked(false)
  private let end = Gate()

  /// A lifetime that has not begun.
  public init() {}

  /// Runs `body`, which is the whole lifetime. To be called once.
  public nonisolated(nonsending) func run(_ body: () async -> Void) async {
    hasBegun.withLock { $0 = true }
    defer { end.open() }
    await body()
  }

  /// Waits for the end. Returns at once if it never began.
  public func ended() async {
    guard hasBegun.withLock({ $0 }) else { return }
    await end.wait()
  }
}
