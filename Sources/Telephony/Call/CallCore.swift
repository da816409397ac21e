import Calls
import RTPEngine
import SIPStack

/// One call, from its first ring to its end: what the dialog, the party on the line and all others want of it comes in,
/// what has to be done comes out. A value without IO.
///
/// At most one change of the session and one transfer of ours are under way at a time, and the core knows who asked for
/// it: no outcome can go to anybody else.
struct CallCore: Sendable {
  /// How far an incoming call is answered.
  private enum Answering {
    case no, early, done
  }

  /// A change of the session of ours on its way to the peer, with what was before it.
  private struct Change {
    var asker: AskID
    var before: MediaNegotiation.Terms
    var id: SessionChangeID?
  }

  /// A transfer of ours that is under way.
  private struct Transfer {
    enum Asker {
      case party
      case ask(AskID)
    }

    var asker: Asker
    var id: ReferID?
  }

  private let offer: SessionDescription?
  private var media: MediaNegotiation
  private var answering: Answering
  private var hasRung = false
  private var isOver = false
  private var change: Change?
  private var transfer: Transfer?
  private var actions: [CallAction] = []

  /// A call whose media is negotiated by `media`. An incoming one has `offer`, if its INVITE had one; one of ours has been
  /// offered by `media` already.
  init(_ direction: CallDirection, offer: SessionDescription?, media: MediaNegotiation) {
    self.offer = offer
    self.media = media
    answering = direction == .outgoing ? .done : .no
  }

  /// Takes what happened. Returns what has to be done, in order.
  mutating func handle(_ input: CallInput) -> [CallAction] {
    guard !isOver else {
      if case .asked(let id, _) = input { return [.reply(id, .failed(.ended))] }
      return []
    }
    actions = []
    switch input {
    case .rings:
      if !hasRung { actions.append(.ring) }
      hasRung = true
    case .ready: ready()
    case .dialog(let event): handle(event)
    case .wished(let request): handle(request)
    case .asked(let id, let ask): handle(ask, id)
    }
    return actions
  }

  /// The REFER that `handle` has asked for is known to the dialog by this name, which its outcome bears.
  mutating func sent(_ id: ReferID) { transfer?.id = id }

  /// The same for a change of the session.
  mutating func sent(_ id: SessionChangeID) { change?.id = id }

  // MARK: The dialog

  private mutating func handle(_ event: SIPCallEvent) {
    switch event {
    case .provisional: break
    case .answered(let answer):
      accept(answer)
      actions.append(.tell(.answered))
    case .established(let answer): if media.awaitsAnswer { accept(answer) }
    case .reinvited(let id, let offer): reinvited(id, offer)
    case .reinviteAnswered(_, let answer): if media.awaitsAnswer { accept(answer) }
    case .reinviteCancelled: if change == nil { media.discardOffer() }
    case .reinviteFinished(let id, let status, let answer): changed(id, status, answer)
    case .dtmf(let digit, _): actions.append(.tell(.digit(digit)))
    case .referProgress(let id, let status): referProgress(id, status)
    case .referFinished(let id, let outcome): referFinished(id, outcome)
    case .referred(let id, let target, let referredBy, let replaces):
      actions.append(.tell(.referred(id, to: target, referredBy: referredBy, replaces: replaces)))
    case .ended(let ending): end(ending)
    }
  }

  private mutating func end(_ ending: CallEnding) {
    isOver = true
    if let change { actions.append(.reply(change.asker, .failed(.ended))) }
    if case .ask(let id) = transfer?.asker { actions.append(.reply(id, .referred(.callEnded))) }
    change = nil
    transfer = nil
    actions.append(.finish(ending))
  }

  /// The peer's answer to our offer: without one there can be no call.
  private mutating func accept(_ answer: SessionDescription?) {
    guard let answer else { return actions.append(.hangUp(cause: 111, text: "no answer to our offer")) }
    do throws(NegotiationError) {
      try media.accept(answer: answer)
      applyMedia()
    } catch {
      actions += [.refused(error.warning.text), .hangUp(cause: 88, text: error.warning.text)]
    }
  }

  /// A re-INVITE is answered from its offer: hold, resume, another address, another codec.
  private mutating func reinvited(_ id: ReinviteID, _ offer: SessionDescription?) {
    guard let offer else { return actions.append(.answerReinvite(id, media.offer())) }
    do throws(NegotiationError) {
      actions.append(.answerReinvite(id, try media.answer(to: offer)))
      applyMedia()
    } catch {
      actions.append(.rejectReinvite(id, status: error.status, warning: error.warningValue(agent: "assist")))
    }
  }

  /// A change of ours has its answer.
  private mutating func changed(_ id: SessionChangeID, _ status: Int, _ answer: SessionDescription?) {
    guard let change, change.id == id else { return }
    self.change = nil
    guard (200..<300).contains(status) else {
      media.discardOffer()
      media.terms = change.before
      return actions.append(.reply(change.asker, .failed(.refused(status: status))))
    }
    if media.awaitsAnswer { accept(answer) }
    actions.append(.reply(change.asker, .done))
  }

