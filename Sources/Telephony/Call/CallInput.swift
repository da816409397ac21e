import Calls
import RTPEngine
import SIPStack

/// Something that moves a call, from whomever: the dialog, the party on the line, the API, a hand-over. All of it comes
/// through one inbox, in one order.
enum CallInput: Sendable {
  /// The call rings here.
  case rings
  /// The party on the line is ready to speak: an incoming call is answered.
  case ready
  /// What became of the dialog.
  case dialog(SIPCallEvent)
  /// What the party on the line wants.
  case wished(CallRequest)
  /// What somebody else wants, who waits for the outcome under this name.
  case asked(AskID, CallAsk)
}

/// Names one thing that is asked of a call, in its outcome.
struct AskID: Sendable, Hashable {
  let number: UInt64
}

/// What others than the party ask of a call.
enum CallAsk: Sendable {
  /// Answer with a status: 180, 183 with early media, or 200.
  case answer(status: Int)
  /// Refuse with a status of 300 to 699.
  case reject(status: Int)
  /// Put the far end on hold, or take it back.
  case hold(Bool)
  /// Offer the session anew, with codecs in order of preference or with those of before.
  case renegotiate([AudioCodec]?, SessionChangeMethod)
  /// Send the far end elsewhere.
  case refer(to: URI, headers: Headers)
}

/// How something that was asked of a call ended.
enum AskOutcome: Sendable, Equatable {
  case done
  case failed(CallControlError)
  /// How a REFER went.
  case referred(ReferOutcome)
}
