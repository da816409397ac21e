package import Net

/// A provider of telephone lines.
package struct TrunkConfiguration: Sendable, Equatable {
  package var name: String
  /// A SIP URI, e.g. `sip:sip.acme.example;transport=tls`.
  package var proxy: String?
  package var username: String?
  package var password: Secret?
  /// Whether to register there.
  package var register = false
  /// The number that outgoing calls show.
  package var callerID: String?
  /// Networks whose calls are taken without a challenge.
  package var acceptFrom: [Network] = []
}

/// Someone who may call in with digest authentication.
package struct SIPUserConfiguration: Sendable, Equatable {
  package var username: String
  package var password: Secret
}
