/// Names a call of one user agent; never reused.
public struct CallHandle: Sendable, Hashable, CustomStringConvertible {
  /// Counts from 1.
  public let value: UInt64

  /// The number alone.
  public var description: String { String(value) }
}

/// Names a re-INVITE or UPDATE of the peer that waits for an answer.
public struct ReinviteID: Sendable, Hashable {
  let value: UInt64
}

/// Names a REFER of the peer.
public struct ReferralID: Sendable, Hashable {
  let value: UInt64
}

/// Names a REFER of ours within its call; chosen by who sends it, and borne by all that comes of it.
public struct ReferID: Sendable, Hashable {
  /// The number alone.
  public let value: UInt64

  /// The name with this number, which no other REFER of the call has.
  public init(_ value: UInt64) { self.value = value }
}

/// Names a change of the session that we want, by re-INVITE or UPDATE; chosen by who wants it, and borne by its outcome.
public struct SessionChangeID: Sendable, Hashable {
  /// The number alone.
  public let value: UInt64

  /// The name with this number, which no other change of the call has.
  public init(_ value: UInt64) { self.value = value }
}

/// Who called whom.
public enum CallDirection: Sendable, Hashable {
  /// The peer called us.
  case incoming
  /// We called.
  case outgoing
}

/// What happens in a call, in order; `ended` is the last.
public enum SIPCallEvent: Sendable {
  /// A 1xx but 100 to our INVITE, with early media's description if it carries one.
  case provisional(status: Int, reason: String, SessionDescription?)
  /// A 2xx to our INVITE. The ACK has been sent. Nil when it carries no description.
  case answered(SessionDescription?)
  /// The ACK to our 2xx arrived, with the answer when the offer was ours.
  case established(SessionDescription?)
  /// The peer wants to change the session; nil when it asks for our offer. Answer by the ID.
  case reinvited(ReinviteID, offer: SessionDescription?)
  /// The answer to an offer that the peer had asked for came in the ACK of its re-INVITE.
  case reinviteAnswered(ReinviteID, SessionDescription)
  /// The peer took its re-INVITE back before we answered it.
  case reinviteCancelled(ReinviteID)
  /// How a change of ours ended, with the answer if it was accepted. A change that another of ours has taken the place of
  /// before it left, or that can't be asked for now, ends with 491.
  case reinviteFinished(SessionChangeID, status: Int, SessionDescription?)
  /// A digit that came in an INFO request, and how long it was pressed, if told.
  case dtmf(Character, duration: Duration?)
  /// A provisional report of the target of a transfer of ours.
  case referProgress(ReferID, status: Int)
  /// How a transfer of ours ended.
  case referFinished(ReferID, ReferOutcome)
  /// The peer asks us to call `to`, in place of the dialog that `replaces` names (RFC 3891) if it is given. Accept or
  /// reject by the ID. Only with `UserAgentConfiguration.acceptsReferrals`.
  case referred(ReferralID, to: NameAddress, referredBy: NameAddress?, replaces: String?)
  /// The call is over.
  case ended(CallEnding)
}

/// How a REFER ended (RFC 3515).
public enum ReferOutcome: Sendable, Hashable {
  /// A NOTIFY told of a 2xx from the target.
  case succeeded(status: Int)
  /// A NOTIFY told that the target failed; the call stands.
  case failed(status: Int, reason: String)
  /// The peer did not accept the REFER; the call stands.
  case refused(status: Int, reason: String)
  /// The peer accepted and hung up without a report, as carriers do that hand the call over.
  case peerHungUp
  /// Nothing was heard in time; `lastStatus` is the last report, if any.
  case timedOut(lastStatus: Int?)
  /// The peer ended its reports without a final one.
  case unconfirmed(lastStatus: Int?)
  /// The call ended first.
  case callEnded
}

/// Why a call is over.
public struct CallEnding: Sendable, Hashable {
  /// Who ended it.
  public enum Party: Sendable, Hashable {
    /// The application.
    case local
    /// The peer, by BYE, CANCEL or a final response.
    case remote
    /// The stack: a missing ACK, a time-out, a path that is gone.
    case stack
  }

  /// Who ended it.
  public var by: Party
  /// The SIP status that stands for it: of the final response, or of a Reason header field with `SIP`.
  public var status: Int?
  /// The Q.850 cause of a Reason header field (RFC 3326).
  public var cause: Int?
  /// In words, for a log.
  public var text: String

  /// An ending of these parts.
  public init(by: Party, status: Int? = nil, cause: Int? = nil, text: String) {
    self.by = by
    self.status = status
    self.cause = cause
    self.text = text
  }
}

/// A call that asks to be taken.
public struct IncomingCall: Sendable {
  /// The call's name in commands.
  public let handle: CallHandle
  /// The INVITE as it arrived.
  public let request: SIPRequest
  /// Its offer; nil when it wants ours.
  public let offer: SessionDescription?
  /// Where it came from.
  public let source: Flow
  /// How the caller was let in.
  public let admission: Admission
}

/// What the user agent tells the application.
public enum UserAgentEvent: Sendable {
  /// A new call; 100 has been sent.
  case incomingCall(IncomingCall)
  /// A call that was refused, and of which nothing more will be heard.
  case callRefused(RefusedCall)
  /// Something in a call.
  case call(CallHandle, SIPCallEvent)
}

/// What the shell shall do for the user agent.
public enum Output: Sendable {
  /// Send the bytes: one datagram, or so much of a stream.
  case send([UInt8], Flow)
  /// Find a flow to the hop and tell by `flowOpened` or `flowFailed`.
  case connect(FlowRequestID, Hop)
  /// Tell the application.
  case event(UserAgentEvent)
}
