// What each method does is written at the protocol.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

extension RowStore {
  public func keep(
    channel: String, source: String, body: [UInt8], at now: Timestamp
  ) async throws(StoreError) -> Int64 {
    try await write { step in try step.rows.keep(channel: channel, source: source, body: body, at: now) }
  }

  public func openDeliveries(limit: Int) async throws(StoreError) -> [Delivery] {
    try await read { rows in try rows.openDeliveries(limit: limit) }
  }

  public func apply(
    _ contents: [DeliveryContent], at now: Timestamp
  ) async throws(StoreError) -> [UpdateOutcome] {
    try await write { step in
      var outcomes: [UpdateOutcome] = []
      for content in contents {
        // A delivery is applied once, whoever reads it a second time after a fault.
        guard try step.rows.isOpen(delivery: content.delivery) else { continue }
        for update in content.updates { outcomes += try step.apply(update, at: now) }
        try step.rows.close(delivery: content.delivery, problem: content.problem, at: now)
      }
      return outcomes
    }
  }
}
