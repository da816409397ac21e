/// Sounds, pictures and documents.
package protocol MediaRows {
  /// Media by its name.
  func media(_ id: String) throws -> StoredMedia?
}

/// Media that can be stored.
package protocol WritableMediaRows: MediaRows {
  /// Stores media, unless there is one of the same name.
  func insert(_ media: StoredMedia, at now: Timestamp) throws
  /// Forgets media.
  func removeMedia(_ id: String) throws
}

/// Requests that may be made again.
package protocol RequestRows {
  /// A request by its key.
  func request(_ key: String) throws -> StoredRequest?
}

/// Requests that can be changed.
package protocol WritableRequestRows: RequestRows {
  /// Stores a request in place of the one with its key.
  func put(_ request: StoredRequest) throws
  /// Forgets a request.
  func removeRequest(_ key: String) throws
  /// Forgets requests that were answered and came before one time, and those that were not and came before another.
  func removeRequests(answeredBefore time: Timestamp, openBefore other: Timestamp) throws
}
