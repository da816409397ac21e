import Audio
import Coordination
import Logging

extension TaskOwner {
  /// How many pieces may wait for the reader: as much as any provider keeps. What is more ends with an error.
  private static let maximumWaiting = 32_768

  /// What `body` delivers with one provider after the other, until one has delivered something or has ended well.
  func firstOf<Provider: Sendable, Element: Sendable>(
    _ providers: [Provider], logger: Logger,
    _ body: @escaping @Sendable (Provider, _ deliver: @Sendable (Element) throws -> Void) async throws -> Void
  ) -> AsyncThrowingStream<Element, any Error> {
    stream(limit: Self.maximumWaiting) { deliver in
      for (index, provider) in providers.enumerated() {
        let hasDelivered = Locked(false)
        do {
          return try await body(provider) { element in
            hasDelivered.withLock { $0 = true }
            try deliver(element)
          }
        } catch {
          guard !hasDelivered.withLock(\.self), index + 1 < providers.count, !Task.isCancelled else { throw error }
          logger.warning("a provider failed, the next is tried", metadata: ["reason": "\(error)"])
        }
      }
    }
  }
}
