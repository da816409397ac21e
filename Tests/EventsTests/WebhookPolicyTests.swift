import Store
import Testing

@testable import Events

@Suite("When webhooks are sent again")
struct WebhookPolicyTests {
  private static let start = Timestamp(milliseconds: 1_795_000_000_000)

  @Test("a delivery is tried ten times over a little more than three days, and then given up", arguments: [0.0, 1.0])
  func schedule(jitter: Double) {
    var policy = WebhookPolicy()
    var now = Self.start
    var pauses: [Duration] = []
    var attempts = 0
    while true {
      attempts += 1
      let outcome = policy.outcome(
        of: .answered(status: 500, retryAfter: nil), attempts: attempts, at: now, jitter: jitter)
      guard case .retry(let next, _, _) = outcome else {
        #expect(outcome == .dead(status: 500, error: "status 500"))
        break
      }
      pauses.append(now.duration(to: next))
      now = next
      #expect(policy.maySend(at: now) || policy.restsUntil.map { now.duration(to: $0) <= .seconds(60) } ?? false)
    }
    #expect(attempts == 10)
    #expect(pauses.count == WebhookPolicy.pauses.count)
    for (pause, expected) in zip(pauses, WebhookPolicy.pauses) {
      let difference = pause - expected * (1 + 0.1 * jitter)
      #expect(difference > .milliseconds(-1) && difference < .milliseconds(1))
    }
    let total = Self.start.duration(to: now)
    #expect(total >= .seconds(75 * 3600) && total <= .seconds(84 * 3600))
  }

  @Test("only 2xx is success", arguments: [200, 204, 299])
  func success(status: Int) {
    var policy = WebhookPolicy()
    #expect(
      policy.outcome(of: .answered(status: status, retryAfter: nil), attempts: 3, at: Self.start, jitter: 0)
        == .delivered(status: status))
    #expect(policy.maySend(at: Self.start))
  }

  @Test("all else is failure, redirects too", arguments: [301, 308, 400, 401, 404, 500, 503])
  func failure(status: Int) {
    var policy = WebhookPolicy()
    let outcome = policy.outcome(
      of: .answered(status: status, retryAfter: nil), attempts: 1, at: Self.start, jitter: 0)
    guard case .retry(let time, _, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(Self.start.duration(to: time) == .seconds(5))
  }

  @Test("410 ends it for good")
  func gone() {
    var policy = WebhookPolicy()
    let outcome = policy.outcome(of: .answered(status: 410, retryAfter: nil), attempts: 1, at: Self.start, jitter: 0)
    #expect(outcome == .dead(status: 410, error: "the endpoint is gone"))
    #expect(policy.isDisabled)
    #expect(!policy.maySend(at: Self.start.advanced(by: .seconds(400 * 86_400))))
  }

  @Test("an endpoint that fails is left alone for 5, 10, … at most 60 seconds, until something is taken")
  func rest() {
    var policy = WebhookPolicy()
    var rests: [Duration] = []
    for _ in 0..<6 {
      _ = policy.outcome(of: .failed("no answer"), attempts: 1, at: Self.start, jitter: 0)
      rests.append(Self.start.duration(to: policy.restsUntil ?? Self.start))
      #expect(!policy.maySend(at: Self.start))
    }
    #expect(rests == [5, 10, 20, 40, 60, 60].map { .seconds($0) })
    _ = policy.outcome(of: .answered(status: 200, retryAfter: nil), attempts: 1, at: Self.start, jitter: 0)
    #expect(policy.maySend(at: Self.start))
  }

  @Test("a pause that the endpoint asks for is kept, within a day")
  func asked() {
    var policy = WebhookPolicy()
    let outcome = policy.outcome(
      of: .answered(status: 429, retryAfter: .seconds(90)), attempts: 1, at: Self.start, jitter: 0)
    #expect(outcome == .retry(at: Self.start.advanced(by: .seconds(90)), status: 429, error: "status 429"))
    #expect(!policy.maySend(at: Self.start.advanced(by: .seconds(89))))
    _ = policy.outcome(
      of: .answered(status: 503, retryAfter: .seconds(1_000_000)), attempts: 1, at: Self.start, jitter: 0)
    #expect(policy.maySend(at: Self.start.advanced(by: .seconds(86_400))))
  }

  @Test("a number of attempts that can't be is given up, not trapped on", arguments: [-1, 0, 11, Int.max])
  func absurd(attempts: Int) {
    var policy = WebhookPolicy()
    let outcome = policy.outcome(of: .failed("x"), attempts: attempts, at: Self.start, jitter: .nan)
    #expect(outcome == .dead(status: nil, error: "x"))
  }
}
