/// How fast messages may go out, per number and per customer. Time comes in as an argument.
struct CloudRates {
  /// Messages in any second; nil for no limit.
  var perSecond: Int?
  /// Whether the pair rate holds: one message in 6 s to one customer, of which 45 may be borrowed from the future.
  var hasPairRate: Bool

  static let pairInterval = Duration.seconds(6)
  static let pairBurst = 45

  /// When the messages of the last second were, in a ring of `perSecond`.
  private var recent: [Duration] = []
  private var oldest = 0
  /// Until when each customer's allowance is used up.
  private var usedUntil: [String: Duration] = [:]

  init(perSecond: Int?, hasPairRate: Bool) {
    self.perSecond = perSecond
    self.hasPairRate = hasPairRate
  }

  /// Counts one message to a customer, or refuses it; what is refused does not count.
  mutating func take(customer: String, at now: Duration) throws(CloudError) {
    if let perSecond {
      if recent.count >= max(1, perSecond), now - recent[oldest] < .seconds(1) {
        throw CloudError(
          130429,
          "Message failed to send because there were too many messages sent from this phone number in a short period of time"
        )
      }
    }
    if hasPairRate {
      let start = max(usedUntil[customer] ?? now, now)
      guard start - now <= Self.pairInterval * (Self.pairBurst - 1) else {
        throw CloudError(
          131056,
          "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time"
        )
      }
      usedUntil[customer] = start + Self.pairInterval
      if usedUntil.count > 100_000 { usedUntil = usedUntil.filter { $0.value > now } }
    }
    if let perSecond {
      if recent.count < max(1, perSecond) {
        recent.append(now)
      } else {
        recent[oldest] = now
        oldest = (oldest + 1) % recent.count
      }
    }
  }
}
