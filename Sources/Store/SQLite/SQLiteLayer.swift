import GRDB

/// The rows of one SQLite file, for one process. Reads go on beside a write (write-ahead log); a write has reached the disk
/// when it returns.
package final class SQLiteLayer: RowLayer {
  let pool: DatabasePool
  let commits: GroupCommit

  /// Opens the file at `path`, made if it is missing, and brings its tables up to date.
  package init(path: String) throws(StoreError) {
    var configuration = Configuration()
    configuration.maximumReaderCount = 4
    configuration.busyMode = .timeout(5)
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      // FULL syncs the log with every commit: an acknowledged message survives a loss of power, too. Set once the pool
      // is open, since opening it sets NORMAL, which does not.
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864")
      }
      let migrator = Schema.migrator
      if try pool.read({ try migrator.hasBeenSuperseded($0) }) { throw StoreError.newer(path: path) }
      try migrator.migrate(pool)
    } catch let error as StoreError {
      throw error
    } catch {
      throw .cannotOpen("\(path): \(GroupCommit.explain(error)); check that the folder exists and can be written")
    }
    commits = GroupCommit(pool)
  }

  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (any Rows) throws -> Value
  ) async throws(StoreError) -> Value {
    do {
      return try await pool.read { db in try body(SQLiteRows(db: db)) }
    } catch let error as StoreError {
      throw error
    } catch {
      throw .failed(GroupCommit.explain(error))
    }
  }

  package func transaction<Value: Sendable>(
    _ body: @escaping @Sendable (any WritableRows) throws -> Value, whenDurable: @escaping @Sendable (Value) -> Void
  ) async throws(StoreError) -> Value {
    try await commits.write({ db in try body(SQLiteRows(db: db)) }, whenDurable: whenDurable)
  }

  package func close() async throws(StoreError) {
    // Whatever was asked for before is done first, since writes are in order.
    try await commits.write({ _ in }, whenDurable: {})
    do {
      try pool.close()
    } catch {
      throw .failed(GroupCommit.explain(error))
    }
  }
}
