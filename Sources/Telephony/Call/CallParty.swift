package import SIPStack
import SIPTransport

/// What a caller is connected to: an assistant, the echo, a player, a recorder.
package protocol CallParty: Sendable {
  /// What the party wants of the dialog. One reader; ends when the party has no more wishes.
  var requests: AsyncStream<CallRequest> { get }
  /// Gets ready to speak while the caller hears ringing.
  func prepare() async
  /// Lives as long as the call: returns when the leg is closed or `ended` was called.
  func run() async
  /// The far end of a call of ours has answered.
  func answered()
  /// The peer put us on hold, or took us back.
  func hold(_ isHeld: Bool)
  /// A digit came by INFO; those of RTP come from the leg.
  func digit(_ digit: Character)
  /// The target of a transfer rings.
  func transferProgress(status: Int)
  /// How a transfer ended.
  func transferFinished(_ outcome: ReferOutcome)
  /// The peer wants to send us elsewhere.
  func referred(_ referral: Referral)
  /// The call is over.
  func ended(_ ending: CallEnding)
}

extension CallParty {
  package func prepare() async {}
  package func answered() {}
  package func hold(_ isHeld: Bool) {}
  package func digit(_ digit: Character) {}
  package func transferProgress(status: Int) {}
  package func transferFinished(_ outcome: ReferOutcome) {}
  package func referred(_ referral: Referral) { referral.refuse() }
}

/// What a party wants of the dialog.
package enum CallRequest: Sendable {
  case transfer(to: URI)
  case hangUp(cause: Int, text: String)

  /// The peer has vanished: nothing came from it for the configured time (Q.850 cause 102: recovery on timer expiry).
  package static let mediaTimeout = CallRequest.hangUp(cause: 102, text: "no media")

  /// Wishes on their way to the call. A party has few and the call acts at once; should it not, the newest count.
  package static func stream() -> (AsyncStream<CallRequest>, AsyncStream<CallRequest>.Continuation) {
    AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
  }
}
