import NetClient
import Testing

@Suite("The retry policy")
struct RetryPolicyTests {
  private let policy = RetryPolicy()

  private func pause(_ status: Int, attempt: Int = 0, jitter: Double = 0, _ headers: [String: String] = [:])
    -> Duration?
  {
    policy.pause(afterAttempt: attempt, status: status, header: { headers[$0] }, jitter: jitter)
  }

  @Test("408, 409, 429 and server errors are tried again, others not")
  func statuses() {
    for status in [408, 409, 429, 500, 503, 529] { #expect(pause(status) != nil, "\(status)") }
    for status in [400, 401, 403, 404, 422] { #expect(pause(status) == nil, "\(status)") }
  }

  @Test("two retries and no more")
  func count() {
    #expect(pause(500, attempt: 1) != nil)
    #expect(pause(500, attempt: 2) == nil)
  }

  @Test("the server's word on whether to retry wins over the status")
  func shouldRetry() {
    #expect(pause(500, ["x-should-retry": "false"]) == nil)
    #expect(pause(400, ["x-should-retry": "true"]) != nil)
  }

  @Test("the server's pause is obeyed up to two minutes")
  func serverPause() {
    #expect(pause(429, ["retry-after-ms": "250"]) == .milliseconds(250))
    #expect(pause(429, ["retry-after": "2"]) == .seconds(2))
    #expect(pause(429, ["retry-after": "500"]) == .milliseconds(500))
    #expect(pause(429, ["retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"]) == .milliseconds(500))
    #expect(pause(429, ["retry-after-ms": "nan"]) == .milliseconds(500))
  }

  @Test("our own pause doubles up to 8 s, less up to a quarter")
  func ownPause() {
    let patient = RetryPolicy(maximumRetries: 100)
    func own(_ attempt: Int, _ jitter: Double) -> Duration? {
      patient.pause(afterAttempt: attempt, status: 500, header: { _ in nil }, jitter: jitter)
    }
    #expect(own(0, 0) == .milliseconds(500))
    #expect(own(1, 0) == .seconds(1))
    #expect(own(0, 1) == .milliseconds(375))
    #expect(own(90, 0) == .seconds(8))
  }

  @Test("what never reached the server is tried again, what can't get better is not")
  func errors() {
    func own(_ kind: HTTPError.Kind) -> Duration? {
      policy.pause(afterAttempt: 0, error: HTTPError(kind, host: "h", message: ""), jitter: 0)
    }
    #expect(own(.cannotConnect) != nil)
    #expect(own(.timedOut(.connect)) != nil)
    #expect(own(.tls) == nil)
    #expect(own(.cancelled) == nil)
  }
}
