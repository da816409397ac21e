package import Desk
import Net
import RTPEngine

/// Everything that the file says, checked. One structure a subject.
package struct Configuration: Sendable {
  /// Who the server becomes if it is started as root. Default: it stays who it is.
  package var runAs: SystemAccount?
  package var sip = SIPConfiguration()
  package var rtp = RTPConfiguration()
  /// By name.
  package var assistants: [String: AssistantConfiguration] = [:]
  package var routes = RouteTable()
  package var whatsapp: [WhatsAppNumberConfiguration] = []
  package var http = HTTPConfiguration()
  package var people: [PersonConfiguration] = []
  /// How what people are wanted for comes to them.
  package var queue = DeskSettings()
  package var store = StoreConfiguration()
  package var recording = RecordingConfiguration()
  /// Only when several nodes share the work.
  package var cluster: ClusterConfiguration?
  /// What the file says and this program does not do, or not wholly, each with its place. To be shown to whoever
  /// starts the server: a setting that silently does nothing is a lie.
  package var warnings: [ConfigurationMistake] = []

  /// What runs without a file: embedded providers and an English dialogue, reachable from this machine alone.
  package static let `default` = Configuration(
    sip: SIPConfiguration(
      listen: [
        SIPListenAddress(transport: .udp, endpoint: SocketEndpoint(.loopback, port: 5060)),
        SIPListenAddress(transport: .tcp, endpoint: SocketEndpoint(.loopback, port: 5060)),
      ],
      // Who calls from here to try it out is believed to be who they say.
      trunks: [TrunkConfiguration(name: "this-machine", acceptFrom: Network.loopback)], anonymous: true),
    assistants: [AssistantConfiguration.builtIn.name: .builtIn],
    routes: .builtIn)
}
