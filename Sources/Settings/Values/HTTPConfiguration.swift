package import Net

/// `http`: the API, the console, health and metrics.
package struct HTTPConfiguration: Sendable, Equatable {
  /// Default `127.0.0.1:8080`.
  package var listen = SocketEndpoint(.loopback, port: 8080)
  /// Keys for `/v1`; without any it is closed.
  package var apiKeys: [APIKeyConfiguration] = []
  /// Web origins that may use it from a browser.
  package var origins: [String] = []
  /// How browsers reach the console, where that is not `listen`: behind a proxy, which also serves TLS.
  package var publicURL: String?
  /// Where events are posted.
  package var webhooks: [WebhookEndpoint] = []
}
