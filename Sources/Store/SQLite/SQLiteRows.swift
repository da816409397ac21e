import Foundation
import GRDB

/// The rows of a SQLite file, within a step or a reading.
struct SQLiteRows: WritableRows {
  let db: Database
}

/// What a row holds, by column.
typealias Columns = [(name: String, value: (any DatabaseValueConvertible)?)]

extension SQLiteRows {
  /// Runs a statement that is prepared once.
  func run(_ sql: String, _ arguments: StatementArguments = []) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// The first row of a statement that is prepared once.
  func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
    try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
  }

  /// All rows of a statement that is prepared once.
  func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
    try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
  }

  /// The first value of a statement that is prepared once.
  func value<Value: DatabaseValueConvertible>(
    _ sql: String, _ arguments: StatementArguments = [], as type: Value.Type = Value.self
  ) throws -> Value? {
    try Value.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
  }

  /// The first values of all rows of a statement that is prepared once.
  func values<Value: DatabaseValueConvertible>(
    _ sql: String, _ arguments: StatementArguments = [], as type: Value.Type = Value.self
  ) throws -> [Value] {
    try Value.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
  }

  /// Stores a row.
  func insert(into table: String, _ columns: Columns, or conflict: String = "") throws {
    let names = columns.map(\.name).joined(separator: ", ")
    let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    try run(
      "INSERT INTO \(table) (\(names)) VALUES (\(places)) \(conflict)",
      StatementArguments(columns.map { $0.value?.databaseValue ?? .null }))
  }

  /// Stores what is another in `after` than in `before`; both have the same columns. `extra` is set in any case in which
  /// something is.
  func update(
    _ table: String, _ before: Columns, to after: Columns, extra: String = "", where condition: String,
    _ arguments: StatementArguments
  ) throws {
    var names: [String] = []
    var values: [DatabaseValue] = []
    for (old, new) in zip(before, after) {
      let value = new.value?.databaseValue ?? .null
      guard value != old.value?.databaseValue ?? .null else { continue }
      names.append("\(new.name) = ?")
      values.append(value)
    }
    guard !names.isEmpty else { return }
    try run(
      "UPDATE \(table) SET \(names.joined(separator: ", "))\(extra) WHERE \(condition)",
      StatementArguments(values) + arguments)
  }
}

extension Row {
  /// A time that must be there.
  func time(_ column: String) -> Timestamp { Timestamp(milliseconds: self[column]) }

  /// A time that may be missing.
  func timeIfAny(_ column: String) -> Timestamp? { (self[column] as Int64?).map { Timestamp(milliseconds: $0) } }
}

/// Short lists of words in one column or argument, as JSON.
enum Words {
  /// What cannot be read is no word.
  static func read(_ text: String) -> [String] {
    (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
  }

  static func write(_ words: some Collection<String>) -> String {
    (try? JSONEncoder().encode(Array(words))).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
  }
}
