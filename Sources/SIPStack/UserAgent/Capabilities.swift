/// What a user agent can do, as Allow, Supported and the answer to OPTIONS show it.
struct Capabilities: Sendable {
  /// The methods that are really dealt with.
  let methods: Set<Method>
  /// The same as Allow shows them.
  let allow: String
  /// The extensions that a peer may require of a REFER.
  let referExtensions: [String]
  /// What OPTIONS answers (RFC 3261 11.2).
  let headers: [(HeaderName, String)]

  init(acceptsReferrals: Bool) {
    var methods: [Method] = [.invite, .ack, .cancel, .bye, .options, .info, .notify, .update]
    // SUBSCRIBE prolongs or ends the subscription that a REFER has made (RFC 3515 2.4.4).
    if acceptsReferrals { methods += [.refer, .subscribe] }
    self.methods = Set(methods)
    allow = methods.map(\.rawValue).joined(separator: ", ")
    referExtensions = acceptsReferrals ? ["norefersub"] : []
    headers = [
      (.allow, allow), (.accept, "application/sdp"), (.acceptEncoding, "identity"), (.acceptLanguage, "en"),
      (.supported, referExtensions.joined(separator: ", ")), (.allowEvents, "refer"),
    ]
  }
}
