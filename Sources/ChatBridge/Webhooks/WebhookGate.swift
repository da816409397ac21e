import Store

/// Who may deliver messages, and what is read from them.
package struct WebhookGate: Sendable {
  package let cloud: CloudWebhook
  package let twilio: TwilioWebhook

  /// The gate of numbers at Meta and at Twilio.
  package init(_ clouds: [CloudConfiguration], _ twilios: [TwilioConfiguration]) {
    cloud = CloudWebhook(clouds)
    twilio = TwilioWebhook(twilios)
  }

  /// By the channel under which deliveries are kept.
  package var readers: [String: DeliveryReader] {
    [
      "whatsapp": { [cloud] delivery in
        let read = CloudDelivery(
          delivery.body, numbers: cloud.numbers(of: delivery.source), at: delivery.receivedAt)
        return (read.updates, read.problem)
      },
      "twilio": { [twilio] delivery in
        let read = TwilioDelivery(
          delivery.body, numbers: twilio.numbers(of: delivery.source), at: delivery.receivedAt)
        return (read.updates, read.problem)
      },
    ]
  }
}
