// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import GRDB

extension SQLiteStore {
  public func claim(
    request key: String, digest: String, at now: Timestamp
  ) async throws(StoreError) -> KeptRequest {
    try await write { db in
      // A day is what callers may rely on; a request that never ended (the process did) is free again after a minute.
      try db.run(
        "DELETE FROM request WHERE at < ? OR (status IS NULL AND at < ?)",
        [now.advanced(by: .seconds(-86_400)).milliseconds, now.advanced(by: .seconds(-60)).milliseconds])
      guard let row = try db.row("SELECT digest, status, body FROM request WHERE key = ?", [key]) else {
        try db.run("INSERT INTO request (key, digest, at) VALUES (?, ?, ?)", [key, digest, now.milliseconds])
        return .new
      }
      guard row["digest"] as String == digest else { return .other }
      guard let status: Int = row["status"] else { return .underWay }
      return .done(status: status, body: row["body"] ?? "")
    }
  }

  public func settle(
    request key: String, status: Int?, body: String, at now: Timestamp
  ) async throws(StoreError) {
    try await write { db in
      if let status {
        try db.run("UPDATE request SET status = ?, body = ? WHERE key = ?", [status, body, key])
      } else {
        try db.run("DELETE FROM request WHERE key = ?", [key])
      }
    }
  }
}
