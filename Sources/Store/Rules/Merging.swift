/// Two customers turned out to be one: what becomes of the conversation of the one, of the other, and of the escalations
/// of both.
struct Merging: Sendable, Equatable {
  /// The one that is a part of the other from now on.
  private(set) var old: ConversationState
  /// The one that stays.
  private(set) var target: ConversationState
  /// The open escalations of both, with what becomes of them; all are the one's that stays.
  private(set) var escalations: [EscalationRecord]

  init(_ old: ConversationState, into target: ConversationState, open: [EscalationRecord], at now: Timestamp) {
    self.old = old
    self.target = target
    escalations = open
    settle(at: now)
    join(at: now)
    self.old.mergedInto = target.id
  }

  /// Whether what waits for an answer is only to be noted: somebody else has the customer.
  var settlesPending: Bool { target.owner != .assistant }

  /// Of two escalations one stands: the one that somebody has taken, or the more urgent, or the older.
  private mutating func settle(at now: Timestamp) {
    escalations.sort {
      ($0.state == .claimed ? 0 : 1, $0.priority, $0.createdAt, $0.id)
        < ($1.state == .claimed ? 0 : 1, $1.priority, $1.createdAt, $1.id)
    }
    for index in escalations.indices {
      if index > escalations.startIndex { escalations[index].resolve(at: now) }
      escalations[index].conversation = target.id
    }
  }

  /// A person who is there, or wanted, on either side is so on both. The epoch grows: answers under way were worked out
  /// without the other half.
  private mutating func join(at now: Timestamp) {
    target.epoch = max(target.epoch, old.epoch) &+ 1
    target.memory = target.memory ?? old.memory
    target.watch = target.watch ?? old.watch
    target.tags = Set(target.tags).union(old.tags).sorted()
    target.createdAt = min(target.createdAt, old.createdAt)
    target.updatedAt = max(target.updatedAt, old.updatedAt)
    if target.owner != .person { target.person = old.owner == .person ? old.person : nil }
    let owners = [target.owner, old.owner]
    target.owner = owners.contains(.person) ? .person : owners.contains(.queue) ? .queue : .assistant
    if target.owner == .person, let standing = escalations.firstIndex(where: \.isOpen) {
      escalations[standing].take(by: target.person, at: now)
    }
  }

  /// Where both were written to at one place, the one that wrote last is there.
  static func thread(_ old: ChatThread, with target: ChatThread?) -> ChatThread {
    guard let target else { return old }
    let isLater: Bool =
      if let last = old.lastCustomerAt, let other = target.lastCustomerAt { last >= other } else { false }
    var joined = target
    joined.phone = isLater ? old.phone ?? target.phone : target.phone ?? old.phone
    joined.user = isLater ? old.user ?? target.user : target.user ?? old.user
    joined.lastCustomerAt = [old.lastCustomerAt, target.lastCustomerAt].compactMap { $0 }.max()
    return joined
  }
}
