import Net
import ChatBridge
import FoundationEssentials

/// What proves a webhook to be ours, as Standard Webhooks 1.0.0 has it: an HMAC-SHA256 of `id.timestamp.body` for each
/// secret, so that a secret can be replaced while both are known.
struct WebhookSignature: Sendable {
  /// The key of a secret like `whsec_…`, the rest of which is base64 of 24 to 64 bytes; nil if it is not one.
  static func key(_ secret: Secret) -> [UInt8]? {
    guard secret.value.hasPrefix("whsec_"), let key = Data(base64Encoded: String(secret.value.dropFirst(6))),
      (24...64).contains(key.count)
    else { return nil }
    return Array(key)
  }

  private let keys: [[UInt8]]

  /// Signatures with `secrets`, each of which must be one.
  init(_ secrets: [Secret]) { keys = secrets.compactMap { Self.key($0) } }

  /// The value of `webhook-signature`; `seconds` is the time of the attempt since 1970.
  func header(id: String, seconds: Int64, body: [UInt8]) -> String {
    let signed = Array("\(id).\(seconds).".utf8) + body
    return keys.map { "v1," + Data(HMAC.sha256(key: $0, signed)).base64EncodedString() }.joined(separator: " ")
  }
}
