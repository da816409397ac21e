import Logging
import RTPEngine
import SIPStack
import SIPTransport

/// Where a call's dialog and its media leg meet: translates what one side reports into what the other has to do, and
/// holds no logic of its own.
///
/// What the far end is connected to, an assistant or one of the applications, is given as a `CallParty`.
struct PhoneCall {
  let call: SIPCall
  let logger: Logger
  var media: MediaSession
  private let watch: @Sendable (SIPCallEvent) -> Void

  /// `watch` sees every event of the dialog before it is acted on.
  init(
    _ call: SIPCall, media: MediaSession, logger: Logger, watch: @escaping @Sendable (SIPCallEvent) -> Void = { _ in }
  ) {
    self.call = call
    self.media = media
    self.logger = logger
    self.watch = watch
  }

  /// Answers an incoming call and sees it to its end. It rings until the party is ready to speak.
  @concurrent mutating func answerAndRun(_ party: some CallParty) async {
    call.ring()
    await party.prepare()
    do throws(NegotiationError) {
      if let offer = call.offer {
        call.answer(try media.answer(to: offer))
        media.apply()  // sound flows from the answer on
      } else {
        call.answer(media.offer())
      }
    } catch {
      logger.info("offer refused", metadata: ["why": "\(error.warning.text)"])
      call.reject(status: error.status, reason: nil, warning: error.warningValue(agent: "assist"))
      media.leg.close()
      for await event in call.events { if case .ended = event { break } }
      return
    }
    await run(party)
  }

  /// Sees an answered call, or one that rings at the far end, to its end.
  @concurrent mutating func run(_ party: some CallParty) async {
    let call = call
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await party.run() }
      group.addTask {
        for await request in party.requests { request.perform(on: call) }
      }
      var ending: CallEnding?
      for await event in call.events {
        handle(event, party)
        if case .ended(let how) = event { ending = how }
      }
      logMedia()
      media.leg.close()
      party.ended(ending ?? CallEnding(by: .stack, text: "the call's events ended"))
      await group.waitForAll()
    }
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

  private mutating func handle(_ event: SIPCallEvent, _ party: some CallParty) {
    watch(event)
    switch event {
    case .provisional: break
    case .answered(let answer):
      accept(answer, party)
      party.answered()
    case .established(let answer): if media.awaitsAnswer { accept(answer, party) }
    case .reinvited(let id, let offer): reinvited(id, offer, party)
    case .reinviteFinished(let status, let answer):
      guard (200..<300).contains(status) else { return media.discardOffer() }
      if media.awaitsAnswer { accept(answer, party) }
    case .dtmf(let digit, _): party.digit(digit)
    case .referProgress(let status): party.transferProgress(status: status)
    case .referFinished(let outcome): party.transferFinished(outcome)
    case .referred(let id, let target, _, _): party.referred(Referral(id, to: target, in: call))
    case .ended(let ending): logger.info("call ended", metadata: ["why": "\(ending.text)"])
    }
  }

  /// The peer's answer to our offer: without one there can be no call.
  private mutating func accept(_ answer: SessionDescription?, _ party: some CallParty) {
    guard let answer else { return call.hangUp(cause: 111, text: "no answer to our offer") }
    do throws(NegotiationError) {
      try media.accept(answer: answer)
      apply(party)
    } catch {
      logger.info("answer refused", metadata: ["why": "\(error.warning.text)"])
      call.hangUp(cause: 88, text: error.warning.text)
    }
  }

  /// A re-INVITE is answered from its offer: hold, resume, another address, another codec.
  private mutating func reinvited(_ id: ReinviteID, _ offer: SessionDescription?, _ party: some CallParty) {
    guard let offer else { return call.answerReinvite(id, with: media.offer()) }
    do throws(NegotiationError) {
      call.answerReinvite(id, with: try media.answer(to: offer))
      apply(party)
    } catch {
      call.rejectReinvite(id, status: error.status, warning: error.warningValue(agent: "assist"))
    }
  }

  private mutating func apply(_ party: some CallParty) {
    media.apply()
    party.hold(media.isHeld)
  }
}
