import GRDB

/// Who is who: finds the customer behind the names that a channel gives, and puts two together that turn out to be one.
///
/// Times are the channel's where it tells them, since what it delivers may be late; none counts that is yet to come.
struct Customers {
  let db: Database
  let now: Timestamp

  private struct Holder {
    var customer: String
    var since: Timestamp
    var isCurrent: Bool
    /// Whether the customer is known by a user id, too.
    var hasUserID: Bool
  }

  /// A customer who was found or made.
  struct Resolution {
    var customer: String
    /// The conversations that were merged because two customers turned out to be one.
    var merged: [(from: String, into: String)] = []
    /// Those of the names that are the customer's now: a late message may come under one that was given up since.
    var current: [CustomerIdentity] = []
  }

  /// The customer with one of `identities` as of `time`, made if nobody has any. All of the names are theirs from now on.
  func resolve(_ identities: [CustomerIdentity], name: String?, at time: Timestamp) throws -> Resolution {
    let time = min(time, now)
    let namesUser = identities.contains { $0.kind == .whatsappUser }
    var merged: [(from: String, into: String)] = []
    var found: String?
    var settled: Set<CustomerIdentity> = []
    for identity in identities {
      guard let holder = try holder(of: identity, at: time) else { continue }
      // A number that has no user id beside it was only seen without: it is the same person's. One that has another
      // than the one that came with it now was somebody else's and has passed on.
      if holder.customer == found {
        if holder.isCurrent, holder.since <= time { settled.insert(identity) }
      } else if identity.kind == .phone, namesUser, holder.hasUserID {
        if holder.since <= time { try end(identity, of: holder.customer, at: time) }
      } else if let first = found {
        if !holder.hasUserID { merged += try merge(holder.customer, into: first) }
      } else {
        found = holder.customer
        if holder.isCurrent, holder.since <= time { settled.insert(identity) }
      }
    }
    let customer = try found ?? create(name: name, at: time)
    var current: [CustomerIdentity] = []
    for identity in identities {
      if !settled.contains(identity) { try claim(identity, for: customer, at: time) }
      if try settled.contains(identity) || has(customer, identity) { current.append(identity) }
    }
    if let name, !name.isEmpty {
      try db.run("UPDATE customer SET name = ? WHERE id = ? AND name IS NOT ?", [name, customer, name])
    }
    return Resolution(customer: customer, merged: merged, current: current)
  }

  /// A channel's word that whoever had `old` is now known by `new`. Names that somebody else had pass to this customer;
  /// only if that one appeared after the change are they taken to be the same person.
  func rename(
    _ old: CustomerIdentity, to new: [CustomerIdentity], on channel: String, at time: Timestamp
  ) throws -> [(from: String, into: String)] {
    let time = min(time, now)
    // Whoever got the old name since is not meant, however often the change is told.
    guard let holder = try holder(of: old, at: time), holder.since <= time else { return [] }
    let customer = holder.customer
    var merged: [(from: String, into: String)] = []
    for identity in new where identity != old {
      if let other = try self.holder(of: identity, at: now), other.customer != customer {
        let since = try db.row("SELECT created_at FROM customer WHERE id = ?", [other.customer])?.time("created_at")
        if let since, since >= time {
          merged += try merge(other.customer, into: customer)
        } else {
          try end(identity, of: other.customer, at: time)
        }
      }
      try claim(identity, for: customer, at: time)
    }
    // Whoever gets the old number next is somebody else.
    if !new.contains(old) { try end(old, of: customer, at: time) }
    let phone = new.first { $0.kind == .phone }?.value
    let user = new.first { $0.kind == .whatsappUser }?.value
    if old.kind == .phone, let phone, phone != old.value {
      // A new number comes with a new user id. One that was seen since the change is it.
      try db.run(
        """
        UPDATE identity SET until = ? WHERE customer = ? AND kind = 'whatsappUser' AND until IS NULL AND since < ?
          AND value IS NOT ?
        """, [time.milliseconds, customer, time.milliseconds, user])
    }
    try redirect(customer, on: channel, from: old, phone: phone, user: user)
    return merged
  }

