/// What a webhook answered to the request that verifies it.
public struct CloudVerification: Sendable, Equatable {
  /// The HTTP status.
  public var status: Int
  /// The body.
  public var body: String
  /// Whether Meta would take it: status 200, and the body is the challenge and nothing else.
  public var isVerified: Bool
}

extension StandInCloudAPI {
  /// Asks the webhook to prove itself, as Meta does when it is entered in the console.
  /// - Parameter token: instead of the right one.
  public func verifyWebhook(token: String? = nil) async throws -> CloudVerification {
    let challenge = String(UInt32.random(in: 100_000_000...999_999_999))
    let answer = try await sender.verify(challenge: challenge, token: token ?? settings.verifyToken)
    let body = String(decoding: answer.body, as: UTF8.self)
    return CloudVerification(
      status: answer.status, body: body, isVerified: answer.status == 200 && body == challenge)
  }

  /// Lets updates pile up until `releaseWebhooks()`. What failed before is still retried.
  public func holdWebhooks() {
    sender.hold()
  }

  /// Sends what has piled up.
  public func releaseWebhooks() {
    sender.release()
  }

  /// Delivers the last body that held this update once more, byte for byte.
  /// - Parameter update: a message's id; for a status the id, a slash and the status.
  /// - Returns: whether it is remembered.
  @discardableResult
  public func redeliver(_ update: String) -> Bool {
    sender.redeliver { $0.updates.contains(update) }
  }

  /// The updates whose bodies were answered with 200, in the order of the answers; twice where delivered twice.
  public var acknowledged: [String] { sender.acknowledged }

  /// The bodies that were delivered or tried, if they are remembered.
  public var deliveries: [CloudDelivery] { sender.deliveries }

  /// Counts and times of the webhooks so far.
  public var figures: CloudFigures { sender.figures }

  /// How many updates and bodies are still to be answered with 200.
  public var unacknowledgedCount: Int { sender.unacknowledgedCount }

  /// How many connections to the webhook are open.
  public var webhookConnectionCount: Int { sender.connectionCount }
}
