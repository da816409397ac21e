import Coordination
import Logging
import Store
import VoicePipeline

/// One conversation while its customer is writing: drives the turn machine, and starts and cancels the work on answers.
actor ChatSession {
  nonisolated let conversation: String
  private let environment: ChatEnvironment
  private let log: Logger
  private var turn = ChatTurn()
  private let tasks = TaskOwner()
  private let alarm: Alarm<Timestamp>
  private var answering: Task<Void, Never>?
  private var withdrawing: Task<Void, Never>?
  /// What messages say, kept while their answer may have to begin anew.
  private var readings: [String: Task<Understanding, any Error>] = [:]
  /// Messages that came since the last answer began.
  private var hasMore = false
  private var isStopped = false

  init(conversation: String, environment: ChatEnvironment, log: Logger) {
    self.conversation = conversation
    self.environment = environment
    self.log = log
    let clock = environment.clock
    alarm = Alarm(in: tasks) { try await clock.sleep(until: $0) }
  }

  /// Whether nothing is under way, so that the session may be let go of.
  var isIdle: Bool { turn.isIdle && answering == nil }

  /// Messages were stored for this conversation; the customer may write more within `burst`. A voice note (`note`) is
  /// listened to meanwhile.
  func messageArrived(burst: Duration, note: (message: MessageRecord, account: ChatAccount)? = nil) {
    guard !isStopped else { return }
    hasMore = true
    if let note { _ = reading(of: note.message, note.account) }
    perform(turn.messageArrived(burst: burst, at: environment.clock.now))
  }

  /// A message that waits for its answer says something else now.
  func messageChanged(_ message: String) {
    readings.removeValue(forKey: message)?.cancel()
    messageArrived(burst: .zero)
  }

  /// Ends all work; what waits stays in the store.
  func stop() async {
    isStopped = true
    answering?.cancel()
    for reading in readings.values { reading.cancel() }
    await tasks.end()
    await answering?.value
    await withdrawing?.value
  }

  private func perform(_ actions: [ChatTurn.Action]) {
    for action in actions {
      switch action {
      case .answer(let number):
        hasMore = false
        answering = Task { await self.answer(number) }
      case .cancel:
        answering?.cancel()
      case .withdraw(let answer):
        let earlier = withdrawing
        withdrawing = Task {
          await earlier?.value
          await withdraw(answer)
        }
      }
    }
    alarm.set(turn.nextDeadline) { await self.tick() }
  }

  private func tick() {
    guard !isStopped else { return }
    perform(turn.tick(at: environment.clock.now))
  }

  private func answer(_ number: Int) async {
    let maker = AnswerMaker(conversation: conversation, environment: environment, log: log)
    let ending: ChatTurn.Ending
    do {
      ending = try await environment.answers.withSlot {
        try await maker.make { message, account in
          try await self.understanding(of: message, account)
        } allowsMore: {
          await self.allowsMore(number)
        }
      }
    } catch is CancellationError {
      // Begun anew, or stopped: nobody waits for this one.
      ending = .superseded
    } catch {
      log.error("an answer could not be worked out; it is tried again", metadata: ["reason": "\(error)"])
      ending = .failed
    }
    if case .committed = ending {
      readings.removeAll()
      // One answer covers so many messages; a flood is answered in portions.
      let left = await log.unlessStoreFails(
        "whether a customer waits can't be read", of: conversation
      ) { () throws(StoreError) in
        try await environment.store.pendingMessages(in: conversation)
      }
      if left?.isEmpty == false { hasMore = true }
    }
    guard !isStopped else { return }
    if ending == .nothing { readings.removeAll() }
    perform(turn.ended(number, ending, more: hasMore, at: environment.clock.now))
    if turn.isIdle { answering = nil }
  }

  private func allowsMore(_ number: Int) -> Bool { turn.allowsMore(number, at: environment.clock.now) }

  /// What a message says; found out once, however often the answer begins anew.
  private func understanding(of message: MessageRecord, _ account: ChatAccount) async throws -> Understanding {
    do {
      return try await reading(of: message, account).value
    } catch {
      readings[message.id] = nil
      throw error
    }
  }

  private func reading(of message: MessageRecord, _ account: ChatAccount) -> Task<Understanding, any Error> {
    if let known = readings[message.id] { return known }
    let reader = MessageReader(
      account: account, store: environment.store, clock: environment.clock, slots: environment.recordings, log: log)
    let reading = Task {
      let understanding = try await reader.read(message)
      if message.kind == "audio", case .words(let words, _) = understanding {
        environment.report(
          ChatEvent(
            at: environment.clock.now, conversation: conversation,
            kind: .transcript(message: message.id, Private(words))))
      }
      return understanding
    }
    readings[message.id] = reading
    return reading
  }

  private func withdraw(_ answer: String) async {
    do {
      let isBack = try await environment.store.withdraw(answer, at: environment.clock.now)
      guard isBack else { return }
      hasMore = true
      // What it answered waits again; whoever answers next has begun without it, or has ended already.
      if turn.isIdle { messageArrived(burst: .zero) }
    } catch {
      log.warning("an answer could not be taken back", metadata: ["reason": "\(error)"])
    }
  }
}
