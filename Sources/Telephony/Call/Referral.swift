package import SIPStack
package import SIPTransport

/// A transfer that the peer asks of us by REFER, and its call.
package struct Referral: Sendable {
  package let target: NameAddress
  /// Who asks (RFC 3892).
  package let referredBy: NameAddress?
  /// The dialog whose place the new call is to take, as the value of a Replaces field.
  package let replaces: String?
  private let id: ReferralID
  private let call: SIPCall

  package init(
    _ id: ReferralID, to target: NameAddress, referredBy: NameAddress? = nil, replaces: String? = nil, in call: SIPCall
  ) {
    self.id = id
    self.target = target
    self.referredBy = referredBy
    self.replaces = replaces
    self.call = call
  }

  /// The fields that the INVITE to the target carries: those of the target's URI that are for the called one to read,
  /// who asked for it, and what it replaces.
  package var inviteHeaders: Headers {
    var headers = ReferHeaders.allowed(in: target.uri)
    if let referredBy { headers.append(.referredBy, referredBy.description) }
    if let replaces, ReferHeaders.isDialog(replaces) {
      headers.append(.replaces, replaces)
    }
    return headers
  }

  /// Accepts: the peer will be told how it goes.
  package func accept() { call.acceptReferral(id) }

  /// Refuses (603): who is connected to us is not sent elsewhere.
  package func refuse() { call.rejectReferral(id, status: 603) }

  /// Tells the peer what the target answered; 200 and above end the referral.
  package func report(status: Int, reason: String = "") { call.reportReferral(id, status: status, reason: reason) }
}
