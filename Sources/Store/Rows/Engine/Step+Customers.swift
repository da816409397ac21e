extension Rows {
  /// The conversation with whoever has one of `names`, if all is known of them as it is; nil if there is anything to store.
  func conversation(
    with names: [CustomerIdentity], name: String?, at now: Timestamp
  ) throws -> ConversationState? {
    let (known, customers) = try identities(of: names)
    var identities = Identities(known, customers, at: now)
    let before = identities
    let customer = identities.resolve(names, name: name, at: now, newID: "").customer
    return identities == before ? try conversation(ofCustomer: customer) : nil
  }
}

// Who is who, within a step.
extension Step {
  /// Two conversations that became one.
  typealias Joined = (from: String, into: String)

  /// The customer with one of `names` as of `time`, made if nobody has any.
  mutating func resolve(
    _ names: [CustomerIdentity], name: String?, at time: Timestamp, now: Timestamp
  ) throws -> (known: Identities.Resolution, joined: [Joined]) {
    let (rows, customers) = try self.rows.identities(of: names)
    var identities = Identities(rows, customers, at: now)
    let known = identities.resolve(names, name: name, at: time, newID: RecordID.make("cust", at: now))
    return (known, try store(identities, from: rows, customers, at: now))
  }

  /// Whoever had `old` is known by `new` on a channel.
  mutating func rename(
    _ old: CustomerIdentity, to new: [CustomerIdentity], on channel: String, at time: Timestamp, now: Timestamp
  ) throws -> [Joined] {
    let (rows, customers) = try self.rows.identities(of: [old] + new)
    var identities = Identities(rows, customers, at: now)
    guard let redirection = identities.rename(old, to: new, at: time) else { return [] }
    let joined = try store(identities, from: rows, customers, at: now)
    let conversation = try conversation(of: redirection.customer, at: now).id
    for thread in try self.rows.threads(of: [conversation])[conversation] ?? [] where thread.channel == channel {
      let redirected = redirection.applied(to: thread)
      if redirected != thread { try self.rows.put(redirected, of: conversation) }
    }
    for item in try self.rows.items(of: conversation, channel: channel) {
      var redirected = item
      redirected.thread = redirection.applied(to: item.thread)
      try update(item, to: redirected)
    }
    return joined
  }

  /// The conversation of a customer, made if there is none.
  mutating func conversation(of customer: String, at now: Timestamp) throws -> ConversationState {
    if let known = try rows.conversation(ofCustomer: customer) { return known }
    let made = ConversationState(id: RecordID.make("conv", at: now), customer: customer, at: now)
    try insert(made)
    return made
  }

  private mutating func store(
    _ identities: Identities, from rows: [Identity], _ customers: [CustomerState], at now: Timestamp
  ) throws -> [Joined] {
    for (before, after) in zip(customers, identities.customers) where before != after {
      try self.rows.update(before, to: after)
    }
    for customer in identities.customers.dropFirst(customers.count) { try self.rows.insert(customer) }
    // Names are given up before they are taken.
    for (before, after) in zip(rows, identities.rows) where before != after {
      try self.rows.update(before, to: after)
    }
    for identity in identities.rows.dropFirst(rows.count) { try self.rows.insert(identity) }
    return try identities.merges.compactMap { try join($0, at: now) }
  }

  /// Makes all that is one customer's another's, if that one has anything.
  private mutating func join(_ merge: Identities.Merge, at now: Timestamp) throws -> Joined? {
    guard let old = try rows.conversation(ofCustomer: merge.from) else { return nil }
    let target = try conversation(of: merge.into, at: now)
    let open = try [target.id, old.id].compactMap { try rows.openEscalation(of: $0) }
    let merging = Merging(old, into: target, open: open, at: now)
    // One of two that are open is closed before both are the one's.
    let known = Dictionary(open.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    for escalation in merging.escalations.sorted(by: { !$0.isOpen && $1.isOpen }) {
      if let before = known[escalation.id] { try update(before, to: escalation) }
    }
    try rows.move(old.id, into: target.id)
    // Neither side's last answer can be taken back: what the other remembers has come to it.
    try rows.removeAnswerNotes(of: [old.id, target.id])
    let threads = try rows.threads(of: [old.id, target.id])
    for thread in threads[old.id] ?? [] {
      let same = threads[target.id]?.first { $0.channel == thread.channel && $0.account == thread.account }
      try rows.put(Merging.thread(thread, with: same), of: target.id)
    }
    try rows.removeThreads(of: old.id)
    try update(target, to: merging.target)
    try update(old, to: merging.old)
    if merging.settlesPending { try rows.settlePending(in: target.id) }
    return (old.id, target.id)
  }
}
