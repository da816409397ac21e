/// More came than a stream's reader takes: the stream has ended with this.
public struct StreamOverflow: Error, Sendable, Equatable {
  /// How many elements may wait.
  public let limit: Int

  package init(limit: Int) {
    self.limit = limit
  }
}

extension TaskOwner {
  /// A stream that `produce` fills in a task, without waiting for the reader. At most `limit` elements wait in it: one
  /// more makes `deliver` throw `StreamOverflow`, so that what is read is whole up to there, and then ends with an error
  /// instead of a gap. A reader that stops, or is cancelled, cancels the task.
  public func stream<Element: Sendable>(
    of type: Element.Type = Element.self, limit: Int,
    _ produce: sending @escaping (_ deliver: @escaping @Sendable (Element) throws -> Void) async throws -> Void
  ) -> AsyncThrowingStream<Element, any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(
      of: type, throwing: (any Error).self, bufferingPolicy: .bufferingOldest(limit))
    let token = start(isolation: nil) {
      do {
        try await produce { element in
          if case .dropped = continuation.yield(element) { throw StreamOverflow(limit: limit) }
        }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    guard let token else {
      continuation.finish(throwing: CancellationError())
      return stream
    }
    continuation.onTermination = { [weak self] _ in self?.cancel(token) }
    return stream
  }
}
