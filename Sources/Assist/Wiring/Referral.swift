import SIPStack
import SIPTransport

/// A transfer that the peer asks of us by REFER, and its call.
struct Referral: Sendable {
  let target: NameAddress
  private let id: ReferralID
  private let call: SIPCall

  init(_ id: ReferralID, to target: NameAddress, in call: SIPCall) {
    self.id = id
    self.target = target
    self.call = call
  }

  /// Accepts: the peer will be told how it goes.
  func accept() { call.acceptReferral(id) }

  /// Refuses (603): who is connected to us is not sent elsewhere.
  func refuse() { call.rejectReferral(id, status: 603) }

  /// Tells the peer what the target answered; 200 and above end the referral.
  func report(status: Int, reason: String = "") { call.reportReferral(id, status: status, reason: reason) }
}
