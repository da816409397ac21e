/// What channels delivered, as it came.
package protocol DeliveryRows {
  /// The oldest deliveries that have not been applied.
  func openDeliveries(limit: Int) throws -> [Delivery]
  /// Whether a delivery is there and has not been applied.
  func isOpen(delivery id: Int64) throws -> Bool
}

/// Deliveries that can be changed.
package protocol WritableDeliveryRows: DeliveryRows {
  /// Keeps a delivery. Returns its place among all, which grows and is never given twice.
  func keep(channel: String, source: String, body: [UInt8], at now: Timestamp) throws -> Int64
  /// Notes that a delivery was applied, and what was wrong with it.
  func close(delivery id: Int64, problem: String?, at now: Timestamp) throws
}
