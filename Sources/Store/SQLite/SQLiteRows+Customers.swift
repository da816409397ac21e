import GRDB

extension Identity {
  var columns: Columns {
    [
      ("kind", name.kind.rawValue), ("value", name.value), ("customer", customer), ("since", since.milliseconds),
      ("until", until?.milliseconds),
    ]
  }

  /// Nil for a name of a kind that this version does not know.
  init?(_ row: Row) {
    guard let name = CustomerIdentity(row) else { return nil }
    self.init(
      row: row["rowid"], name: name, customer: row["customer"], since: row.time("since"), until: row.timeIfAny("until"))
  }
}

extension CustomerIdentity {
  fileprivate init?(_ row: Row) {
    guard let kind = Kind(rawValue: row["kind"]) else { return nil }
    self.init(kind, row["value"])
  }
}

extension CustomerState {
  var columns: Columns { [("id", id), ("name", name), ("created_at", createdAt.milliseconds)] }

  init(_ row: Row) { self.init(id: row["id"], name: row["name"], createdAt: row.time("created_at")) }
}

extension SQLiteRows {
  func identities(of names: [CustomerIdentity]) throws -> (identities: [Identity], customers: [CustomerState]) {
    var identities: [Identity] = []
    var customers: [CustomerState] = []
    for name in names {
      let found = try rows(
        """
        SELECT i.rowid, i.*, c.id, c.name, c.created_at FROM identity i JOIN customer c ON c.id = i.customer
        WHERE i.customer IN (SELECT customer FROM identity WHERE kind = ? AND value = ?) ORDER BY i.rowid
        """, [name.kind.rawValue, name.value])
      // Another of the names may have led to the same customer.
      let known = Set(customers.map(\.id))
      for row in found where !known.contains(row["id"]) {
        if let identity = Identity(row) { identities.append(identity) }
        if customers.last?.id != row["id"], !customers.contains(where: { $0.id == row["id"] }) {
          customers.append(CustomerState(row))
        }
      }
    }
    return (identities, customers)
  }

  func customers(_ ids: [String]) throws -> [String: CustomerState] {
    let found = try rows(
      "SELECT * FROM customer WHERE id IN (SELECT value FROM json_each(?))", [Words.write(ids)]
    ).map { CustomerState($0) }
    return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
  }

  func currentNames(of customers: [String]) throws -> [String: [CustomerIdentity]] {
    let found = try rows(
      """
      SELECT customer, kind, value FROM identity
      WHERE customer IN (SELECT value FROM json_each(?)) AND until IS NULL ORDER BY since, kind
      """, [Words.write(customers)])
    return Dictionary(grouping: found) { $0["customer"] as String }
      .mapValues { $0.compactMap { CustomerIdentity($0) } }
  }

  func insert(_ customer: CustomerState) throws { try insert(into: "customer", customer.columns) }

  func update(_ before: CustomerState, to after: CustomerState) throws {
    try update("customer", before.columns, to: after.columns, where: "id = ?", [before.id])
  }

  func insert(_ identity: Identity) throws { try insert(into: "identity", identity.columns) }

  func update(_ before: Identity, to after: Identity) throws {
    guard let row = before.row else { return }
    try update("identity", before.columns, to: after.columns, where: "rowid = ?", [row])
  }
}
