package import Logging

extension Logger {
  /// What `body` has from the store, where the work goes on without it as well. A store that fails is told in the log:
  /// `what` can't be done, in words.
  package func unlessStoreFails<Value: Sendable>(
    _ what: @autoclosure () -> String, of subject: String, _ body: () async throws(StoreError) -> Value?
  ) async -> Value? {
    do {
      return try await body()
    } catch {
      self.error("\(what())", metadata: ["of": "\(subject)", "reason": "\(error)"])
      return nil
    }
  }
}
