import SIPStack
import SIPTransport
import Store

/// Who a caller is taken to be.
///
/// What From shows is only as good as who says it: of a trunk, whose networks are configured, and of this machine it is
/// believed. Anyone else could show a customer's number and be told that customer's affairs.
struct CallerIdentity: Sendable {
  private let trusted: [Network]

  init(_ configuration: Configuration) {
    trusted =
      configuration.sip.trunks.flatMap(\.acceptFrom).compactMap { Network("\($0)") }
      + ["127.0.0.0/8", "::1"].compactMap { Network($0) }
  }

  /// The caller's number, if it is one and can be believed.
  func identities(of call: SIPCall) -> [CustomerIdentity] {
    guard let remote = call.remoteAddress, trusted.contains(where: { $0.contains(remote.host) }),
      let user = call.from.uri.sip?.user
    else { return [] }
    return CustomerIdentity.phone(user).map { [$0] } ?? []
  }
}
