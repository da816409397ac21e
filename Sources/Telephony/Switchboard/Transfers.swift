import Assistants
import Calls
import RTPEngine
import Settings
import SIPStack
import SIPTransport
import Store
import VoicePipeline

/// Hands callers to people: by REFER, or by a call of ours that is connected to theirs.
struct Transfers: Sendable {
  private let switchboard: Switchboard

  init(_ switchboard: Switchboard) { self.switchboard = switchboard }

  /// Hands the caller of `call` to someone else. Returns when that has begun.
  func begin(_ call: LiveCall, _ order: PersonOrder) async throws(CallControlError) {
    guard call.recorder.call.answeredAt != nil else { throw .notAnswered }
    guard !call.watch.isHandingOver else { throw .busy("a hand-over") }
    let headers = try Self.headers(of: order)
    let target: SIPURI
    let trunk: TrunkConfiguration?
    do throws(CallOrderError) {
      (target, trunk) = try switchboard.dialer.route(order.to)
    } catch {
      throw .invalid(parameter: "to", "\(error)")
    }
    switch order.mode {
    case .blind: try refer(call, to: target, order, headers)
    case .attended, .bridge: try await ring(call, target, trunk, order, headers)
    }
  }

  private static func headers(of order: PersonOrder) throws(CallControlError) -> Headers {
    guard order.headers.count <= ReferHeaders.maximum else {
      throw .invalid(parameter: "headers", "are more than \(ReferHeaders.maximum)")
    }
    var headers = Headers()
    for (name, value) in order.headers {
      guard let field = ReferHeaders.name(name), ReferHeaders.isPlain(value) else {
        throw .invalid(parameter: "headers", "expected names that begin with X- and values on one line")
      }
      headers.append(field, value)
    }
    return headers
  }

  // MARK: By REFER

  private func refer(_ live: LiveCall, to target: SIPURI, _ order: PersonOrder, _ headers: Headers)
    throws(CallControlError)
  {
    guard live.watch.beginReferral() else { throw .busy("a hand-over") }
    var target = target
    for header in headers { target.addHeader(header.name.name, header.value) }
    let uri = URI.sip(target)
    let (inbox, watch, conversation) = (live.inbox, live.watch, live.conversation)
    watch.tell(.transfer(.started(to: order.to, mode: .blind)))
    switchboard.begin(isCall: false) {
      await conversation?.suspend()
      let outcome = await inbox.refer(to: uri, headers: headers) { watch.tell(.transfer(.progress(status: $0))) }
      watch.endReferral()
      switch outcome {
      case .succeeded, .peerHungUp:
        watch.tell(.transfer(.finished(succeeded: true, status: 200, outcome: "transferred")))
        inbox.hangUp(cause: 16, text: "transferred")
      default:
        let (status, reason) = outcome.failure
        watch.tell(.transfer(.finished(succeeded: false, status: status, outcome: reason)))
        await conversation?.resume(note: "Nobody took the transferred call (\(status) \(reason)).")
        await order.release()
      }
    }
  }

  // MARK: By a call of ours

  private func ring(
    _ live: LiveCall, _ target: SIPURI, _ trunk: TrunkConfiguration?, _ order: PersonOrder, _ headers: Headers
  ) async throws(CallControlError) {
    let record = live.recorder.call
    let number = record.direction == .inbound ? record.from : record.to
    let assistant = record.assistant.flatMap { switchboard.assistant($0) }
    let language = order.language ?? assistant?.settings.language ?? "en"
    let surroundings = switchboard.surroundings
    let logger = surroundings.logger(for: live)
    let watch = live.watch
    let bridge = PersonBridge(
      order, caller: CallerSide(inbox: live.inbox, leg: live.leg, conversation: live.conversation), number: number,
      language: language, logger: logger
    ) { notice in watch.tell(.transfer(notice)) }
    guard watch.begin(bridge) else { throw .busy("a hand-over") }
    let call: SIPCall
    let media: MediaSession
    do throws(CallOrderError) {
      (call, media) = try await switchboard.dialer.dial(
        target, over: trunk, from: nil, headers: headers, ringing: order.settings.ringing + .seconds(5))
    } catch {
      watch.end(bridge)
      throw .unavailable("\(error)")
    }
    let voice =
      assistant?.voice(language: language, sampleRate: media.leg.sampleRate)
      ?? switchboard.anyVoice(at: media.leg.sampleRate)
    let party = VoiceParty(leg: media.leg, voice: voice, logger: logger) { bridge.person($0) }
    let phoneCall = PhoneCall(call, media: media, logger: surroundings.logger(for: call)) { event in
      if case .provisional(let status, _, _) = event { bridge.personProgress(status: status) }
    }
    watch.tell(.transfer(.started(to: order.to, mode: order.mode)))
    switchboard.begin(isCall: true, else: { call.hangUp(cause: 42, text: "too many calls") }) {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          var phoneCall = phoneCall
          await phoneCall.run(party)
        }
        await bridge.run(call, party)
        watch.end(bridge)
        await group.waitForAll()
      }
    }
    // The caller may have gone while the person's call was being placed, before anyone would have heard of it.
    if switchboard.live[record.id] == nil { bridge.callerEnded() }
  }
}

extension ReferOutcome {
  /// A SIP status and a reason for an outcome that was none.
  fileprivate var failure: (status: Int, reason: String) {
    switch self {
    case .failed(let status, let reason), .refused(let status, let reason):
      (status, reason.isEmpty ? "refused" : reason)
    case .timedOut: (408, "not answered")
    case .unconfirmed: (480, "not confirmed")
    case .callEnded: (487, "the caller hung up")
    case .succeeded, .peerHungUp: (200, "transferred")
    }
  }
}
