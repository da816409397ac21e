import Audio

/// What a test could not do, in words.
struct Trouble: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// Tries until there is a result, or throws `Trouble` when the time is over.
func eventually<Result>(
  _ what: @autoclosure () -> String, within limit: Duration = .seconds(5), every pause: Duration = .milliseconds(10),
  _ attempt: () async throws -> Result?
) async throws -> Result {
  let deadline = Instant.now + limit
  while true {
    if let result = try await attempt() { return result }
    guard Instant.now < deadline else { throw Trouble("\(what()): not within \(limit)") }
    try await Task.sleep(for: pause)
  }
}

/// The same for a condition.
func eventually(
  _ what: @autoclosure () -> String, within limit: Duration = .seconds(5), every pause: Duration = .milliseconds(10),
  _ condition: () async throws -> Bool
) async throws {
  let _: Bool = try await eventually(what(), within: limit, every: pause) { try await condition() ? true : nil }
}

extension Duration {
  /// In milliseconds.
  var milliseconds: Double { self / .milliseconds(1) }
}
