import Coordination
package import Logging
import RTPEngine
package import SIPStack
package import SIPTransport

/// A call on the line: the dialog, the media leg and the party that is connected by them. Obeys a `CallCore`, in the order
/// in which things happen, and decides nothing itself.
package struct PhoneCall {
  private let call: SIPCall
  private let logger: Logger
  private let inbox: CallInbox
  private var media: MediaSession
  private var core: CallCore
  private let watch: @Sendable (SIPCallEvent) -> Void
  /// Opens when an incoming call has been answered here.
  private let answered = Gate()

  /// A call whose session is that of `media`. `watch` sees every event of the dialog before it is acted on.
  package init(
    _ call: SIPCall, media: MediaSession, logger: Logger,
    watch: @escaping @Sendable (SIPCallEvent) -> Void = { _ in }
  ) {
    self.init(call, media: media, inbox: CallInbox(), logger: logger, watch: watch)
  }

  /// The same, for a call that others may command through `inbox`.
  init(
    _ call: SIPCall, media: MediaSession, inbox: CallInbox, logger: Logger,
    watch: @escaping @Sendable (SIPCallEvent) -> Void = { _ in }
  ) {
    self.call = call
    self.media = media
    self.inbox = inbox
    self.logger = logger
    self.watch = watch
    core = CallCore(call.direction, offer: call.offer, media: media.negotiation)
  }

  /// Lets the caller hear that it rings.
  mutating func ring() {
    for action in core.handle(.rings) { perform(action, nil) }
  }

  /// Answers an incoming call and sees it to its end. It rings until the party is ready to speak.
  @concurrent package mutating func answerAndRun(_ party: some CallParty) async {
    ring()
    await run(party, isAnsweredHere: true)
  }

  /// Sees a call to its end: an answered one, one that rings at the far end, or one that rings here until it is answered
  /// through its inbox.
  @concurrent package mutating func run(_ party: some CallParty) async { await run(party, isAnsweredHere: false) }

  private mutating func run(_ party: some CallParty, isAnsweredHere: Bool) async {
    let (call, inbox, answered) = (call, inbox, answered)
    await withTaskGroup(of: Void.self) { group in
      let line = Task {
        if isAnsweredHere {
          await party.prepare()
          await inbox.deliver(.ready)
          await answered.wait()
          // A call that ended before has no use for a party.
          guard !Task.isCancelled else { return }
        }
        await party.run()
      }
      group.addTask { await line.value }
      group.addTask { for await request in party.requests { await inbox.deliver(.wished(request)) } }
      group.addTask {
        for await event in call.events { await inbox.deliver(.dialog(event)) }
        await inbox.deliver(.dialog(.ended(CallEnding(by: .stack, text: "the call's events ended"))))
      }
      for await input in inbox.inputs {
        if case .dialog(let event) = input { watch(event) }
        var ending: CallEnding?
        for action in core.handle(input) {
          if case .finish(let how) = action { ending = how }
          perform(action, party)
        }
        if let ending {
          if isAnsweredHere, !answered.isOpen { line.cancel() }
          close(ending, party)
          break
        }
      }
      inbox.end()
      await group.waitForAll()
    }
  }

  /// The call is over: its leg, and the party on it, end as well.
  private func close(_ ending: CallEnding, _ party: some CallParty) {
    logger.info("call ended", metadata: ["why": "\(ending.text)"])
    logMedia()
    media.leg.close()
    party.ended(ending)
  }

  private func logMedia() {
    let stream = media.leg.statistics().stream
    logger.info(
      "media",
      metadata: [
        "received": "\(stream.packetsReceived)", "lost": "\(stream.lost)", "late": "\(stream.late)",
        "concealed_ms": "\(Int(stream.concealed / .milliseconds(1)))",
        "jitter_ms": "\((stream.jitter / .microseconds(100)).rounded() / 10)",
        "buffer_ms": "\(Int(stream.bufferDelay / .milliseconds(1)))",
        "discarded": "\(stream.discarded)",
        "mos": "\((stream.meanOpinionScore * 10).rounded() / 10)",
      ])
  }

  private mutating func perform(_ action: CallAction, _ party: (any CallParty)?) {
    switch action {
    case .ring: call.ring()
    case .progress(let description): call.progress(description)
    case .answer(let description):
      call.answer(description)
      answered.open()
    case .reject(let status, let warning): call.reject(status: status, reason: nil, warning: warning)
    case .hangUp(let cause, let text): call.hangUp(cause: cause, text: text)
    case .reinvite(let offer, let method): core.sent(call.reinvite(offer, method: method))
    case .answerReinvite(let id, let description): call.answerReinvite(id, with: description)
    case .rejectReinvite(let id, let status, let warning): call.rejectReinvite(id, status: status, warning: warning)
    case .refer(let target, let headers):
      core.sent(call.refer(to: target, referredBy: call.ownAddress, headers: headers))
    case .media(let agreed): media.apply(agreed)
    case .reply(let id, let outcome): inbox.reply(id, outcome)
    case .referProgress(let id, let status): inbox.progress(id, status: status)
    case .tell(let event): if let party { tell(party, event) }
    case .refused(let why): logger.info("a session is refused", metadata: ["why": "\(why)"])
    case .finish: break
    }
  }

  private func tell(_ party: any CallParty, _ event: PartyEvent) {
    switch event {
    case .answered: party.answered()
    case .hold(let isHeld): party.hold(isHeld)
    case .digit(let digit): party.digit(digit)
    case .transferProgress(let status): party.transferProgress(status: status)
    case .transferFinished(let outcome): party.transferFinished(outcome)
    case .referred(let id, let target, let referredBy, let replaces):
      party.referred(Referral(id, to: target, referredBy: referredBy, replaces: replaces, in: call))
    }
  }
}
