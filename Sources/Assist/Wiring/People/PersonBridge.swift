import Audio
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
    var timer: Task<Void, Never>?
    var claim: Task<Void, Never>?
    /// The text that is being spoken to the person.
    var announcement: Int?
    /// Whether a REFER of ours is on its way.
    var isReferring = false
    var wasTransferred = false
  }

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
    (inputs, sink) = AsyncStream.makeStream()
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
  /// How the caller's side took a REFER.
  func callerReferred(_ outcome: ReferOutcome) { sink.yield(.referred(outcome)) }
  /// The caller is gone.
  func callerEnded() { sink.yield(.machine(.callerEnded)) }
  /// The caller is to go back to the assistant, or the person is wanted no more.
  func withdraw() { sink.yield(.machine(.withdrawn)) }

  // MARK: What is done

  /// Sees the hand-over to its end; `call` is the one to the person, with `party` on the line.
  func run(_ call: SIPCall, _ party: VoiceParty) async {
    var progress = Progress(machine: PersonCallMachine(settings: order.settings, at: ContinuousClock.now))
    arm(&progress)
    for await input in inputs {
      guard let step = translate(input, &progress) else { continue }
      for action in progress.machine.handle(step, at: ContinuousClock.now) {
        await perform(action, call, party, &progress)
      }
      arm(&progress)
      if progress.machine.isFinished, progress.claim == nil { break }
    }
    progress.timer?.cancel()
    sink.finish()
  }

  /// What `input` means to the machine, if it means anything.
  private func translate(_ input: Input, _ progress: inout Progress) -> PersonCallInput? {
    switch input {
    case .machine(let step):
      if step == .claimed || step == .claimRefused(taken: true) || step == .claimRefused(taken: false) {
        progress.claim = nil
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

  private func arm(_ progress: inout Progress) {
    progress.timer?.cancel()
    progress.timer = progress.machine.nextDeadline.map { deadline in
      Task { [sink] in
        guard (try? await ContinuousClock().sleep(until: deadline)) != nil else { return }
        sink.yield(.machine(.tick))
      }
    }
  }

  private func perform(
    _ action: PersonCallAction, _ call: SIPCall, _ party: VoiceParty, _ progress: inout Progress
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
      progress.claim = Task { [order, sink] in
        switch await order.claim() {
        case .claimed: sink.yield(.machine(.claimed))
        case .taken: sink.yield(.machine(.claimRefused(taken: true)))
        case .failed: sink.yield(.machine(.claimRefused(taken: false)))
        }
      }
    case .releaseClaim: await order.release()
    case .connect:
      await connect(call, party, &progress)
    case .disconnect: if order.mode == .bridge { caller.disconnect() }
    case .handBack:
      await caller.handBack(note: await order.note?())
      await order.release()
    case .hangUpPerson(let why): party.hangUp(why)
    case .hangUpCaller: caller.call.hangUp(cause: 16, text: "the person hung up")
    case .finish(let outcome):
      switch outcome {
      case .notAnswered, .declined: await order.missed()
      default: break
      }
      finish(outcome, progress)
    }
  }

  private func connect(_ call: SIPCall, _ party: VoiceParty, _ progress: inout Progress) async {
    guard order.mode == .attended else {
      await caller.connect(to: party.leg)
      logger.info("a person has the caller")
      return notify(.connected)
    }
    guard let target = call.requestURI.sip, let dialog = await call.dialog() else {
      sink.yield(.machine(.withdrawn))
      return
    }
    var replaced = target
    replaced.addHeader("Replaces", dialog.replaces)
    for header in order.headers { replaced.addHeader(header.name, header.value) }
    await caller.conversation?.suspend()
    progress.isReferring = true
    caller.call.refer(
      to: .sip(replaced), referredBy: caller.call.ownAddress,
      headers: Headers(order.headers.map { (HeaderName($0.name), $0.value) }))
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
    if progress.wasTransferred { caller.call.hangUp(cause: 16, text: "transferred") }
    notify(notice)
  }
}
