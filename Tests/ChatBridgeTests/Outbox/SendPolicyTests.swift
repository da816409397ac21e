import Store
import Testing

@testable import ChatBridge

@Suite("When messages may go")
struct SendPolicyTests {
  private static let now = Timestamp(milliseconds: 1_790_000_000_000)
  private static let text = OutgoingContent.text("hello")
  private var policy = SendPolicy(messagesPerSecond: 80, lostWait: .seconds(120))

  private func after(_ duration: Duration) -> Timestamp { Self.now.advanced(by: duration) }

  /// What follows from a failure of `kind`, without jitter.
  private mutating func outcome(
    _ kind: ChatError.Kind, attempts: Int = 0, content: OutgoingContent = text, at time: Timestamp = now,
    jitter: Double = 0
  ) -> SendOutcome {
    policy.outcome(
      of: ChatError(kind, code: 7, message: "no"), attempts: attempts, content: content, at: time, jitter: jitter)
  }

  private func wait(_ outcome: SendOutcome, since time: Timestamp = now) -> Duration? {
    if case .retry(let until, _, _) = outcome { time.duration(to: until) } else { nil }
  }

  private func counts(_ outcome: SendOutcome) -> Bool? {
    if case .retry(_, let counts, _) = outcome { counts } else { nil }
  }

  // MARK: Rates

