public import Logging

extension RowStore {
  /// A store in the SQLite file at `path`, which is made if it is missing, for this process alone.
  ///
  /// - Parameter observe: hears of all events that become durable.
  public init(
    sqlite path: String, log: Logger = Logger(label: "assist.store"), observe: @escaping EventObserver = { _ in }
  ) throws(StoreError) {
    self.init(try SQLiteLayer(path: path), log: log, observe: observe)
  }
}