  /// The conversation of `customer`, made if there is none.
  func conversation(of customer: String) throws -> String {
    if let row = try db.row("SELECT id FROM conversation WHERE customer = ? AND merged_into IS NULL", [customer]) {
      return row["id"]
    }
    let id = RecordID.make("conv", at: now)
    try db.run(
      "INSERT INTO conversation (id, customer, created_at, updated_at) VALUES (?, ?, ?, ?)",
      [id, customer, now.milliseconds, now.milliseconds])
    return id
  }

  private func has(_ customer: String, _ identity: CustomerIdentity) throws -> Bool {
    try db.row(
      "SELECT 1 FROM identity WHERE kind = ? AND value = ? AND customer = ? AND until IS NULL",
      [identity.kind.rawValue, identity.value, customer]) != nil
  }

  /// Who had `identity` at `time`: messages may come long after they were sent, under a name that was given up since.
  private func holder(of identity: CustomerIdentity, at time: Timestamp) throws -> Holder? {
    try db.row(
      """
      SELECT customer, since, until IS NULL AS is_current, EXISTS (SELECT 1 FROM identity other
        WHERE other.customer = identity.customer AND kind = 'whatsappUser' AND (until IS NULL OR until > ?)) AS has_user
      FROM identity WHERE kind = ? AND value = ? AND (until IS NULL OR until > ?)
      ORDER BY until IS NULL, until LIMIT 1
      """, [time.milliseconds, identity.kind.rawValue, identity.value, time.milliseconds]
    ).map { row in
      Holder(
        customer: row["customer"], since: row.time("since"), isCurrent: row["is_current"], hasUserID: row["has_user"])
    }
  }

  private func create(name: String?, at time: Timestamp) throws -> String {
    let id = RecordID.make("cust", at: now)
    try db.run("INSERT INTO customer (id, name, created_at) VALUES (?, ?, ?)", [id, name, time.milliseconds])
    return id
  }

  /// Makes `identity` the customer's since `time`, unless it is or was theirs then, or is somebody else's.
  private func claim(_ identity: CustomerIdentity, for customer: String, at time: Timestamp) throws {
    try db.run(
      "UPDATE identity SET since = ? WHERE kind = ? AND value = ? AND customer = ? AND until IS NULL AND since > ?",
      [time.milliseconds, identity.kind.rawValue, identity.value, customer, time.milliseconds])
    let isHeld = try db.row(
      "SELECT 1 FROM identity WHERE kind = ? AND value = ? AND (until IS NULL OR (customer = ? AND until > ?))",
      [identity.kind.rawValue, identity.value, customer, time.milliseconds])
    guard isHeld == nil else { return }
    try db.run(
      "INSERT INTO identity (kind, value, customer, since) VALUES (?, ?, ?, ?)",
      [identity.kind.rawValue, identity.value, customer, time.milliseconds])
  }

  /// From `time` on, `identity` is the customer's no more.
  private func end(_ identity: CustomerIdentity, of customer: String, at time: Timestamp) throws {
    try db.run(
      "UPDATE identity SET until = ? WHERE kind = ? AND value = ? AND customer = ? AND (until IS NULL OR until > ?)",
      [time.milliseconds, identity.kind.rawValue, identity.value, customer, time.milliseconds])
  }

  /// What is on its way to a name that was given up goes to the new one: the old may be a stranger's soon.
  private func redirect(
    _ customer: String, on channel: String, from old: CustomerIdentity, phone: String?, user: String?
  ) throws {
    let conversation = try conversation(of: customer)
    let isPhone = old.kind == .phone
    for table in ["thread", "outbox"] {
      if isPhone, let phone {
        // The old user id went with the old number.
        try db.run(
          """
          UPDATE \(table) SET phone = ?, user = coalesce(?, (SELECT value FROM identity
            WHERE kind = 'whatsappUser' AND value = user AND until IS NULL))
          WHERE conversation = ? AND channel = ? AND (phone = ? OR phone IS NULL)
          """, [phone, user, conversation, channel, old.value])
      } else if !isPhone, let user {
        try db.run(
          "UPDATE \(table) SET user = ?, phone = coalesce(?, phone) WHERE conversation = ? AND channel = ? AND user = ?",
          [user, phone, conversation, channel, old.value])
      }
    }
  }
}