  @Test("one customer gets 45 at once, another is not held up by that")
  mutating func pairRate() {
    policy = SendPolicy(messagesPerSecond: 1000, lostWait: .seconds(120))
    for _ in 0..<45 { #expect(policy.admit("a", at: Self.now) == nil) }
    #expect(policy.admit("a", at: Self.now) == .customer(until: after(.seconds(6))))
    #expect(policy.admit("b", at: Self.now) == nil)
    #expect(policy.admit("a", at: after(.seconds(6))) == nil)
    #expect(policy.admit("a", at: after(.seconds(6))) == .customer(until: after(.seconds(12))))
  }

  @Test("an account sends a quarter of a second's worth at once, then at its rate")
  mutating func accountRate() {
    for customer in 0..<20 { #expect(policy.admit("\(customer)", at: Self.now) == nil) }
    #expect(policy.admit("x", at: Self.now) == .account(until: after(.milliseconds(13))))
    var sent = 0
    for millisecond in 1...10_000 {
      while policy.admit("\(sent)", at: after(.milliseconds(millisecond))) == nil { sent += 1 }
    }
    #expect((799...801).contains(sent))
  }

  @Test("who waits for the account has not used up any of their own")
  mutating func refusalCostsNothing() {
    policy = SendPolicy(messagesPerSecond: 1, lostWait: .seconds(1))
    #expect(policy.admit("other", at: Self.now) == nil)
    for _ in 0..<100 { #expect(policy.admit("a", at: Self.now) == .account(until: after(.seconds(1)))) }
    for second in 1...45 { #expect(policy.admit("a", at: after(.seconds(second))) == nil) }
  }

  @Test("a hundred thousand customers within a minute cost bounded memory, and are all served")
  mutating func manyCustomers() {
    policy = SendPolicy(messagesPerSecond: 1_000_000, lostWait: .seconds(1))
    for customer in 0..<100_000 {
      #expect(policy.admit("\(customer)", at: after(.microseconds(600 * customer))) == nil)
    }
    #expect(policy.admit("0", at: after(.seconds(60))) == nil)
  }

  // MARK: Pauses

  @Test("a throttled account pauses 1, 2, 4 seconds and so on up to a quarter of an hour")
  mutating func throttlePauses() {
    var time = Self.now
    for pause: Int64 in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
      let outcome = outcome(.accountThrottled, at: time)
      #expect(wait(outcome, since: time) == .seconds(pause) && counts(outcome) == false)
      #expect(policy.admit("a", at: time) == .account(until: time.advanced(by: .seconds(pause))))
      time = time.advanced(by: .seconds(pause))
      #expect(policy.admit("a", at: time) == nil)
    }
  }

  @Test("a refused account begins with a minute, and a message is tried for as long as that takes")
  mutating func refusalPauses() {
    var time = Self.now
    for pause: Int64 in [60, 120, 240, 480, 900] {
      let outcome = outcome(.accountRefused, attempts: 1000, at: time)
      #expect(wait(outcome, since: time) == .seconds(pause) && counts(outcome) == false)
      time = time.advanced(by: .seconds(pause))
    }
  }

  @Test("all that fail side by side make one pause, not one each")
  mutating func parallelFailures() {
    for request in 0..<32 {
      let outcome = outcome(.accountThrottled, at: after(.milliseconds(10 * request)))
      #expect(wait(outcome) == .seconds(1) && counts(outcome) == false)
    }
    #expect(policy.pausedUntil == after(.seconds(1)))
    let next = after(.seconds(1))
    #expect(wait(outcome(.accountThrottled, at: next), since: next) == .seconds(2))
  }

  @Test("a success after a pause ends it all; one of a request from before does not")
  mutating func success() {
    _ = outcome(.accountThrottled)
    policy.succeeded(at: after(.milliseconds(500)))
    #expect(policy.admit("a", at: after(.milliseconds(500))) == .account(until: after(.seconds(1))))
    policy.succeeded(at: after(.seconds(1)))
    #expect(policy.pausedUntil == nil)
    #expect(wait(outcome(.accountThrottled, at: after(.seconds(2))), since: after(.seconds(2))) == .seconds(1))
  }

  @Test("a pause that a clock set before it was put back does not last")
  mutating func backwards() {
    let future = after(.seconds(90_000))
    _ = outcome(.accountRefused, at: future)
    #expect(policy.admit("a", at: Self.now) == nil)
    #expect(policy.admit("a", at: future) == .account(until: future.advanced(by: .seconds(60))))
  }

  @Test("jitter makes a pause longer by up to a quarter, and a retry shorter by as much")
  mutating func jitter() {
    #expect(wait(outcome(.transient, attempts: 2, jitter: 1)) == .seconds(3))
    #expect(wait(outcome(.accountThrottled, jitter: 1)) == .milliseconds(1250))
  }

  // MARK: One message

  @Test("a throttled customer is tried again after 4ⁿ seconds")
  mutating func customerThrottled() {
    for (attempts, seconds) in [(0, 1), (1, 4), (2, 16), (3, 64), (4, 256), (5, 1024), (6, 4096), (7, 4096)] {
      let outcome = outcome(.customerThrottled, attempts: attempts)
      #expect(wait(outcome) == .seconds(seconds) && counts(outcome) == true)
    }
    #expect(policy.admit("a", at: Self.now) == nil)
  }

  @Test("a transient failure is tried five times in all, further apart each time")
  mutating func transient() {
    for (attempts, seconds) in [(0, 1), (1, 2), (2, 4), (3, 8)] {
      let outcome = outcome(.transient, attempts: attempts)
      #expect(wait(outcome) == .seconds(seconds) && counts(outcome) == true)
    }
    #expect(outcome(.transient, attempts: 4) == .failed(code: 7, reason: "no (7)"))
    #expect(policy.admit("a", at: Self.now) == nil)
  }

  @Test("a message that is not wanted now is tried again the next day")
  mutating func notNow() {
    #expect(wait(outcome(.notNow(forGood: false))) == .seconds(86_400))
    #expect(outcome(.notNow(forGood: false), attempts: 4) == .failed(code: 7, reason: "no (7)"))
  }

  @Test("one whose fate is unknown is looked at again later")
  mutating func lost() {
    #expect(outcome(.lost) == .uncertain(until: after(.seconds(120))))
  }

  @Test("outside the window a message is held")
  mutating func windowClosed() {
    #expect(outcome(.windowClosed) == .held(reason: "no (7)"))
  }

  @Test(
    "what will never go is given up at once",
    arguments: [ChatError.Kind.notNow(forGood: true), .undeliverable, .rejected])
  mutating func hopeless(kind: ChatError.Kind) {
    #expect(outcome(kind, content: .voiceNote(transcript: "hello")) == .failed(code: 7, reason: "no (7)"))
    #expect(policy.admit("a", at: Self.now) == nil)
  }

  @Test(
    "a voice note that is not taken is sent as text, anything else is given up",
    arguments: [ChatError.Kind.mediaRefused, .notFound, .tooLarge])
  mutating func voiceNoteAsText(kind: ChatError.Kind) {
    let expected = SendOutcome.replaced(
      payload: OutgoingContent.text("hello").payload, kind: "text", reason: "no (7)")
    #expect(outcome(kind, content: .voiceNote(transcript: "hello")) == expected)
    let failed = SendOutcome.failed(code: 7, reason: "no (7)")
    #expect(outcome(kind, content: .voiceNote(transcript: "")) == failed)
    #expect(outcome(kind) == failed)
  }

  @Test("absurd counts and times do not trap", arguments: [Int64.min, 0, .max])
  mutating func extremes(milliseconds: Int64) {
    let time = Timestamp(milliseconds: milliseconds)
    policy = SendPolicy(messagesPerSecond: .min, lostWait: .seconds(Int64.max))
    let kinds: [ChatError.Kind] = [
      .accountRefused, .accountThrottled, .customerThrottled, .transient, .lost, .notNow(forGood: false),
    ]
    for kind in kinds {
      for attempts in [Int.min, -1, 0, .max] { _ = outcome(kind, attempts: attempts, at: time, jitter: 1) }
    }
    _ = policy.admit("a", at: time)
    _ = policy.admit("a", at: Timestamp(milliseconds: .max))
    policy.succeeded(at: time)
    policy = SendPolicy(messagesPerSecond: .max, lostWait: .zero)
    #expect(policy.admit("a", at: time) == nil)
  }
}
