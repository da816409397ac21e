import Audio
import RTPEngine
import SIPStack
import VoicePipeline

/// A call's media leg as the carrier of a conversation: the leg's own events, and beside them what becomes of the dialog.
/// Decides nothing.
final class LegCarrier: VoiceCarrier {
  /// Events of the dialog that may wait. Of more the oldest are dropped: that the call is over comes last, and of a peer
  /// that holds and resumes a call for ever only how it stands counts.
  private static let connectionBacklog = 256

  let sampleRate: Int
  let events: LineEvents
  let connection: AsyncStream<ConnectionEvent>
  /// What the conversation wants of the dialog; one reader, the call.
  let requests: AsyncStream<CallRequest>

  private let leg: MediaLeg
  private let connectionSink: AsyncStream<ConnectionEvent>.Continuation
  private let requestSink: AsyncStream<CallRequest>.Continuation
  private let fields: @Sendable () -> [(name: String, value: String)]

  /// `onDigit` is told of digits that come as sound; `fields` are what the person to whom the caller is sent shall find
  /// in their INVITE, asked for at that moment.
  init(
    leg: MediaLeg, onDigit: @escaping @Sendable (Character) -> Void = { _ in },
    fields: @escaping @Sendable () -> [(name: String, value: String)] = { [] }
  ) {
    self.leg = leg
    self.fields = fields
    sampleRate = leg.sampleRate
    (connection, connectionSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.connectionBacklog))
    (requests, requestSink) = CallRequest.stream()
    events = leg.events.watched { [requestSink] event in
      switch event {
      case .mediaTimeout: requestSink.yield(.mediaTimeout)
      case .digit(let digit): onDigit(digit)
      default: break
      }
    }
  }

  /// Passes on what the dialog reports.
  func deliver(_ event: ConnectionEvent) { connectionSink.yield(event) }

  /// The far end is gone.
  func end(reason: String) {
    connectionSink.yield(.ended(reason: reason))
    connectionSink.finish()
    requestSink.finish()
  }

  func play(_ samples: [Int16]) async throws -> LinePosition { try await leg.play(samples) }
  func finishPlayout() { leg.finishPlayout() }
  func dropPlayout() { leg.dropPlayout() }
  func resumePlayout() { leg.resumePlayout() }
  func arm(_ policy: InterruptionPolicy) { leg.arm(policy) }
  var playedPosition: LinePosition { leg.playedPosition }
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
