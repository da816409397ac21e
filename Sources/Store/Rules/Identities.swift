/// Who is who: finds the customer behind the names that a channel gives, and puts two together that turn out to be one.
///
/// A value: it is made of all that is stored of the names in question (who has or had them, and all other names of these
/// customers), and then holds what is to be stored. Times are the channel's where it tells them, since what it delivers
/// may be late; none counts that is yet to come.
struct Identities: Sendable, Equatable {
  /// All that is known of the names, with what became of it.
  private(set) var rows: [Identity]
  /// Whose they are.
  private(set) var customers: [CustomerState]
  /// Customers who turned out to be one, in the order in which that was found.
  private(set) var merges: [Merge] = []
  private let now: Timestamp

  /// Two customers who turned out to be one.
  struct Merge: Sendable, Equatable {
    var from: String
    var into: String
  }

  init(_ rows: [Identity], _ customers: [CustomerState], at now: Timestamp) {
    self.rows = rows
    self.customers = customers
    self.now = now
  }

  // MARK: A customer appears

  /// A customer who was found or made.
  struct Resolution: Sendable, Equatable {
    var customer: String
    /// Those of the names that are the customer's now: a late message may come under one that was given up since.
    var current: [CustomerIdentity] = []
  }

  /// The customer with one of `names` as of `time`; one who is new is called `newID`. All of the names are theirs from now
  /// on.
  mutating func resolve(
    _ names: [CustomerIdentity], name: String?, at time: Timestamp, newID: String
  ) -> Resolution {
    let time = min(time, now)
    let hasUser = names.contains { $0.kind == .whatsappUser }
    var found: String?
    var settled: Set<CustomerIdentity> = []
    for identity in names {
      guard let holder = holder(of: identity, at: time) else { continue }
      let isSettled = holder.until == nil && holder.since <= time
      // A number that has no user id beside it was only seen without: it is the same person's. One that has another
      // than the one that came with it now was somebody else's and has passed on.
      if holder.customer == found {
        if isSettled { settled.insert(identity) }
      } else if identity.kind == .phone, hasUser, hasUserID(holder.customer, at: time) {
        if holder.since <= time { end(identity, of: holder.customer, at: time) }
      } else if let first = found {
        if !hasUserID(holder.customer, at: time) { merge(holder.customer, into: first) }
      } else {
        found = holder.customer
        if isSettled { settled.insert(identity) }
      }
    }
    let customer = found ?? newID
    if found == nil { customers.append(CustomerState(id: newID, name: name, createdAt: time)) }
    var resolution = Resolution(customer: customer)
    for identity in names {
      if !settled.contains(identity) { claim(identity, for: customer, at: time) }
      if settled.contains(identity) || has(customer, identity) { resolution.current.append(identity) }
    }
    if let name, !name.isEmpty, let index = customers.firstIndex(where: { $0.id == customer }) {
      customers[index].name = name
    }
    return resolution
  }

  // MARK: A customer is renamed

  /// What a change of name means for where a customer is written to: what is on its way to a name that was given up goes
  /// to the new one, since the old may be a stranger's soon.
  struct Redirection: Sendable, Equatable {
    var customer: String
    var old: CustomerIdentity
    var phone: String?
    var user: String?
    /// Names that the customer has still.
    var kept: Set<CustomerIdentity>

    /// `thread`, as it is from now on.
    func applied(to thread: ChatThread) -> ChatThread {
      var thread = thread
      if old.kind == .phone, let phone, thread.phone == old.value || thread.phone == nil {
        thread.phone = phone
        // The old user id went with the old number.
        let isKept = thread.user.map { kept.contains(CustomerIdentity(.whatsappUser, $0)) } ?? false
        thread.user = user ?? (isKept ? thread.user : nil)
      } else if old.kind != .phone, let user, thread.user == old.value {
        thread.user = user
        thread.phone = phone ?? thread.phone
      }
      return thread
    }
  }

  /// A channel's word that whoever had `old` is now known by `new`. Names that somebody else had pass to this customer;
  /// only if that one appeared after the change are they taken to be the same person. Nil if nobody is meant.
  mutating func rename(_ old: CustomerIdentity, to new: [CustomerIdentity], at time: Timestamp) -> Redirection? {
    let time = min(time, now)
    // Whoever got the old name since is not meant, however often the change is told.
    guard let holder = holder(of: old, at: time), holder.since <= time else { return nil }
    let customer = holder.customer
    for identity in new where identity != old {
      if let other = self.holder(of: identity, at: now), other.customer != customer {
        let appeared = customers.first { $0.id == other.customer }?.createdAt
        if let appeared, appeared >= time {
          merge(other.customer, into: customer)
        } else {
          end(identity, of: other.customer, at: time)
        }
      }
      claim(identity, for: customer, at: time)
    }
    // Whoever gets the old number next is somebody else.
    if !new.contains(old) { end(old, of: customer, at: time) }
    let phone = new.first { $0.kind == .phone }?.value
    let user = new.first { $0.kind == .whatsappUser }?.value
    if old.kind == .phone, let phone, phone != old.value { endUserIDs(of: customer, but: user, at: time) }
    let kept = rows.filter { $0.customer == customer && $0.until == nil }.map(\.name)
    return Redirection(customer: customer, old: old, phone: phone, user: user, kept: Set(kept))
  }

  /// A new number comes with a new user id. One that was seen since the change is it.
  private mutating func endUserIDs(of customer: String, but user: String?, at time: Timestamp) {
    for index in rows.indices {
      let row = rows[index]
      guard row.customer == customer, row.name.kind == .whatsappUser, row.until == nil, row.since < time,
        row.name.value != user
      else { continue }
      rows[index].until = time
    }
  }

  // MARK: Who has a name

  private func has(_ customer: String, _ identity: CustomerIdentity) -> Bool {
    rows.contains { $0.name == identity && $0.customer == customer && $0.until == nil }
  }

  /// Who had `identity` at `time`: of those who had it until later the first to give it up, at last who has it still.
  private func holder(of identity: CustomerIdentity, at time: Timestamp) -> Identity? {
    rows.filter { $0.name == identity && $0.isHeld(at: time) }
      .min { ($0.until?.milliseconds ?? .max) < ($1.until?.milliseconds ?? .max) }
  }

  private func hasUserID(_ customer: String, at time: Timestamp) -> Bool {
    rows.contains { $0.customer == customer && $0.name.kind == .whatsappUser && $0.isHeld(at: time) }
  }

  /// Makes `identity` the customer's since `time`, unless it is or was theirs then, or is somebody else's.
  private mutating func claim(_ identity: CustomerIdentity, for customer: String, at time: Timestamp) {
    for index in rows.indices where rows[index].name == identity && rows[index].customer == customer {
      if rows[index].until == nil, rows[index].since > time { rows[index].since = time }
    }
    let isTaken = rows.contains {
      $0.name == identity && ($0.until == nil || ($0.customer == customer && $0.isHeld(at: time)))
    }
    guard !isTaken else { return }
    rows.append(Identity(row: nil, name: identity, customer: customer, since: time, until: nil))
  }

  /// From `time` on, `identity` is the customer's no more.
  private mutating func end(_ identity: CustomerIdentity, of customer: String, at time: Timestamp) {
    for index in rows.indices where rows[index].name == identity && rows[index].customer == customer {
      if rows[index].isHeld(at: time) { rows[index].until = time }
    }
  }

  /// Makes all names of `from` those of `into`.
  private mutating func merge(_ from: String, into: String) {
    for index in rows.indices where rows[index].customer == from { rows[index].customer = into }
    merges.append(Merge(from: from, into: into))
  }
}
