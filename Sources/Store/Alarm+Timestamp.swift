package import Coordination

extension Alarm {
  /// Rings at `time` of `clock`, in place of what it was set to; nil for not at all.
  package func set(at time: Timestamp?, on clock: any TimestampClock) {
    guard let time else { return set(nil) }
    set { try await clock.sleep(until: time) }
  }
}
