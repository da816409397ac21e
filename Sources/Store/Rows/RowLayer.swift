/// A database as `RowStore` uses it: rows that are read and written, and steps that happen wholly or not at all. It decides
/// nothing: what is to be written is worked out by `Rules/` from what was read. Another database joins by another row layer
/// and nothing else.
///
/// The bodies are synchronous, since a database works off the pool of the language: on its own queue or thread. They have
/// no effect outside of the rows, so that a layer may run one again from its beginning where its transaction has to be.
package protocol RowLayer: Sendable {
  /// Runs `body` over rows as they were at one moment, with all that is durable and nothing that is not.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any Rows) throws -> Value
  ) async throws(StoreError) -> Value

  /// Runs `body` in a step of its own, and returns once what it wrote is durable; if it throws nothing of it is kept.
  ///
  /// Steps are as if one came after the other: what a body has read does not change under it. `whenDurable` gets what the
  /// body returned, in the order in which the steps are durable, one at a time, and before this returns. A step that fails
  /// takes no other with it.
  func transaction<Value: Sendable>(
    _ body: @escaping @Sendable (any WritableRows) throws -> Value, whenDurable: @escaping @Sendable (Value) -> Void
  ) async throws(StoreError) -> Value

  /// Does what was asked for before, then closes. To be called once; nothing can be asked for after.
  func close() async throws(StoreError)
}

/// All rows, to be read.
package protocol Rows: ConversationRows, CustomerRows, MessageRows, OutboxRows, EscalationRows, DeliveryRows, CallRows,
  EventRows, SessionRows, MediaRows, RequestRows, StatisticsRows
{
}

/// All rows, to be read and written. What was written in a step is read in it.
package protocol WritableRows: Rows, WritableConversationRows, WritableCustomerRows, WritableMessageRows,
  WritableOutboxRows, WritableEscalationRows, WritableDeliveryRows, WritableCallRows, WritableEventRows,
  WritableSessionRows, WritableMediaRows, WritableRequestRows, ForgettableRows
{
}
