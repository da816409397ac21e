import Audio
import RTPEngine
import SIPStack
import VoicePipeline

/// A call's media leg as the carrier of a conversation. Translates; decides nothing.
final class LegCarrier: VoiceCarrier {
  let sampleRate: Int
  let events: AsyncStream<CarrierEvent>
  /// What the conversation wants of the dialog; one reader, the call.
  let requests: AsyncStream<CallRequest>

  private let leg: MediaLeg
  private let eventSink: AsyncStream<CarrierEvent>.Continuation
  private let requestSink: AsyncStream<CallRequest>.Continuation
  private let onDigit: @Sendable (Character) -> Void
  private let fields: @Sendable () -> [(name: String, value: String)]

  /// `fields` are what the person to whom the caller is sent shall find in their INVITE, asked for at that moment.
  init(
    leg: MediaLeg, onDigit: @escaping @Sendable (Character) -> Void = { _ in },
    fields: @escaping @Sendable () -> [(name: String, value: String)] = { [] }
  ) {
    self.leg = leg
    self.fields = fields
    self.onDigit = onDigit
    sampleRate = leg.sampleRate
    // The leg bounds its own backlog of sound, and the conversation takes events as they come.
    (events, eventSink) = AsyncStream.makeStream()
    (requests, requestSink) = CallRequest.stream()
  }

  /// Passes on what the leg reports. Returns when the leg is closed.
  func forwardLegEvents() async {
    for await event in leg.events {
      if case .mediaTimeout = event { requestSink.yield(.mediaTimeout) }
      if case .digit(let digit) = event { onDigit(digit) }
      if let event = Self.carrierEvent(event) { eventSink.yield(event) }
    }
  }

  /// Passes on what the dialog reports.
  func deliver(_ event: CarrierEvent) { eventSink.yield(event) }

  /// The far end is gone.
  func end(reason: String) {
    eventSink.yield(.ended(reason: reason))
    eventSink.finish()
    requestSink.finish()
  }

  private static func carrierEvent(_ event: LegEvent) -> CarrierEvent? {
    switch event {
    case .audio(let frame): .audio(frame)
    case .speechStarted(let at): .speechStarted(at: at)
    case .speechStopped(let last): .speechStopped(lastSpeech: last)
    case .interrupted(let at, let position): .interrupted(at: at, position: position)
    case .audible(let at, let position): .audible(at: at, position: position)
    case .playedOut(let at, let position): .playedOut(at: at, position: position)
    case .digit(let digit): .digit(digit)
    case .mediaTimeout, .unbridged, .closed: nil
    }
  }

  func play(_ samples: [Int16]) async throws -> UInt64 { try await leg.play(samples) }
  func finishPlayout() { leg.finishPlayout() }
  func dropPlayout() { leg.dropPlayout() }
  func resumePlayout() { leg.resumePlayout() }
  func arm(_ policy: BargeInPolicy) {
    leg.arm(InterruptionPolicy(isEnabled: policy.isEnabled, speech: policy.speech))
  }
  var playedPosition: UInt64 { leg.playedPosition }
  func transfer(to target: String) {
    // The configuration's reader checks targets; another's word, such as an operator's, may still be none.
    guard let uri = URI(target) else {
      return deliver(.transferFinished(.failed(status: 416, reason: "the target is no URI")))
    }
    guard var sip = uri.sip else {
      requestSink.yield(.transfer(to: uri))
      return
    }
    // What the configuration's target says itself stands.
    for (name, value) in fields() where !sip.headers.contains(where: { $0.name == name }) {
      sip.addHeader(name, value)
    }
    requestSink.yield(.transfer(to: .sip(sip)))
  }
  func hangUp() { requestSink.yield(.hangUp(cause: 16, text: "the assistant hung up")) }
}
