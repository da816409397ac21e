import SIPStack

/// What has to be done for a call, in order.
enum CallAction: Sendable, Equatable {
  // The dialog.
  case ring
  case progress(SessionDescription)
  case answer(SessionDescription)
  case reject(status: Int, warning: String?)
  case hangUp(cause: Int, text: String)
  case reinvite(SessionDescription, SessionChangeMethod)
  case answerReinvite(ReinviteID, SessionDescription)
  case rejectReinvite(ReinviteID, status: Int, warning: String?)
  case refer(to: URI, headers: Headers)
  // Sound, as it was agreed on.
  case media(NegotiatedAudio)
  // Those who wait.
  case reply(AskID, AskOutcome)
  /// What the party hears of.
  case tell(PartyEvent)
  /// A REFER that somebody asked for goes on; the target's side has answered with this status.
  case referProgress(AskID, status: Int)
  /// Negotiation has failed for this reason, for the log.
  case refused(String)
  /// The call is over. The last one.
  case finish(CallEnding)
}

/// What the party on the line hears of its call.
enum PartyEvent: Sendable, Equatable {
  case answered
  case hold(Bool)
  case digit(Character)
  case transferProgress(status: Int)
  case transferFinished(ReferOutcome)
  case referred(ReferralID, to: NameAddress, referredBy: NameAddress?, replaces: String?)
}
