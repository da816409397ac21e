/// Why a client transaction was begun, so that its responses find their place.
enum ClientPurpose: Sendable, Hashable {
  case invite
  case cancel
  case reinvite
  case bye
  case refer
  case info
  /// A report on a referral of the peer.
  case notify(ReferralID)
  /// Its outcome changes nothing, as of the BYE to a second branch of a fork.
  case disregarded
}

/// What a call asks of the user agent, which adds Via and identity and puts it on the wire.
enum CallAction: Sendable {
  /// Answer in a server transaction.
  case respond(SIPResponse, ServerTransactionID)
  /// Begin a client transaction.
  case request(SIPRequest, Destination, ClientPurpose)
  /// Send an ACK for a 2xx, which has no transaction.
  case acknowledge(SIPRequest, Destination)
  /// CANCEL the INVITE in progress, if it may be cancelled now.
  case cancelInvite(reason: String?)
  /// Give up the INVITE whose CANCEL had no effect.
  case abandonInvite
  /// Tell the application.
  case event(SIPCallEvent)
  /// Requests with this dialog's tags belong to the call.
  case dialogAdded(DialogID)
  /// Forget the call.
  case finished
}
