/// What of the configuration this program acts on. Whatever is not here is refused where it would be dangerous to go
/// on without it, and warned of everywhere else.
struct BuildSupport: Sendable {
  var transports: Set<SIPTransportName> = [.udp, .tcp]
  var codecs: Set<CodecName> = [.pcma, .pcmu]
  var srtp = false
  /// Registering with, and dialling out over, trunks.
  var trunks = false
  /// The API under `/v1`.
  var api = false
  var whatsapp = false
  /// Taking over at the console.
  var people = false
  var store = false
  var cluster = false

  /// This program.
  static let current = BuildSupport()
}
