package import Logging

/// The store over the rows of some database: it reads what a rule of `Rules/` needs, and writes what the rule makes of it,
/// each time in one step. It knows no SQL; a `RowLayer` knows nothing else.
///
/// A value, of which copies share one database: `announcing` gives one that tells of its steps.
public struct RowStore: Storage {
  /// Rows that one step looks at, or throws away, where there may be many: no webhook waits long for it.
  static let portion = 500

  let layer: any RowLayer
  let log: Logger
  private let observe: EventObserver
  private var announce: Announcer?

  /// A store over the rows of `layer`.
  ///
  /// - Parameter observe: hears of all events that become durable.
  package init(
    _ layer: any RowLayer, log: Logger = Logger(label: "assist.store"), observe: @escaping EventObserver = { _ in }
  ) {
    self.layer = layer
    self.log = log
    self.observe = observe
  }

  /// The same store, of which each step tells what `announce` makes of it, in place of what it told before.
  public func announcing(_ announce: @escaping Announcer) -> RowStore {
    var store = self
    store.announce = announce
    return store
  }

  /// Does what was asked for before, then closes the database.
  public func close() async {
    do throws(StoreError) {
      try await layer.close()
    } catch {
      log.error("the store did not close in good order", metadata: ["reason": "\(error)"])
    }
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any Rows) throws -> Value) async throws(StoreError) -> Value {
    try await layer.read(body)
  }

  /// One step. What it changed is announced in it.
  func write<Value: Sendable>(_ body: @escaping @Sendable (inout Step) throws -> Value) async throws(StoreError)
    -> Value
  {
    let (announce, observe) = (announce, observe)
    return try await layer.transaction(
      { rows in
        var step = Step(rows)
        let value = try body(&step)
        if let announce, !step.transition.isEmpty { try step.tell(announce(step.transition)) }
        return (value, step.told)
      }, whenDurable: { _, told in if !told.isEmpty { observe(told) } }
    ).0
  }
}
