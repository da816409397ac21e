import Store

/// Slows down who guesses passwords: after some failures of one name, or from one address, further attempts are refused
/// for a time that grows. A value without a clock.
struct SignInLimiter: Sendable {
  /// Failures that cost nothing: fingers slip.
  static let free = 5
  /// An address may stand for an office.
  static let freeOfAddress = 20
  /// The longest wait.
  static let longest = Duration.seconds(900)
  /// After so long without a failure all is forgotten.
  static let memory = Duration.seconds(3600)
  /// Names and addresses that are remembered at most; the oldest give way.
  static let capacity = 10_000

  private struct Failures {
    var count = 0
    var last: Timestamp
  }

  private enum Key: Hashable {
    case name(String)
    case address(String)
  }

  private var failures: [Key: Failures] = [:]

  /// How long an attempt with this name from this address has to wait; nil if it may be made.
  func wait(name: String, address: String, at now: Timestamp) -> Duration? {
    let waits = [wait(.name(name), Self.free, at: now), wait(.address(address), Self.freeOfAddress, at: now)]
    return waits.compactMap(\.self).max()
  }

  /// An attempt failed.
  mutating func failed(name: String, address: String, at now: Timestamp) {
    for key in [Key.name(name), .address(address)] {
      var entry = failures[key] ?? Failures(last: now)
      if entry.last.duration(to: now) > Self.memory { entry.count = 0 }
      entry.count += 1
      entry.last = now
      failures[key] = entry
    }
    if failures.count > Self.capacity { forget(at: now) }
  }

  /// An attempt succeeded: the name is its owner's. What came from the address stays.
  mutating func succeeded(name: String) { failures[.name(name)] = nil }

  private func wait(_ key: Key, _ free: Int, at now: Timestamp) -> Duration? {
    guard let entry = failures[key], entry.count >= free, entry.last.duration(to: now) <= Self.memory else {
      return nil
    }
    // 1 s, 2 s, 4 s …
    let wait = min(Duration.seconds(1 << min(entry.count - free, 10)), Self.longest)
    let left = wait - entry.last.duration(to: now)
    return left > .zero ? left : nil
  }

  private mutating func forget(at now: Timestamp) {
    failures = failures.filter { $0.value.last.duration(to: now) <= Self.memory }
    guard failures.count > Self.capacity else { return }
    let order = failures.sorted { $0.value.last < $1.value.last }
    for (key, _) in order.prefix(failures.count - Self.capacity / 2) { failures[key] = nil }
  }
}