  private mutating func applyMedia() {
    guard let agreed = media.agreed else { return }
    actions += [.media(agreed), .tell(.hold(media.isHeld))]
  }

  // MARK: The party

  private mutating func handle(_ request: CallRequest) {
    switch request {
    case .hangUp(let cause, let text): actions.append(.hangUp(cause: cause, text: text))
    case .transfer(let target):
      guard transfer == nil else {
        return actions.append(.tell(.transferFinished(.refused(status: 491, reason: "a transfer is under way"))))
      }
      transfer = Transfer(asker: .party)
      actions.append(.refer(to: target, headers: ReferHeaders.copied(from: target)))
    }
  }

  private mutating func referProgress(_ id: ReferID, _ status: Int) {
    guard let transfer, transfer.id == id else { return }
    switch transfer.asker {
    case .party: actions.append(.tell(.transferProgress(status: status)))
    case .ask(let id): actions.append(.referProgress(id, status: status))
    }
  }

  private mutating func referFinished(_ id: ReferID, _ outcome: ReferOutcome) {
    guard let transfer, transfer.id == id else { return }
    self.transfer = nil
    switch transfer.asker {
    case .party: actions.append(.tell(.transferFinished(outcome)))
    case .ask(let id): actions.append(.reply(id, .referred(outcome)))
    }
  }

  // MARK: Being answered

  /// The party is ready. An offer that nothing here fits is refused.
  private mutating func ready() {
    guard answering != .done else { return }
    do throws(NegotiationError) {
      try answer()
    } catch {
      refuse(error)
    }
  }

  private mutating func answer() throws(NegotiationError) {
    if case .early = answering, let description = media.localDescription {
      actions.append(.answer(description))
    } else if let offer {
      actions.append(.answer(try media.answer(to: offer)))
      if let agreed = media.agreed { actions.append(.media(agreed)) }  // Sound flows from the answer on.
    } else {
      actions.append(.answer(media.offer()))
    }
    answering = .done
  }

  private mutating func refuse(_ error: NegotiationError) {
    answering = .done
    actions += [
      .refused(error.warning.text), .reject(status: error.status, warning: error.warningValue(agent: "assist")),
    ]
  }

  // MARK: What others ask

  private mutating func handle(_ ask: CallAsk, _ id: AskID) {
    switch ask {
    case .answer(let status): answer(status, id)
    case .reject(let status):
      guard answering != .done else { return fail(id, .notRinging) }
      guard (300...699).contains(status) else {
        return fail(id, .invalid(parameter: "status", "a call is refused with a status of 300 to 699"))
      }
      answering = .done
      actions += [.reject(status: status, warning: nil), .reply(id, .done)]
    case .hold(let isHeld):
      guard mayChange(id) else { return }
      let before = media.terms
      guard before.isHolding != isHeld else { return actions.append(.reply(id, .done)) }
      change = Change(asker: id, before: before)
      actions.append(.reinvite(media.offer(holding: isHeld), .reinvite))
    case .renegotiate(let codecs, let method):
      guard mayChange(id) else { return }
      change = Change(asker: id, before: media.terms)
      actions.append(.reinvite(codecs.map { media.offer(codecs: $0) } ?? media.offer(), method))
    case .refer(let target, let headers):
      guard transfer == nil else { return fail(id, .busy("a hand-over")) }
      transfer = Transfer(asker: .ask(id))
      actions.append(.refer(to: target, headers: headers))
    }
  }

  private mutating func fail(_ id: AskID, _ error: CallControlError) { actions.append(.reply(id, .failed(error))) }

  private mutating func mayChange(_ id: AskID) -> Bool {
    if change != nil || media.awaitsAnswer {
      fail(id, .busy("a change of the session"))
      return false
    }
    guard media.agreed != nil, answering == .done else {
      fail(id, .notAnswered)
      return false
    }
    return true
  }

  private mutating func answer(_ status: Int, _ id: AskID) {
    guard answering != .done else { return fail(id, .notRinging) }
    do throws(NegotiationError) {
      switch status {
      case 180: actions.append(.ring)
      case 183:
        guard case .no = answering, let offer else {
          return fail(id, .invalid(parameter: "status", "there is no early media without an offer, or a second time"))
        }
        actions.append(.progress(try media.answer(to: offer)))
        if let agreed = media.agreed { actions.append(.media(agreed)) }
        answering = .early
      case 200:
        try answer()
        actions.append(.tell(.answered))
      default: return fail(id, .invalid(parameter: "status", "a call is answered with 180, 183 or 200"))
      }
      actions.append(.reply(id, .done))
    } catch {
      refuse(error)
      fail(id, .refused(status: error.status))
    }
  }
}
