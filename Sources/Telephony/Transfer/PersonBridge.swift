import Audio
import Calls
import Coordination
import Logging
import RTPEngine
import Settings
import SIPStack
import SIPTransport
import VoicePipeline

/// Hands a caller to a person whom we call: obeys a `PersonCallMachine`, in the order in which things happen.
final class PersonBridge: Sendable {
  private enum Input: Sendable {
    case machine(PersonCallInput)
    case spoken(Int)
    /// How the caller's side took the REFER of an attended transfer.
    case referred(ReferOutcome)
    case personEnded(CallEnding)
  }

  /// What only `run` changes.
  private struct Progress {
    var machine: PersonCallMachine
    /// Whether the conversation is being claimed.
    var isClaiming = false
    /// The text that is being spoken to the person.
    var announcement: Int?
    /// Whether a REFER of ours is on its way.
    var isReferring = false
    var wasTransferred = false
  }

  private static let backlog = 256

  private let order: PersonOrder
  private let caller: CallerSide
  private let offer: String
  private let phrases: PersonPhrases
  private let logger: Logger
  private let notify: @Sendable (TransferNotice) -> Void
  private let inputs: AsyncStream<Input>
  private let sink: AsyncStream<Input>.Continuation

  /// A hand-over of `caller` as `order` wants it; `number` is who calls, if the order does not say. `notify` is told how
  /// it goes.
  init(
    _ order: PersonOrder, caller: CallerSide, number: String, language: String, logger: Logger,
    notify: @escaping @Sendable (TransferNotice) -> Void
  ) {
    self.order = order
    self.caller = caller
    phrases = PersonPhrases(language: order.language ?? language)
    offer = phrases.announcement(caller: order.caller ?? number, reason: order.reason, summary: order.summary)
    self.logger = logger
    self.notify = notify
    // What comes last, an end, decides; of a flood of digits before it the oldest are dropped.
    (inputs, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.backlog))
  }

  // MARK: What happens

  /// Takes what happens on the person's line.
  func person(_ event: VoiceParty.Event) {
    switch event {
    case .answered: sink.yield(.machine(.answered))
    case .digit(let digit): sink.yield(.machine(.digit(digit)))
    case .spoken(let number): sink.yield(.spoken(number))
    case .ended(let ending): sink.yield(.personEnded(ending))
    case .transfer, .transferred: break
    }
  }

  /// The person's line gives provisional word.
  func personProgress(status: Int) { sink.yield(.machine(.progress(status: status))) }
  /// The caller is gone.
  func callerEnded() { sink.yield(.machine(.callerEnded)) }
  /// The caller is to go back to the assistant, or the person is wanted no more.
  func withdraw() { sink.yield(.machine(.withdrawn)) }

  // MARK: What is done

  /// Sees the hand-over to its end; `call` is the one to the person, with `party` on the line.
  func run(_ call: SIPCall, _ party: VoiceParty) async {
    var progress = Progress(machine: PersonCallMachine(settings: order.settings, at: ContinuousClock.now))
    let tasks = TaskOwner()
    let alarm = Alarm<ContinuousClock.Instant>(in: tasks) { try await ContinuousClock().sleep(until: $0) }
    let tick: @Sendable () async -> Void = { [sink] in sink.yield(.machine(.tick)) }
    alarm.set(progress.machine.nextDeadline, ring: tick)
    for await input in inputs {
      guard let step = translate(input, &progress) else { continue }
      for action in progress.machine.handle(step, at: ContinuousClock.now) {
        await perform(action, call, party, &progress, tasks)
      }
      alarm.set(progress.machine.nextDeadline, ring: tick)
      if progress.machine.isFinished, !progress.isClaiming { break }
    }
    sink.finish()
    await tasks.end()
  }

  /// What `input` means to the machine, if it means anything.
  private func translate(_ input: Input, _ progress: inout Progress) -> PersonCallInput? {
    switch input {
    case .machine(let step):
      if step == .claimed || step == .claimRefused(taken: true) || step == .claimRefused(taken: false) {
        progress.isClaiming = false
      }
      return step
    case .spoken(let number):
      guard number == progress.announcement else { return nil }
      progress.announcement = nil
      return .announced
    case .personEnded(let ending):
      // The person's own telephone ends the call whose place is taken, before the caller's side says that it did so.
      if progress.isReferring { return nil }
      return .personEnded(status: ending.status)
    case .referred(let outcome):
      guard progress.isReferring else { return nil }
      progress.isReferring = false
      switch outcome {
      case .succeeded, .peerHungUp:
        progress.wasTransferred = true
        return .callerEnded
      default: return .withdrawn
      }
    }
  }

  private func perform(
    _ action: PersonCallAction, _ call: SIPCall, _ party: VoiceParty, _ progress: inout Progress, _ tasks: TaskOwner
  ) async {
    switch action {
    case .report(let status): notify(.progress(status: status))
    case .announce(let what):
      progress.announcement = party.speak(text(what))
      if progress.announcement == nil { sink.yield(.machine(.announced)) }
    case .silence:
      progress.announcement = nil
      party.silence()
    case .claim:
      progress.isClaiming = true
      tasks.start(isolation: nil) { [order, sink] in
        switch await order.claim() {
        case .claimed: sink.yield(.machine(.claimed))
        case .taken: sink.yield(.machine(.claimRefused(taken: true)))
        case .failed: sink.yield(.machine(.claimRefused(taken: false)))
        }
      }
    case .releaseClaim: await order.release()
    case .connect:
      await connect(call, party, &progress, tasks)
    case .disconnect: if order.mode == .bridge { caller.disconnect() }
    case .handBack:
      await caller.handBack(note: await order.note?())
      await order.release()
    case .hangUpPerson(let why): party.hangUp(why)
    case .hangUpCaller: caller.inbox.hangUp(cause: 16, text: "the person hung up")
    case .finish(let outcome):
      switch outcome {
      case .notAnswered, .declined: await order.missed()
      default: break
      }
      finish(outcome, progress)
    }
  }

  private func connect(
    _ call: SIPCall, _ party: VoiceParty, _ progress: inout Progress, _ tasks: TaskOwner
  ) async {
    guard order.mode == .attended else {
      await caller.connect(to: party.leg)
      logger.info("a person has the caller")
      return notify(.connected)
    }
    guard let personURI = call.requestURI.sip, let dialog = await call.dialog() else {
      sink.yield(.machine(.withdrawn))
      return
    }
    var replaced = personURI
    replaced.addHeader("Replaces", dialog.replaces)
    for header in order.headers { replaced.addHeader(header.name, header.value) }
    await caller.conversation?.suspend()
    progress.isReferring = true
    let target = URI.sip(replaced)
    tasks.start(isolation: nil) { [caller, order, sink] in
      let headers = Headers(order.headers.map { (HeaderName($0.name), $0.value) })
      sink.yield(.referred(await caller.inbox.refer(to: target, headers: headers)))
    }
  }

  private func text(_ what: PersonAnnouncement) -> String {
    switch what {
    case .offer: offer
    case .taken: phrases.taken
    case .callerGone: phrases.callerGone
    case .failed: phrases.failed
    }
  }

  private func finish(_ outcome: PersonCallOutcome, _ progress: Progress) {
    let notice: TransferNotice =
      switch outcome {
      case .notAnswered(let status):
        .finished(succeeded: false, status: status, outcome: status == 486 || status == 600 ? "busy" : "not answered")
      case .declined(let how): .finished(succeeded: false, status: nil, outcome: how.rawValue)
      case .notClaimed(true): .finished(succeeded: false, status: nil, outcome: "claimed by someone else")
      case .notClaimed(false): .finished(succeeded: false, status: nil, outcome: "not claimed")
      case .callerGone(true) where progress.wasTransferred:
        .finished(succeeded: true, status: 200, outcome: "transferred")
      case .callerGone(let wasConnected):
        .finished(succeeded: wasConnected, status: nil, outcome: "the caller hung up")
      case .returned where order.mode == .attended:
        .finished(succeeded: false, status: nil, outcome: "not transferred")
      case .returned(let byHangingUp):
        .finished(succeeded: true, status: nil, outcome: byHangingUp ? "the person hung up" : "given back")
      case .withdrawn: .finished(succeeded: false, status: nil, outcome: "withdrawn")
      }
    logger.info("hand-over finished", metadata: ["outcome": "\(outcome)"])
    if progress.wasTransferred { caller.inbox.hangUp(cause: 16, text: "transferred") }
    notify(notice)
  }
}
