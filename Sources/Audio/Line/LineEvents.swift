/// The events of a line, read from its mailbox itself: there is no second queue and no task between the two.
///
/// One reader at a time. A reader whose task is cancelled sees the end; what it has not read stays for the next one.
public struct LineEvents: AsyncSequence, Sendable {
  /// What a line reports.
  public typealias Element = LineEvent
  /// Reading does not fail.
  public typealias Failure = Never

  private let mailbox: LineMailbox
  private let watch: (@Sendable (LineEvent) -> Void)?

  init(mailbox: LineMailbox, watch: (@Sendable (LineEvent) -> Void)? = nil) {
    self.mailbox = mailbox
    self.watch = watch
  }

  /// The same events, each shown to `body` before its reader gets it.
  public func watched(by body: @escaping @Sendable (LineEvent) -> Void) -> LineEvents {
    let earlier = watch
    return LineEvents(mailbox: mailbox) { event in
      earlier?(event)
      body(event)
    }
  }

  /// Reads from now on.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(mailbox: mailbox, watch: watch) }

  /// Takes one event after the other out of the mailbox.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let mailbox: LineMailbox
    fileprivate let watch: (@Sendable (LineEvent) -> Void)?

    /// The next event; `nil` after the last.
    public mutating func next() async -> LineEvent? { await next(isolation: #isolation) }

    /// The next event; `nil` after the last.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> LineEvent? {
      guard let event = await mailbox.next() else { return nil }
      watch?(event)
      return event
    }
  }
}
