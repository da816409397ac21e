import Coordination
package import Logging
package import Store

/// Who may take over, who is there, who is offered what, and when.
///
/// What must last is in the store; the desk looks at what has changed of it whenever something happened or a deadline
/// passes, does what `DeskFloor` says, and tells an observer. So it can be started anew at any time. What it forgets then is who was
/// asked of what waits, and who was here: pages connect again by themselves.
package actor Desk {
  /// Where the desk reads and writes.
  package typealias Book = EscalationBook & ConversationDirectory & CallBook

  /// The most that is looked at, so that a flood of wishes does not stop the desk.
  static let mostOpen = 2000
  /// When the store fails, how long until the next look.
  static let retry = Duration.seconds(5)
  /// Without any deadline, how long until the next look: somebody else may have written to the store.
  static let patrol = Duration.seconds(30)

  /// How the queue is run.
  package nonisolated let settings: DeskSettings
  let book: any Book
  let clock: any TimestampClock
  let log: Logger
  private let observe: @Sendable (DeskEvent) -> Void
  private var followers: [@Sendable (OwnershipChange) async -> Void] = []
  var floor: DeskFloor
  /// All that was open at the last look.
  var seen = OpenEscalations(limit: Desk.mostOpen)
  var open: [EscalationRecord] { seen.records }
  var places: [DeskEvent.Place] = []
  var shown: [PersonView] = []
  var hasLooked = false
  var isDirty = false
  private(set) var isLooking = false
  private let rounds: Rounds<Timestamp>

  /// A desk.
  ///
  /// - Parameters:
  ///   - people: who works at it.
  ///   - observe: is told of every change, in order. Must not block.
  package init(
    book: any Book, people: [Person], settings: DeskSettings = DeskSettings(),
    clock: any TimestampClock = WallClock(), log: Logger = Logger(label: "assist.desk"),
    observe: @escaping @Sendable (DeskEvent) -> Void
  ) {
    self.book = book
    self.clock = clock
    self.log = log
    self.observe = observe
    self.settings = settings
    floor = DeskFloor(settings: settings)
    rounds = Rounds { try await clock.sleep(until: $0) }
    for person in people { floor.set(person) }
    shown = floor.views(of: [])
  }

  // MARK: The loop

  /// Keeps the desk until the task is cancelled.
  package func run() async {
    await rounds.run {
      let next = await look()
      // Something happened that this look, which failed, did not come to.
      return isDirty ? clock.now : next
    }
  }

  /// Something happened that the desk may not know of: a new escalation, or one that changed.
  package func wake() {
    isDirty = true
    // A look under way looks once more by itself.
    if !isLooking { rounds.wake() }
  }

  /// Looks at all that is open and does what is to be done. Returns when to look again. Looks that come while one is
  /// under way leave it to that one, which looks once more.
  @discardableResult
  package func look() async -> Timestamp {
    guard !isLooking else {
      isDirty = true
      return clock.now
    }
    isLooking = true
    defer { isLooking = false }
    var next = clock.now
    repeat {
      isDirty = false
      do throws(StoreError) {
        next = try await lookOnce()
      } catch {
        log.error("the queue can't be read; it is tried again", metadata: ["reason": "\(error)"])
        return clock.now.advanced(by: Self.retry)
      }
    } while isDirty && !Task.isCancelled
    return next
  }

  func emit(_ event: DeskEvent) { observe(event) }

  /// Has `follow` called for each conversation that changes hands, once that is stored and before it is rung for: an
  /// assistant falls silent first. Those that follow are called in the order in which they came here.
  package func addFollower(_ follow: @escaping @Sendable (OwnershipChange) async -> Void) { followers.append(follow) }

  /// A conversation has changed hands.
  func ownerChanged(_ change: OwnershipChange) async {
    for follow in followers { await follow(change) }
    emit(.ownerChanged(change.conversation))
  }
}
