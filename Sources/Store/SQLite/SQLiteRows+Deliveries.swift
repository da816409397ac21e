import Foundation
import GRDB

extension SQLiteRows {
  // MARK: What channels delivered

  func openDeliveries(limit: Int) throws -> [Delivery] {
    try rows(
      "SELECT id, channel, source, body, received_at FROM delivery WHERE applied_at IS NULL ORDER BY id LIMIT ?",
      [limit]
    ).map { row in
      Delivery(
        id: row["id"], channel: row["channel"], source: row["source"], body: [UInt8](row["body"] as Data),
        receivedAt: row.time("received_at"))
    }
  }

  func isOpen(delivery id: Int64) throws -> Bool {
    try value("SELECT 1 FROM delivery WHERE id = ? AND applied_at IS NULL", [id], as: Int.self) != nil
  }

  func keep(channel: String, source: String, body: [UInt8], at now: Timestamp) throws -> Int64 {
    try run(
      "INSERT INTO delivery (channel, source, body, received_at) VALUES (?, ?, ?, ?)",
      [channel, source, Data(body), now.milliseconds])
    return db.lastInsertedRowID
  }

  func close(delivery id: Int64, problem: String?, at now: Timestamp) throws {
    try run("UPDATE delivery SET applied_at = ?, problem = ? WHERE id = ?", [now.milliseconds, problem, id])
  }

  // MARK: Media

  func media(_ id: String) throws -> StoredMedia? {
    try row("SELECT mime_type, name, bytes FROM media WHERE id = ?", [id]).map { row in
      StoredMedia(id: id, mimeType: row["mime_type"], name: row["name"], bytes: [UInt8](row["bytes"] as Data))
    }
  }

  func insert(_ media: StoredMedia, at now: Timestamp) throws {
    try insert(
      into: "media",
      [
        ("id", media.id), ("mime_type", media.mimeType), ("name", media.name), ("bytes", Data(media.bytes)),
        ("created_at", now.milliseconds),
      ], or: "ON CONFLICT DO NOTHING")
  }

  func removeMedia(_ id: String) throws { try run("DELETE FROM media WHERE id = ?", [id]) }

  // MARK: Requests of the API

  func request(_ key: String) throws -> StoredRequest? {
    try row("SELECT * FROM request WHERE key = ?", [key]).map { row in
      StoredRequest(
        key: row["key"], digest: row["digest"], status: row["status"], body: row["body"], at: row.time("at"))
    }
  }

  func put(_ request: StoredRequest) throws {
    try run(
      "INSERT OR REPLACE INTO request (key, digest, status, body, at) VALUES (?, ?, ?, ?, ?)",
      [request.key, request.digest, request.status, request.body, request.at.milliseconds])
  }

  func removeRequest(_ key: String) throws { try run("DELETE FROM request WHERE key = ?", [key]) }

  func removeRequests(answeredBefore time: Timestamp, openBefore other: Timestamp) throws {
    try run(
      "DELETE FROM request WHERE at < ? OR (status IS NULL AND at < ?)", [time.milliseconds, other.milliseconds])
  }
}
