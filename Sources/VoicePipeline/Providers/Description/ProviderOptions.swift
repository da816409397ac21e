/// What the configuration says of one provider, each value in its form, and where mistakes are told. Lives only while the
/// configuration is loaded.
package struct ProviderOptions {
  /// Where a mistake is.
  package enum Place: Sendable, Equatable {
    /// The value of a key.
    case value(of: String)
    /// A key that is not there.
    case missing(String)
    /// The provider as a whole.
    case provider
  }

  /// The language of the assistant, BCP 47.
  package let language: String
  private let values: [String: Any]
  private let given: Set<String>
  private let report: (Place, String) -> Void

  /// What was said: `given` are all keys that are there, `values` those whose value is of the right form.
  package init(
    language: String, given: Set<String> = [], values: [String: Any] = [:],
    report: @escaping (Place, String) -> Void = { _, _ in }
  ) {
    self.language = language
    self.given = given
    self.values = values
    self.report = report
  }

  /// The value of `key`; nil if nothing usable was said.
  package subscript<Value>(key: ProviderKey<Value>) -> Value? { values[key.option.name] as? Value }

  /// Whether anything was said of `key`, be it wrong.
  package func isGiven<Value>(_ key: ProviderKey<Value>) -> Bool { given.contains(key.option.name) }

  /// The value of `key` is of no use.
  package func mistake<Value>(in key: ProviderKey<Value>, _ message: String) {
    report(.value(of: key.option.name), message)
  }

  /// Something should be said of `key`.
  package func missing<Value>(_ key: ProviderKey<Value>, _ message: String) {
    report(.missing(key.option.name), message)
  }

  /// The provider can't be used as it is described.
  package func mistake(_ message: String) { report(.provider, message) }
}
