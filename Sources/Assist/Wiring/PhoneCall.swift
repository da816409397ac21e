import Coordination
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
  /// What others ask of the call.
  let control: CallControl
  private let watch: @Sendable (SIPCallEvent) -> Void
  /// A change of ours on its way to the peer, with what was before it.
  private var change: (reply: Reply<CallControlError?>, before: (codecs: [CodecDescription], isHolding: Bool))?
  private var answering = Answering.no

  /// How far an incoming call is answered by those who control it.
  private enum Answering {
    case no, early, done
  }

  private enum Input: Sendable {
    case event(SIPCallEvent)
    case control(ControlRequest)
  }

  /// `watch` sees every event of the dialog before it is acted on.
  init(
    _ call: SIPCall, media: MediaSession, control: CallControl = CallControl(), logger: Logger,
    watch: @escaping @Sendable (SIPCallEvent) -> Void = { _ in }
  ) {
    self.call = call
    self.media = media
    self.control = control
    self.logger = logger
    self.watch = watch
    if call.direction == .outgoing { answering = .done }
  }

  /// Answers an incoming call and sees it to its end. It rings until the party is ready to speak.
  @concurrent mutating func answerAndRun(_ party: some CallParty) async {
    call.ring()
    await party.prepare()
    do throws(NegotiationError) {
      try answer()
    } catch {
      refuse(error)
      media.leg.close()
      for await event in call.events {
        watch(event)
        if case .ended = event { break }
      }
      return
    }
    await run(party)
  }

  private mutating func answer() throws(NegotiationError) {
    if case .early = answering, let description = media.localDescription {
      call.answer(description)
    } else if let offer = call.offer {
      call.answer(try media.answer(to: offer))
      media.apply()  // sound flows from the answer on
    } else {
      call.answer(media.offer())
    }
    answering = .done
  }

  private func refuse(_ error: NegotiationError) {
    logger.info("offer refused", metadata: ["why": "\(error.warning.text)"])
    call.reject(status: error.status, reason: nil, warning: error.warningValue(agent: "assist"))
  }

  /// Sees a call to its end: an answered one, one that rings at the far end, or one that rings here until it is answered
  /// through `control`.
  @concurrent mutating func run(_ party: some CallParty) async {
    let (call, control) = (call, control)
    let (inputs, sink) = AsyncStream<Input>.makeStream()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await party.run() }
      group.addTask {
        for await request in party.requests { request.perform(on: call) }
      }
      group.addTask {
        for await event in call.events { sink.yield(.event(event)) }
        sink.finish()
      }
      group.addTask {
        for await request in control.requests { sink.yield(.control(request)) }
      }
      var ending: CallEnding?
      for await input in inputs {
        switch input {
        case .event(let event):
          handle(event, party)
          if case .ended(let how) = event { ending = how }
        case .control(let request): handle(request, party)
        }
      }
      control.end()
      change = nil
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
    case .reinviteFinished(let status, let answer): changed(status, answer, party)
    case .dtmf(let digit, _): party.digit(digit)
    case .referProgress(let status): party.transferProgress(status: status)
    case .referFinished(let outcome): party.transferFinished(outcome)
    case .referred(let id, let target, let referredBy, let replaces):
      party.referred(Referral(id, to: target, referredBy: referredBy, replaces: replaces, in: call))
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

  /// A change of ours has its answer; or the peer answered, in its ACK, an offer that it had asked for.
  private mutating func changed(_ status: Int, _ answer: SessionDescription?, _ party: some CallParty) {
    // The peer has taken back a change of its own; we never take ours back.
    if status == 487, change != nil { return }
    defer { change = nil }
    guard (200..<300).contains(status) else {
      media.discardOffer()
      if let change {
        media.terms = change.before
        change.reply.send(.refused(status: status))
      }
      return
    }
    if media.awaitsAnswer { accept(answer, party) }
    change?.reply.send(nil)
  }

  private mutating func apply(_ party: some CallParty) {
    media.apply()
    party.hold(media.isHeld)
  }

  // MARK: What others ask

  private mutating func handle(_ request: ControlRequest, _ party: some CallParty) {
    switch request {
    case .answer(let status, let reply): answer(status, reply, party)
    case .reject(let status, let reply):
      guard answering != .done else { return reply.send(.notRinging) }
      guard (300...699).contains(status) else {
        return reply.send(.invalid(parameter: "status", "a call is refused with a status of 300 to 699"))
      }
      answering = .done
      call.reject(status: status)
      reply.send(nil)
    case .change(let wanted, let reply): begin(wanted, reply)
    }
  }

  private mutating func answer(_ status: Int, _ reply: Reply<CallControlError?>, _ party: some CallParty) {
    guard answering != .done else { return reply.send(.notRinging) }
    do throws(NegotiationError) {
      switch status {
      case 180: call.ring()
      case 183:
        guard case .no = answering, let offer = call.offer else {
          return reply.send(.invalid(parameter: "status", "there is no early media without an offer, or a second time"))
        }
        call.progress(try media.answer(to: offer))
        media.apply()
        answering = .early
      case 200:
        try answer()
        party.answered()
      default: return reply.send(.invalid(parameter: "status", "a call is answered with 180, 183 or 200"))
      }
      reply.send(nil)
    } catch {
      answering = .done
      refuse(error)
      reply.send(.refused(status: error.status))
    }
  }

  private mutating func begin(_ wanted: SessionChange, _ reply: Reply<CallControlError?>) {
    guard change == nil, !media.awaitsAnswer else { return reply.send(.busy("a change of the session")) }
    guard media.agreed != nil, answering == .done else { return reply.send(.notAnswered) }
    let before = media.terms
    switch wanted {
    case .hold(let isHeld):
      guard before.isHolding != isHeld else { return reply.send(nil) }
      call.reinvite(media.offer(holding: isHeld))
    case .codecs(let codecs, let method):
      call.reinvite(codecs.map { media.offer(codecs: $0) } ?? media.offer(), method: method)
    }
    change = (reply, before)
  }
}
