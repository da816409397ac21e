import FoundationEssentials
import Net
import Settings

/// What proves a webhook to be ours, as Standard Webhooks 1.0.0 has it: an HMAC-SHA256 of `id.timestamp.body` for each
/// secret, so that a secret can be replaced while both are known.
struct WebhookSignature: Sendable {
  private let keys: [[UInt8]]

  /// Signatures with each of `keys`.
  init(_ keys: [SigningKey]) { self.keys = keys.map(\.bytes) }

  /// The value of `webhook-signature`; `seconds` is the time of the attempt since 1970.
  func header(id: String, seconds: Int64, body: [UInt8]) -> String {
    let signed = Array("\(id).\(seconds).".utf8) + body
    return keys.map { "v1," + Data(HMAC.sha256(key: $0, signed)).base64EncodedString() }.joined(separator: " ")
  }
}
