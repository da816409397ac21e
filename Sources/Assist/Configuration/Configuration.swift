import Desk
import Net
import RTPEngine

/// Everything that the file says, checked. One structure a subject.
struct Configuration: Sendable {
  /// Who the server becomes if it is started as root. Default: it stays who it is.
  var runAs: SystemAccount?
  var sip = SIPConfiguration()
  var rtp = RTPConfiguration()
  /// By name.
  var assistants: [String: AssistantConfiguration] = [:]
  var routes = RouteTable()
  var whatsapp: [WhatsAppNumberConfiguration] = []
  var http = HTTPConfiguration()
  var people: [PersonConfiguration] = []
  /// How what people are wanted for comes to them.
  var queue = DeskSettings()
  var store = StoreConfiguration()
  var recording = RecordingConfiguration()
  /// Only when several nodes share the work.
  var cluster: ClusterConfiguration?
  /// What the file says and this program does not do, or not wholly, each with its place. To be shown to whoever
  /// starts the server: a setting that silently does nothing is a lie.
  var warnings: [ConfigurationMistake] = []

  /// What runs without a file: embedded providers and an English dialogue, reachable from this machine alone.
  static let `default` = Configuration(
    sip: SIPConfiguration(
      listen: [
        SIPListener(transport: .udp, endpoint: SocketEndpoint(.loopback, port: 5060)),
        SIPListener(transport: .tcp, endpoint: SocketEndpoint(.loopback, port: 5060)),
      ],
      // Who calls from here to try it out is believed to be who they say.
      trunks: [TrunkConfiguration(name: "this-machine", acceptFrom: Network.loopback)], anonymous: true),
    assistants: [AssistantConfiguration.builtIn.name: .builtIn],
    routes: .builtIn)
}

/// `sip`: where calls come in, and from whom.
struct SIPConfiguration: Sendable, Equatable {
  /// Default `udp://127.0.0.1:5060` and `tcp://127.0.0.1:5060`.
  var listen: [SIPListener] = [
    SIPListener(transport: .udp, endpoint: SocketEndpoint(.loopback, port: 5060)),
    SIPListener(transport: .tcp, endpoint: SocketEndpoint(.loopback, port: 5060)),
  ]
  /// What Via, Contact and SDP show from behind a NAT. Default: the address that the packet leaves from.
  var externalAddress: IPAddress?
  /// The certificate of TLS listeners.
  var tls: TLSConfiguration?
  var trunks: [TrunkConfiguration] = []
  /// Who may call in with digest authentication.
  var users: [SIPUserConfiguration] = []
  /// Whether calls from anyone are taken. Default false; without a file true, on loopback alone.
  var anonymous = false
}

/// An address that SIP is heard on, e.g. `udp://0.0.0.0:5060`.
struct SIPListener: Sendable, Equatable, CustomStringConvertible {
  var transport: TransportKind
  var endpoint: SocketEndpoint

  var description: String { "\(transport.rawValue)://\(endpoint)" }
}

/// A certificate with its key, as PEM files.
struct TLSConfiguration: Sendable, Equatable {
  var certificate: String
  var key: String
}

/// A provider of telephone lines.
struct TrunkConfiguration: Sendable, Equatable {
  var name: String
  /// A SIP URI, e.g. `sip:sip.acme.example;transport=tls`.
  var proxy: String?
  var username: String?
  var password: Secret?
  /// Whether to register there.
  var register = false
  /// The number that outgoing calls show.
  var callerID: String?
  /// Networks whose calls are taken without a challenge.
  var acceptFrom: [Network] = []
}

/// Someone who may call in with digest authentication.
struct SIPUserConfiguration: Sendable, Equatable {
  var username: String
  var password: Secret
}

/// `rtp`: the media.
struct RTPConfiguration: Sendable, Equatable {
  /// UDP ports for RTP (even) and RTCP (the next). Default 10000 to 19999, below Linux's ephemeral range.
  var ports: ClosedRange<Int> = 10_000...19_999
  /// In order of preference. Default PCMA, PCMU.
  var codecs: [AudioCodec] = [.pcma, .pcmu]
  /// Default off.
  var srtp: SRTPPolicy = .off
  /// A call whose far end sends nothing for so long is over. Default 30 s, 2 s to 1 h.
  var mediaTimeout: Duration = .seconds(30)
  /// Media threads. Default one a core (`nil`), 1 to 64.
  var threads: Int?
}

/// A codec by its name in SDP.
enum CodecName: String, Sendable, CaseIterable {
  case opus
  case g722 = "G722"
  case pcma = "PCMA"
  case pcmu = "PCMU"

  /// The codec, if this build speaks it.
  var codec: AudioCodec? {
    switch self {
    case .pcma: .pcma
    case .pcmu: .pcmu
    case .opus, .g722: nil
    }
  }
}

/// Whether media is encrypted.
enum SRTPPolicy: String, Sendable, CaseIterable {
  case off, accept, require
}

/// `http`: the API, the console, health and metrics.
struct HTTPConfiguration: Sendable, Equatable {
  /// Default `127.0.0.1:8080`.
  var listen = SocketEndpoint(.loopback, port: 8080)
  /// Keys for `/v1`; without any it is closed.
  var apiKeys: [APIKeyConfiguration] = []
  /// Web origins that may use it from a browser.
  var origins: [String] = []
  /// How browsers reach the console, where that is not `listen`: behind a proxy, which also serves TLS.
  var publicURL: String?
  /// Where events are posted.
  var webhooks: [WebhookEndpoint] = []
}

/// `store`: where conversations are kept.
struct StoreConfiguration: Sendable, Equatable {
  /// The file of an SQLite database. Default `assist.db` in the working folder.
  var path = "assist.db"
  /// How long what happened is kept.
  var retention = RetentionConfiguration()
}

/// `recording`: whether calls are kept as sound.
struct RecordingConfiguration: Sendable, Equatable {
  /// Whether calls with an assistant, and those that are driven through the API, are recorded. Default false: whoever
  /// records has to tell callers so.
  var calls = false
  /// The folder for them, made if it is missing. Default `recordings` in the working folder.
  var folder = "recordings"
}

/// `cluster`: how several nodes know of each other.
struct ClusterConfiguration: Sendable, Equatable {
  /// `redis://…`
  var url: Secret
}
