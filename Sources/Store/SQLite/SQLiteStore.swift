import GRDB

/// The store in one SQLite file, for one process. Reads go on beside a write (write-ahead log); a write has reached the
/// disk when it returns.
public final class SQLiteStore: Storage {
  let pool: DatabasePool
  let commits: GroupCommit

  /// Opens the file at `path`, made if it is missing, and brings its tables up to date.
  public init(path: String) throws(StoreError) {
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

  /// Closes the file.
  public func close() async {
    // Whatever was asked for before is done first, since writes are in order.
    _ = try? await commits.write { _ in }
    try? pool.close()
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
    do {
      return try await pool.read(body)
    } catch let error as StoreError {
      throw error
    } catch {
      throw .failed(GroupCommit.explain(error))
    }
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value
  {
    try await commits.write(body)
  }
}

extension Database {
  /// Runs a statement that is prepared once.
  func run(_ sql: String, _ arguments: StatementArguments = []) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// The first row of a statement that is prepared once.
  func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
    try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
  }

  /// All rows of a statement that is prepared once.
  func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
    try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
  }
}

extension Row {
  /// A time that must be there.
  func time(_ column: String) -> Timestamp { Timestamp(milliseconds: self[column]) }

  /// A time that may be missing.
  func timeIfAny(_ column: String) -> Timestamp? { (self[column] as Int64?).map { Timestamp(milliseconds: $0) } }
}
