import Testing

@testable import Store

/// A store that the tests run over. Another database joins by a case.
enum StoreKind: CaseIterable {
  /// SQLite as it is.
  case sqlite
  /// The same, where the first attempt at each step comes to nothing.
  case restarting

  /// The kind that the test at hand runs over.
  @TaskLocal static var current = StoreKind.sqlite

  /// The rows of a store of this kind whose file, if it has one, is that of `file`.
  func layer(over file: SQLiteLayer) -> any RowLayer {
    switch self {
    case .sqlite: file
    case .restarting: RestartingLayer(inner: file)
    }
  }
}

/// Runs each test of a suite once for each kind of store.
struct EveryStore: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    for kind in StoreKind.allCases {
      try await StoreKind.$current.withValue(kind) { try await function() }
    }
  }
}

extension Trait where Self == EveryStore {
  static var everyStore: EveryStore { EveryStore() }
}

/// A layer that runs each step twice, as a database does whose transactions can fail for what others do: what the first run
/// wrote is gone when the second begins.
struct RestartingLayer: RowLayer {
  private struct Restart: Error {}

  let inner: SQLiteLayer

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any Rows) throws -> Value
  ) async throws(StoreError) -> Value {
    _ = try await inner.read(body)
    return try await inner.read(body)
  }

  func transaction<Value: Sendable>(
    _ body: @escaping @Sendable (any WritableRows) throws -> Value, whenDurable: @escaping @Sendable (Value) -> Void
  ) async throws(StoreError) -> Value {
    do throws(StoreError) {
      try await inner.transaction(
        { rows in
          _ = try body(rows)
          throw Restart()
        }, whenDurable: {})
    } catch {
      // What the step itself fails with comes again.
    }
    return try await inner.transaction(body, whenDurable: whenDurable)
  }

  func close() async throws(StoreError) { try await inner.close() }
}
