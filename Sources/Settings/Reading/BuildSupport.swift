import Net

/// What of the configuration this program acts on. Whatever is not here is refused where it would be dangerous to go
/// on without it, and warned of everywhere else.
struct BuildSupport: Sendable {
  var transports: Set<TransportKind> = [.udp, .tcp]
  var srtp = false
  /// Registering with trunks.
  var registration = false
  var cluster = false

  /// This program.
  static let current = BuildSupport()
}
