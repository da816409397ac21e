import Coordination

/// Plays Meta's WhatsApp Cloud API for one business number on this machine: takes messages and media with all of Meta's
/// limits, and sends webhooks as Meta does. It refuses whatever Meta would refuse.
public final class StandInCloudAPI: Sendable {
  /// Serves what the Cloud API does not: its requests are those below `/stand-in/`.
  public typealias Extra = @Sendable (StandInCloudAPI, StandInRequest, StandInResponseWriter) async throws -> Void

  /// How it was set up.
  public let settings: CloudSettings
  /// What it runs on: counts connections and hangs up on demand.
  public let server: StandInHTTPServer
  let state: Locked<CloudState>
  let sender: CloudWebhookSender
  let signal: CloudChangeSignal
  let loads = Locked<CloudLoad?>(nil)

  private init(
    settings: CloudSettings, server: StandInHTTPServer, state: Locked<CloudState>, sender: CloudWebhookSender,
    signal: CloudChangeSignal
  ) {
    self.settings = settings
    self.server = server
    self.state = state
    self.sender = sender
    self.signal = signal
  }

  /// Starts one.
  /// - Parameters:
  ///   - port: where it listens; 0 lets the kernel choose.
  ///   - extra: serves paths below `/stand-in/`.
  public static func start(
    _ settings: CloudSettings = CloudSettings(), port: Int = 0, extra: Extra? = nil
  ) async throws -> StandInCloudAPI {
    let signal = CloudChangeSignal()
    let sender = try CloudWebhookSender(settings, signal: signal)
    // The handler needs the stand-in, which needs the server.
    let itself = Locked<Weak?>(nil)
    let server = try await StandInHTTPServer.start(port: port, recordsRequests: false) { request, writer in
      guard let standIn = itself.withLock({ $0?.standIn }) else {
        await writer.drop()
        return
      }
      if request.path.hasPrefix("/stand-in/"), let extra {
        try await extra(standIn, request, writer)
      } else {
        try await standIn.serve(request, writer)
      }
    }
    let standIn = StandInCloudAPI(
      settings: settings, server: server, state: Locked(CloudState(settings: settings)), sender: sender,
      signal: signal)
    itself.withLock { $0 = Weak(standIn: standIn) }
    return standIn
  }

  private struct Weak {
    weak var standIn: StandInCloudAPI?
  }

  /// What to configure as the Graph's base URL, without a version: `http://127.0.0.1:port`.
  public var url: String { server.url }

  /// Lets the next request of this kind fail so, and the one after it the next so.
  /// - Parameter endpoint: nil for a request of any kind.
  public func inject(_ faults: CloudFault..., on endpoint: CloudEndpoint? = .messages) {
    state.withLock { $0.inject(faults, on: endpoint) }
  }

  /// Stops it: hangs up, and forgets what was not delivered.
  public func stop() async {
    loads.withLock { $0?.cancel() }
    sender.stop()
    await server.stop()
  }

  var now: Duration { settings.clock.now }
}
