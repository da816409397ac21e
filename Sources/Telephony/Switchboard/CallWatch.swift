import Calls
import Coordination
import Reporting
import RTPEngine
import Settings
import SIPStack
import SIPTransport
import Store

/// Sees all that happens in one call: writes it down, tells those who watch, and those who wait for it.
final class CallWatch: Sendable {
  private struct State {
    /// The hand-over that is under way.
    var bridge: PersonBridge?
    var isReferring = false
    var hasRung = false
  }

  let recorder: CallRecorder
  private let leg: MediaLeg
  private let observe: @Sendable (CallNotice) -> Void
  private let events: ServerEvents
  private let state = Locked(State())

  init(
    _ recorder: CallRecorder, leg: MediaLeg, events: ServerEvents,
    observe: @escaping @Sendable (CallNotice) -> Void = { _ in }
  ) {
    self.recorder = recorder
    self.leg = leg
    self.events = events
    self.observe = observe
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
    events.note(kind, on: recorder.call)
  }

  private func pass(_ kind: CallNotice.Kind) {
    let call = recorder.call
    observe(CallNotice(call: call.id, conversation: call.conversation, kind: kind))
  }

  /// Takes an event of the call's dialog.
  func note(_ event: SIPCallEvent) {
    switch event {
    case .provisional(let status, _, _): if status == 180 || status == 183 { tell(.ringing) }
    case .answered, .established:
      if recorder.answered() { tell(.answered) }
    case .dtmf(let digit, _):
      pass(.digit(digit))
      events.digit(digit, via: .info, on: recorder.call)
    case .ended(let ending):
      recorder.ended(ending, media: leg.statistics())
      pass(.ended(reason: ending.text))
      let bridge = state.withLock { state in
        defer { state = State() }
        return state.bridge
      }
      bridge?.callerEnded()
    case .reinvited, .reinviteAnswered, .reinviteCancelled, .reinviteFinished, .referProgress, .referFinished,
      .referred:
      break
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

  /// The hand-over by REFER is over.
  func endReferral() { state.withLock { $0.isReferring = false } }
}
