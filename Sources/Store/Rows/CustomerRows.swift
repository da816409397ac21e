/// Customers and their names.
package protocol CustomerRows {
  /// Who has or had one of `names`, with all names that these customers have and had.
  func identities(of names: [CustomerIdentity]) throws -> (identities: [Identity], customers: [CustomerState])
  /// Customers by their names in the store.
  func customers(_ ids: [String]) throws -> [String: CustomerState]
  /// The names that customers have, by since when and kind.
  func currentNames(of customers: [String]) throws -> [String: [CustomerIdentity]]
}

/// Customers that can be changed.
package protocol WritableCustomerRows: CustomerRows {
  /// Stores a customer.
  func insert(_ customer: CustomerState) throws
  /// Stores what changed of a customer.
  func update(_ before: CustomerState, to after: CustomerState) throws
  /// Stores that a customer has a name. That two have one at a time is refused.
  func insert(_ identity: Identity) throws
  /// Stores what changed of whose a name is. Several are changed from the first to the last.
  func update(_ before: Identity, to after: Identity) throws
}
