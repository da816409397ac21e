/// Why what was asked of a call was not done.
package enum CallControlError: Error, Sendable, Equatable, CustomStringConvertible {
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

  package var description: String {
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
  package var parameter: String? {
    if case .invalid(let parameter, _) = self { parameter } else { nil }
  }
}
