extension Server {
  /// All that is served over HTTP beside health and metrics.
  nonisolated func routes(_ configuration: Configuration) -> [any HTTPRoutes] {
    let usesTwilio = configuration.whatsapp.contains { if case .twilio = $0.route { true } else { false } }
    return [
      WebhookRoutes(
        gate: WebhookGate(configuration), chat: chat, store: store, servesMedia: usesTwilio, logger: logger),
      ControlRoutes(server: self, keys: configuration.http.apiKeys),
    ]
  }
}
