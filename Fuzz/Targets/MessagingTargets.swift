import ChatBridge
import JSON
import Store

extension FuzzTarget {
  /// JSON is the same when it is written and read again.
  static let json = FuzzTarget("json") { bytes throws(Finding) in
    guard let value = JSONValue(bytes) else { return }
    let text = value.text
    try expect(JSONValue(Array(text.utf8)) == value, "another value: \(text)")
  }

  /// A delivery of WhatsApp says what it says within bounds, and of nobody else's number.
  static let whatsApp = FuzzTarget("whatsapp") { bytes throws(Finding) in
    let delivery = CloudDelivery(bytes, numbers: ["106"], at: Timestamp(seconds: 1_790_000_000))
    try check(delivery.updates, delivery.problem, account: "106")
  }

  /// A delivery of Twilio likewise.
  static let twilio = FuzzTarget("twilio") { bytes throws(Finding) in
    let delivery = TwilioDelivery(bytes, numbers: ["106"], at: Timestamp(seconds: 1_790_000_000))
    try check(delivery.updates, delivery.problem, account: "106")
    // A body is signed before it is read.
    _ = TwilioWebhook([]).source(of: bytes, pathAndQuery: "/", signature: "x")
  }

  private static func check(
    _ updates: [ChannelUpdate], _ problem: String?, account: String
  ) throws(Finding) {
    try expect((problem ?? "").utf8.count < 2000, "a long problem: \(problem ?? "")")
    for case .message(let message) in updates {
      try expect(message.account == account, "of another number: \(message)")
      try expect(!message.identities.isEmpty && !message.channelID.isEmpty, "of nobody: \(message)")
      try expect(message.kind.count <= 64 && (message.name?.count ?? 0) <= 200, "without bounds: \(message)")
      if let detail = message.detail {
        try expect(JSONValue(Array(detail.utf8)) != nil, "a detail that is not JSON: \(detail)")
      }
    }
  }
}
