import Events

extension ServerEvents {
  /// The figures of events and webhooks, for the metrics page.
  package var metrics: [MetricFamily] {
    let figures = hub.figures
    let webhooks = webhooks.figures
    return [
      MetricFamily("assist_events_total", "Events that were published.", .counter, Double(figures.published)),
      MetricFamily(
        "assist_events_lost_total", "Events that could not be stored and went out live alone.", .counter,
        Double(figures.lost)),
      MetricFamily(
        "assist_event_store_failures_total", "Attempts to store events that failed.", .counter,
        Double(figures.storeFailures)),
      MetricFamily("assist_event_subscribers", "Readers of live events.", .gauge, Double(figures.subscribers)),
      MetricFamily(
        "assist_event_laggards_total", "Readers that were cut off since they were too slow.", .counter,
        Double(figures.laggards)),
      MetricFamily(
        "assist_webhooks_delivered_total", "Events that an endpoint has taken.", .counter, by: "endpoint",
        webhooks.map { ($0.endpoint, Double($0.figures.delivered)) }),
      MetricFamily(
        "assist_webhook_failures_total", "Requests to an endpoint that failed.", .counter, by: "endpoint",
        webhooks.map { ($0.endpoint, Double($0.figures.failedAttempts)) }),
      MetricFamily(
        "assist_webhooks_dead_total", "Deliveries that were given up.", .counter, by: "endpoint",
        webhooks.map { ($0.endpoint, Double($0.figures.dead)) }),
    ]
  }
}
