// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import Foundation
import GRDB

extension SQLiteStore {
  public func save(_ media: StoredMedia, at now: Timestamp) async throws(StoreError) {
    try await write { db in try Self.insert(media, at: now, db) }
  }

  public func media(_ id: String) async throws(StoreError) -> StoredMedia? {
    try await read { db in
      guard let row = try db.row("SELECT mime_type, name, bytes FROM media WHERE id = ?", [id]) else { return nil }
      return StoredMedia(
        id: id, mimeType: row["mime_type"], name: row["name"], bytes: [UInt8](row["bytes"] as Data))
    }
  }

  static func insert(_ media: StoredMedia, at now: Timestamp, _ db: Database) throws {
    try db.run(
      "INSERT INTO media (id, mime_type, name, bytes, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      [media.id, media.mimeType, media.name, Data(media.bytes), now.milliseconds])
  }
}
