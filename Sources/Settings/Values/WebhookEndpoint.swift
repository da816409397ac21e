import FoundationEssentials

/// Where events are delivered: one of `http.webhooks`.
package struct WebhookEndpoint: Sendable, Equatable {
  /// By which deliveries to it are known over restarts. Default its URL without a query.
  package var name: String
  package var url: String
  /// Each signs; the second one is for the time in which a secret is replaced.
  package var secrets: [SigningKey]
  /// Which events; nil for all that are stored.
  package var types: Set<AssistEventType>?
  /// How long a request may take. 15 s.
  package var timeout = Duration.seconds(15)

  package func wants(_ type: AssistEventType) -> Bool { type.isDurable && (types?.contains(type) ?? true) }
}

/// A key that events are signed with, as Standard Webhooks 1.0.0 writes it: `whsec_` and base64 of 24 to 64 bytes.
package struct SigningKey: Sendable, Equatable {
  /// The key itself, for the one place that signs.
  package let bytes: [UInt8]

  /// Nil if `secret` is no such key.
  package init?(_ secret: Secret) {
    guard secret.value.hasPrefix("whsec_"), let key = Data(base64Encoded: String(secret.value.dropFirst(6))),
      (24...64).contains(key.count)
    else { return nil }
    bytes = Array(key)
  }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  // Printed masked, so that no log and no error shows it.
  package var description: String { "***" }
  package var debugDescription: String { "***" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
