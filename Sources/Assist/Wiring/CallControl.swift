import Coordination
import RTPEngine
import SIPStack

/// Why what was asked of a call was not done.
enum CallControlError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no such live call.
  case noCall
  /// The call has been answered, or refused, already.
  case notRinging
  /// The call is not answered yet.
  case notAnswered
  /// Something of the kind is under way.
  case busy(String)
  /// A part of the request is wrong.
  case invalid(parameter: String, String)
  /// The call has no voice of ours that could say something.
  case noVoice
  /// The peer refused with this SIP status.
  case refused(status: Int)
  /// It could not be begun.
  case unavailable(String)
  /// The call ended before it was done.
  case ended

  var description: String {
    switch self {
    case .noCall: "there is no such call, or it is over"
    case .notRinging: "the call does not ring any more"
    case .notAnswered: "the call is not answered yet"
    case .busy(let what): "\(what) is under way already"
    case .invalid(_, let why): why
    case .noVoice: "nothing can be said on this call now"
    case .refused(let status): "the other side refused (SIP \(status))"
    case .unavailable(let why): why
    case .ended: "the call ended first"
    }
  }

  /// The part of the request that is wrong.
  var parameter: String? {
    if case .invalid(let parameter, _) = self { parameter } else { nil }
  }
}

/// How a change of a call's session is asked for.
enum SessionChange: Sendable {
  case hold(Bool)
  case codecs([AudioCodec]?, SessionChangeMethod)
}

/// What others than the party ask of a call.
enum ControlRequest: Sendable {
  /// Answer with a status: 180, 183 with early media, or 200.
  case answer(status: Int, Reply<CallControlError?>)
  case reject(status: Int, Reply<CallControlError?>)
  case change(SessionChange, Reply<CallControlError?>)
}

/// The way to a call for those who are not on the line: the API, a person at the console.
final class CallControl: Sendable {
  /// One reader, the call.
  let requests: AsyncStream<ControlRequest>
  private let sink: AsyncStream<ControlRequest>.Continuation

  init() { (requests, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(64)) }

  /// Hands a request over and waits until it is done.
  func ask(_ make: @Sendable (Reply<CallControlError?>) -> ControlRequest) async throws(CallControlError) {
    let failure: CallControlError? = await withCheckedContinuation { continuation in
      // A request that is dropped, since the call is over or swamped, drops its reply.
      sink.yield(make(Reply(continuation, fallback: .ended)))
    }
    if let failure { throw failure }
  }

  /// The call is over.
  func end() { sink.finish() }
}
