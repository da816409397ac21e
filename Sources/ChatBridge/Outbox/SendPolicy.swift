import Store

/// When a message may go to a channel, and what follows when it was not taken. A value without a clock.
struct SendPolicy: Sendable {
  /// The longest pause after which a throttled or refused account is tried again.
  private static let longestPause = Duration.seconds(900)
  /// How often a message is tried that fails by itself.
  static let attempts = 5
  /// WhatsApp allows one message to a customer each 6 s, and 45 at once, which are paid back.
  private static let pairBurst = 45.0
  private static let pairInterval = Duration.seconds(6)
  private static let rememberedPairs = 20_000

  private var account: RateBucket
  private var pairs: [String: RateBucket] = [:]
  private let lostWait: Duration
  private var pause = Duration.zero
  /// Until when nothing is sent at all.
  private(set) var pausedUntil: Timestamp?

  /// For an account that may send `messagesPerSecond`. A message whose fate is unknown is looked at again after
  /// `lostWait`.
  init(messagesPerSecond: Int, lostWait: Duration) {
    let rate = Double(max(1, messagesPerSecond))
    account = RateBucket(capacity: max(1, rate / 4), interval: .seconds(1 / rate))
    self.lostWait = lostWait
  }

  /// Why a message has to wait, and until when.
  enum Wait: Equatable {
    case account(until: Timestamp)
    case customer(until: Timestamp)
  }

  /// Lets a message to `recipient` go, or says why not.
  mutating func admit(_ recipient: String, at now: Timestamp) -> Wait? {
    if let end = pauseEnd(at: now) { return .account(until: end) }
    var pair = pairs[recipient] ?? RateBucket(capacity: Self.pairBurst, interval: Self.pairInterval)
    if let time = pair.take(at: now) { return .customer(until: time) }
    if let time = account.take(at: now) { return .account(until: time) }
    pairs[recipient] = pair
    if pairs.count > Self.rememberedPairs { forgetFullPairs(at: now) }
    return nil
  }

  /// When the pause that lasts at `now` is over. One that would last longer than any was set by a clock that has been put
  /// back since.
  private func pauseEnd(at now: Timestamp) -> Timestamp? {
    guard let pausedUntil, pausedUntil > now, now.duration(to: pausedUntil) <= Self.longestPause * 1.25 else {
      return nil
    }
    return pausedUntil
  }

  private mutating func forgetFullPairs(at now: Timestamp) {
    for (recipient, bucket) in pairs {
      var bucket = bucket
      if bucket.isFull(at: now) { pairs[recipient] = nil }
    }
    // Tens of thousands within minutes: the account's own rate is what counts then.
    if pairs.count > Self.rememberedPairs { pairs.removeAll(keepingCapacity: true) }
  }

  /// A message was taken: whatever was wrong with the account is over. While a pause lasts it says nothing, since the
  /// request was made before that began.
  mutating func succeeded(at now: Timestamp) {
    guard pauseEnd(at: now) == nil else { return }
    pause = .zero
    pausedUntil = nil
  }

  /// What becomes of a message that was not taken. `jitter` is a random number from 0 to 1.
  mutating func outcome(
    of error: ChatError, attempts: Int, content: OutgoingContent, at now: Timestamp, jitter: Double
  ) -> SendOutcome {
    let failed = SendOutcome.failed(code: error.code, reason: error.description)
    func again(in wait: Duration) -> SendOutcome {
      guard attempts < Self.attempts - 1 else { return failed }
      return .retry(at: now.advanced(by: wait), counts: true, reason: error.description)
    }
    switch error.kind {
    case .accountRefused, .accountThrottled:
      // The account's trouble, not the message's: it waits for as long as that takes. Requests that were under way when
      // a pause began fail for the same reason and do not make it longer.
      if let end = pauseEnd(at: now) {
        return .retry(at: end, counts: false, reason: error.description)
      }
      let first: Duration = error.kind == .accountRefused ? .seconds(60) : .seconds(1)
      pause = min(max(first, pause * 2), Self.longestPause)
      let until = now.advanced(by: pause * (1 + 0.25 * jitter))
      pausedUntil = until
      return .retry(at: until, counts: false, reason: error.description)
    case .customerThrottled:
      // 4ⁿ seconds, n from 0, as WhatsApp wants it.
      let wait = Duration.seconds(Int64(1) << Int64(2 * min(max(attempts, 0), 6)))
      return .retry(at: now.advanced(by: wait), counts: true, reason: error.description)
    case .transient:
      return again(in: .seconds(Int64(1) << Int64(min(max(attempts, 0), 6))) * (1 - 0.25 * jitter))
    case .lost:
      return .uncertain(until: now.advanced(by: lostWait))
    case .windowClosed:
      return .held(reason: error.description)
    case .notNow(forGood: false):
      return again(in: .seconds(24 * 3600))
    case .mediaRefused, .notFound, .tooLarge:
      guard case .voiceNote(let transcript) = content, !transcript.isEmpty else { return failed }
      let text = OutgoingContent.text(transcript)
      return .replaced(payload: text.payload, kind: text.kind, reason: error.description)
    case .notNow(forGood: true), .undeliverable, .rejected:
      return failed
    }
  }
}
