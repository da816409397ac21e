import Coordination
import RTPEngine
import Settings
import SIPStack
import SIPTransport
import Store

/// Something that happened on a call, for those who watch from outside.
struct CallNotice: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    /// It rings: at the far end, or here until the API answers.
    case ringing
    case answered
    case digit(Character)
    /// We put the peer on hold, or took it back.
    case held(Bool)
    case transfer(TransferNotice)
    case ended(reason: String)
  }

  /// The call's id.
  var call: String
  var conversation: String?
  var kind: Kind
}

/// Sees all that happens in one call: writes it down, tells those who watch, and those who wait for it.
final class CallWatch: Sendable {
  private struct State {
    /// The hand-over that is under way.
    var bridge: PersonBridge?
    var isReferring = false
    var hasRung = false
    /// Who waits for the outcome of a REFER.
    var referral: Reply<ReferOutcome>?
  }

  let recorder: CallRecorder
  private let leg: MediaLeg
  private let notices: AsyncStream<CallNotice>.Continuation
  private let events: ServerEvents?
  private let state = Locked(State())

  init(
    _ recorder: CallRecorder, leg: MediaLeg, notices: AsyncStream<CallNotice>.Continuation, events: ServerEvents? = nil
  ) {
    self.events = events
    self.recorder = recorder
    self.leg = leg
    self.notices = notices
  }

  /// Tells those who watch, and the outside.
  func tell(_ kind: CallNotice.Kind) {
    pass(kind)
    if kind == .ringing {
      // 180 may be followed by 183.
      let isFirst = state.withLock { state in
        defer { state.hasRung = true }
        return !state.hasRung
      }
      guard isFirst else { return }
    }
    events?.note(kind, on: recorder.call)
  }

  private func pass(_ kind: CallNotice.Kind) {
    let call = recorder.call
    notices.yield(CallNotice(call: call.id, conversation: call.conversation, kind: kind))
  }

  /// Takes an event of the call's dialog.
  func note(_ event: SIPCallEvent) {
    switch event {
    case .provisional(let status, _, _): if status == 180 || status == 183 { tell(.ringing) }
    case .answered, .established:
      let isFirst = recorder.call.answeredAt == nil
      recorder.answered()
      if isFirst { tell(.answered) }
    case .dtmf(let digit, _):
      pass(.digit(digit))
      events?.digit(digit, via: .info, on: recorder.call)
    case .referProgress(let status):
      if state.withLock({ $0.referral != nil }) { tell(.transfer(.progress(status: status))) }
    case .referFinished(let outcome):
      let (referral, bridge) = state.withLock { state in
        defer {
          state.referral = nil
          state.isReferring = false
        }
        return (state.referral, state.bridge)
      }
      referral?.send(outcome)
      bridge?.callerReferred(outcome)
    case .ended(let ending):
      recorder.ended(reason: ending.text, media: leg.statistics().json)
      pass(.ended(reason: ending.text))
      events?.ended(recorder.call, ending, leg.statistics())
      let (referral, bridge) = state.withLock { state in
        defer { state = State() }
        return (state.referral, state.bridge)
      }
      referral?.send(.callEnded)
      bridge?.callerEnded()
    case .reinvited, .reinviteFinished, .referred: break
    }
  }

  /// A hand-over by `bridge` begins; false while another is under way.
  func begin(_ bridge: PersonBridge) -> Bool {
    state.withLock { state in
      guard state.bridge == nil, !state.isReferring else { return false }
      state.bridge = bridge
      return true
    }
  }

  /// The hand-over is over.
  func end(_ bridge: PersonBridge) {
    state.withLock { if $0.bridge === bridge { $0.bridge = nil } }
  }

  /// The hand-over that is under way.
  var bridge: PersonBridge? { state.withLock { $0.bridge } }

  /// Whether a hand-over is under way.
  var isHandingOver: Bool { state.withLock { $0.bridge != nil || $0.isReferring } }

  /// A hand-over by REFER begins; false while another is under way.
  func beginReferral() -> Bool {
    state.withLock { state in
      guard state.bridge == nil, !state.isReferring else { return false }
      state.isReferring = true
      return true
    }
  }

  /// Has `refer` ask the peer to go elsewhere, and waits for the outcome.
  func outcome(of refer: @Sendable () -> Void) async -> ReferOutcome {
    await withCheckedContinuation { continuation in
      let reply = Reply(continuation, fallback: ReferOutcome.callEnded)
      let isLive = state.withLock { state in
        if state.isReferring { state.referral = reply }
        return state.isReferring
      }
      // A call that is over has forgotten the hand-over; the reply then falls back by itself.
      if isLive { refer() }
    }
  }
}
