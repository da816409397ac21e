import Audio
import Logging
import NIOPosix
import RTPEngine
import SIPStack
import SIPTransport
import VoicePipeline

/// The running server: takes calls and connects each to what its route names.
///
/// Owns the media threads, the SIP endpoint and the calls. A configuration that is read again holds for calls that come
/// after it; addresses and ports need a new start.
actor Server {
  let logger: Logger
  let engine: MediaEngine
  let endpoint: SIPEndpoint
  let figures: ServerFigures
  private var assistants: [String: Assistant]
  private var routes: RouteTable
  private let externalAddress: String?
  private let codecs: [AudioCodec]
  private(set) var liveCalls = 0
  private var whenIdle: [CheckedContinuation<Void, Never>] = []
  private var isDrainOver = false

  private init(
    _ configuration: Configuration, assistants: [String: Assistant], engine: MediaEngine, endpoint: SIPEndpoint,
    figures: ServerFigures, logger: Logger
  ) {
    self.logger = logger
    self.engine = engine
    self.endpoint = endpoint
    self.figures = figures
    self.assistants = assistants
    routes = configuration.routes
    externalAddress = configuration.sip.externalAddress
    codecs = configuration.rtp.codecs.compactMap { AudioCodec(name: $0.rawValue) }
  }

  /// Makes the providers, starts the media threads and binds the SIP listeners. Throws what is in the way, in words.
  static func start(_ configuration: Configuration, figures: ServerFigures, logger: Logger) async throws -> Server {
    let assistants = try await Assistant.all(in: configuration, logger: logger)
    let engine = try MediaEngine(MediaEngineConfiguration(configuration))
    do {
      let endpoint = try await SIPEndpoint.start(
        SIPEndpointConfiguration(configuration), group: MultiThreadedEventLoopGroup.singleton, logger: logger)
      return Server(
        configuration, assistants: assistants, engine: engine, endpoint: endpoint, figures: figures, logger: logger)
    } catch let error as SIPEndpointError {
      engine.stop()
      throw CommandFailure("sip.listen: \(error)")
    } catch {
      engine.stop()
      throw error
    }
  }

  /// Where it takes calls, e.g. `udp:127.0.0.1:5060,tcp:127.0.0.1:5060`.
  nonisolated var sipAddresses: String {
    endpoint.boundAddresses.map { "\($0.transport.rawValue):\($0.local)" }.joined(separator: ",")
  }

  /// Takes calls until `stop`.
  func run() async {
    figures.isReady = true
    await withDiscardingTaskGroup { group in
      for await call in endpoint.incomingCalls {
        liveCalls += 1
        group.addTask {
          await self.take(call)
          await self.callEnded()
        }
      }
    }
  }

  /// Takes the assistants and routes of `configuration` for the calls to come.
  func reload(_ configuration: Configuration) async throws {
    assistants = try await Assistant.all(in: configuration, logger: logger)
    routes = configuration.routes
  }

  /// Takes no new calls, and returns when the live ones have ended, the time is over, or `endDrain` was called.
  func drain(for limit: Duration) async {
    figures.isReady = false
    endpoint.drain()
    guard liveCalls > 0, !isDrainOver else { return }
    let timer = Task {
      try? await Task.sleep(for: limit)
      self.stopWaiting()
    }
    await withCheckedContinuation { whenIdle.append($0) }
    timer.cancel()
  }

  /// Gives the live calls no more time, whether `drain` waits for them already or is about to.
  func endDrain() {
    isDrainOver = true
    stopWaiting()
  }

  /// Hangs up what is left and ends `run`.
  func stop() async {
    await endpoint.shutdown()
    if liveCalls > 0 {
      let timer = Task {
        try? await Task.sleep(for: .seconds(3))
        self.stopWaiting()
      }
      await withCheckedContinuation { whenIdle.append($0) }
      timer.cancel()
    }
    engine.stop()
  }

  private func callEnded() {
    liveCalls -= 1
    if liveCalls == 0 { stopWaiting() }
  }

  private func stopWaiting() {
    for waiting in whenIdle { waiting.resume() }
    whenIdle = []
  }

  // MARK: One call

  private func take(_ call: SIPCall) async {
    var logger = logger
    logger[metadataKey: "call"] = "\(call.callID)"
    let called = call.requestURI.sip?.user ?? ""
    let calling = call.from.uri.sip?.user ?? ""
    guard let route = routes.route(called: called, calling: calling) else {
      logger.info("no route for the called user")
      return await refuse(call, status: 404)
    }
    let leg: MediaLeg
    do {
      leg = try engine.openLeg()
    } catch {
      logger.error("no media for a call (rtp.ports)", metadata: ["why": "\(error)"])
      return await refuse(call, status: 503)
    }
    let address = await localAddress(for: call)
    let mode: LegMode = if case .application(.echo, _) = route.destination { .echo } else { .conversation }
    var phoneCall = PhoneCall(
      call, media: MediaSession(leg: leg, mode: mode, address: address, codecs: codecs), logger: logger)
    do {
      try await connect(&phoneCall, to: route.destination, called: called, logger: logger)
    } catch {
      logger.error("a call can't be taken", metadata: ["why": "\(error)"])
      leg.close()
      await refuse(call, status: 480)
    }
  }

  /// The address that the call's media is offered at.
  private func localAddress(for call: SIPCall) async -> String {
    if let externalAddress { return externalAddress }
    guard let remote = call.remoteAddress else { return "127.0.0.1" }
    return await LocalAddress.reaching(remote.host) ?? "127.0.0.1"
  }

  private func connect(
    _ phoneCall: inout PhoneCall, to destination: Route.Destination, called: String, logger: Logger
  ) async throws {
    let leg = phoneCall.media.leg
    switch destination {
    case .assistant(let name):
      guard let assistant = assistants[name] else { throw CommandFailure("there is no assistant '\(name)'") }
      let figures = figures
      let party = AssistantParty(
        id: phoneCall.call.callID, settings: assistant.settings, providers: assistant.providers, leg: leg
      ) { event in
        logger.debug("event", metadata: ["type": "\(event.type)"])
        figures.note(event)
      }
      await phoneCall.answerAndRun(party)
    case .application(.echo, _):
      await phoneCall.answerAndRun(EchoParty(leg: leg))
    case .application(.play, let file):
      let path = try Recordings.file(toPlay: file, for: called)
      await phoneCall.answerAndRun(try await PlayParty.playing(path, on: leg))
    case .application(.record, let folder):
      let path = try Recordings.newFile(in: folder, for: phoneCall.call.id)
      await phoneCall.answerAndRun(RecordParty(leg: leg, path: path, logger: logger))
    }
  }

  private func refuse(_ call: SIPCall, status: Int) async {
    call.reject(status: status)
    for await event in call.events { if case .ended = event { break } }
  }
}
