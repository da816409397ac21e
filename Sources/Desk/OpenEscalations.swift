import Store

/// All that is not resolved, as the desk saw it last: read once, and from then on only what has changed since.
struct OpenEscalations: Sendable {
  /// At most so many, the most urgent first and among those the oldest.
  private(set) var records: [EscalationRecord] = []
  /// From where on to read what changes; nil as long as all has to be read.
  private(set) var revision: Int64?
  /// How many there are at most, so that a flood of wishes does not stop the desk.
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// All there is was read, up to `limit`.
  mutating func replace(with all: EscalationChanges) {
    records = all.records
    revision = isFull ? nil : all.revision
  }

  /// What has changed was read.
  mutating func apply(_ changes: EscalationChanges) {
    revision = changes.revision
    guard !changes.records.isEmpty else { return }
    let changed = Dictionary(changes.records.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    records = records.filter { changed[$0.id] == nil } + changed.values.filter { $0.state != .resolved }
    records.sort { ($0.priority, $0.createdAt, $0.id) < ($1.priority, $1.createdAt, $1.id) }
    records = Array(records.prefix(limit))
    if isFull { revision = nil }
  }

  /// Whether there may be more than is seen here: then all has to be read each time, since what leaves makes room.
  private var isFull: Bool { records.count >= limit }

  /// Whether the time of an offer, a postponement or a first reply is over at `now`, of these or of what is not seen here.
  func isSomethingDue(at now: Timestamp) -> Bool {
    revision == nil
      || records.contains { record in
        switch record.state {
        case .offered where record.offerEndsAt.map({ $0 <= now }) ?? false: true
        case .callback: record.callbackAt.map { $0 <= now } ?? false
        case .waiting, .offered, .claimed:
          record.firstReplyAt == nil && !record.missedSLA && record.dueAt.map { $0 < now } ?? false
        case .resolved: false
        }
      }
  }

  /// Whether something of a conversation is among them.
  func concern(_ conversation: String) -> Bool { records.contains { $0.conversation == conversation } }
}
