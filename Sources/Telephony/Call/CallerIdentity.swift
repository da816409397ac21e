import SIPStack
import SIPTransport
import Store

/// Who a caller is taken to be.
///
/// What From shows is only as good as who says it. A trunk, whose networks are configured, tells whose call it brings; a
/// user who has authenticated is believed to be themself. Anyone else could show a customer's number and be told that
/// customer's affairs.
enum CallerIdentity {
  /// The caller's number, if it is one and can be believed.
  static func identities(of call: SIPCall) -> [CustomerIdentity] {
    guard let shown = call.from.uri.sip?.user else { return [] }
    switch call.admission {
    case .network: break
    case .user(let name): guard name == shown else { return [] }
    case .anonymous, nil: return []
    }
    return CustomerIdentity.phone(shown).map { [$0] } ?? []
  }
}
