/// Wakes one reader. However often it is raised while the reader is busy, the reader is woken once more.
public struct WakeSignal: Sendable {
  /// One element a wake; ends with `finish`. For one reader.
  public let wakes: AsyncStream<Void>
  private let sink: AsyncStream<Void>.Continuation

  /// A signal that is raised from the start, or not.
  public init(raised: Bool = false) {
    (wakes, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    if raised { raise() }
  }

  /// There is something to look at. Never waits.
  public func raise() { sink.yield() }

  /// The reader's loop ends, once it has seen what was raised before.
  public func finish() { sink.finish() }
}
