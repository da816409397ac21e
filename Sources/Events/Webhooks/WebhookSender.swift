import Coordination
import JSON
package import Logging
package import NetClient
package import Settings
package import Store

/// Delivers events to one endpoint, one after the other, until each has been taken or is given up.
///
/// A delivery that fails is made again later; those behind it go on meanwhile. A process that ends between a request and
/// the note of its outcome makes it again at the next start under the same `webhook-id`.
package final class WebhookSender: Sendable {
  /// Sums since the start.
  package struct Figures: Sendable, Equatable {
    package var delivered = 0
    package var failedAttempts = 0
    package var dead = 0
    package var isDisabled = false
  }

  package let endpoint: WebhookEndpoint
  private let book: any WebhookBook
  private let http: HTTPClient
  private let clock: any TimestampClock
  private let logger: Logger
  private let signature: WebhookSignature
  private let figuresSoFar = Locked(Figures())
  private let rounds: Rounds<Timestamp>

  package init(
    _ endpoint: WebhookEndpoint, book: any WebhookBook, http: HTTPClient, clock: any TimestampClock, logger: Logger
  ) {
    self.endpoint = endpoint
    self.book = book
    self.http = http
    self.clock = clock
    var logger = logger
    logger[metadataKey: "webhook"] = "\(endpoint.name)"
    self.logger = logger
    signature = WebhookSignature(endpoint.secrets)
    rounds = Rounds { try await clock.sleep(until: $0) }
  }

  package var figures: Figures { figuresSoFar.withLock { $0 } }

  /// There may be something to send.
  package func wake() { rounds.wake() }

  /// Makes no new request; `run` returns when the one under way has ended.
  package func stop() { rounds.stop() }

  /// Sends until `stop`, or until the endpoint says that it is gone.
  package func run() async {
    var policy = WebhookPolicy()
    await rounds.run {
      let next = await sendDue(&policy)
      if policy.isDisabled { stop() }
      return next
    }
  }

  /// Sends what is due; when to look again, if there is anything to wait for.
  private func sendDue(_ policy: inout WebhookPolicy) async -> Timestamp? {
    do {
      while policy.maySend(at: clock.now), !rounds.isStopped {
        guard let delivery = try await book.dueWebhooks(endpoint: endpoint.name, at: clock.now, limit: 1).first else {
          break
        }
        await send(delivery, &policy)
      }
      guard let next = try await book.nextWebhookDue(endpoint: endpoint.name) else { return nil }
      return policy.restsUntil.map { max($0, next) } ?? next
    } catch {
      logger.error("webhooks can't be read; it is tried again", metadata: ["reason": "\(error)"])
      return clock.now.advanced(by: .seconds(5))
    }
  }

  private func send(_ delivery: WebhookDelivery, _ policy: inout WebhookPolicy) async {
    let result = await request(delivery)
    let outcome = policy.outcome(
      of: result, attempts: delivery.attempts + 1, at: clock.now, jitter: .random(in: 0...1))
    figuresSoFar.withLock { figures in
      switch outcome {
      case .delivered: figures.delivered += 1
      case .retry: figures.failedAttempts += 1
      case .dead:
        figures.failedAttempts += 1
        figures.dead += 1
      }
      figures.isDisabled = policy.isDisabled
    }
    switch outcome {
    case .delivered: break
    case .retry(let time, _, let reason):
      logger.warning(
        "a webhook was not taken",
        metadata: ["event": "\(delivery.event)", "reason": "\(reason ?? "")", "again_at": "\(time.text)"])
    case .dead(_, let reason):
      logger.error(
        "a webhook is given up; GET /v1/webhooks/dead has it",
        metadata: ["event": "\(delivery.event)", "reason": "\(reason ?? "")"])
    }
    if policy.isDisabled {
      logger.critical("the endpoint says that it is gone (410); nothing is sent to it until the next start")
    }
    await note(delivery, outcome)
  }

  /// Notes an outcome, again and again if the store fails: what was taken shall not be sent anew without need.
  private func note(_ delivery: WebhookDelivery, _ outcome: WebhookOutcome) async {
    await rounds.insist {
      do {
        try await book.finish(webhook: delivery.id, outcome, at: clock.now)
        return true
      } catch {
        logger.error("the outcome of a webhook can't be stored", metadata: ["reason": "\(error)"])
        return false
      }
    }
  }

  private func request(_ delivery: WebhookDelivery) async -> WebhookPolicy.Result {
    let body = Array(delivery.body.utf8)
    let seconds = clock.now.milliseconds / 1000
    // A repetition on a new connection does no harm: receivers tell it by its id.
    let request = HTTPRequest(
      .post, endpoint.url,
      headers: [
        HTTPHeader("content-type", "application/json"), HTTPHeader("user-agent", "assist-webhooks/1"),
        HTTPHeader("webhook-id", delivery.event), HTTPHeader("webhook-timestamp", "\(seconds)"),
        HTTPHeader("webhook-signature", signature.header(id: delivery.event, seconds: seconds, body: body)),
      ], body: .bytes(body),
      timeouts: HTTPTimeouts(
        connect: min(.seconds(5), endpoint.timeout), firstByte: endpoint.timeout, idle: endpoint.timeout,
        total: endpoint.timeout),
      maximumBodyBytes: 1 << 20)
    do throws(HTTPError) {
      let response = try await http.send(request)
      // Read so that the connection can be used again; what it says does not matter.
      _ = try? await response.collect(upTo: 64 << 10)
      return .answered(status: response.status, retryAfter: RetryPolicy.serverPause { response.header($0) })
    } catch {
      return .failed(error.message)
    }
  }
}
