import Assistants
import Audio
import ChatBridge
import Desk
import Logging
import Net
import NIOPosix
import RTPEngine
import Settings
import SIPStack
import SIPTransport
import Store
import VoicePipeline

/// The running server: takes calls and messages and connects each to whoever answers it.
///
/// Owns the media threads, the SIP endpoint, the chats, the store and the calls. A configuration that is read again
/// holds for calls and answers that come after it; addresses, ports and numbers need a new start.
actor Server {
  let logger: Logger
  let engine: MediaEngine
  let endpoint: SIPEndpoint
  let figures: ServerFigures
  let store: any Storage
  let chat: ChatBridge
  let events: ServerEvents
  let desk: Desk
  let deskRelay: DeskRelay
  let providerHealth: ProviderHealth
  /// How browsers reach the console.
  let publicURL: String
  let clock: any TimestampClock
  let codecs: [AudioCodec]
  let trunks: [TrunkConfiguration]
  private(set) var assistants: [String: Assistant]
  private var routes: RouteTable
  private let externalAddress: IPAddress?
  private let recording: RecordingConfiguration
  private(set) var live: [String: LiveCall] = [:]
  private(set) var liveCalls = 0
  private var whenIdle: [CheckedContinuation<Void, Never>] = []
  private var isDrainOver = false
  /// Calls that were placed and wait for `run` to see them to their end.
  private let placed: AsyncStream<@Sendable () async -> Void>
  private let placing: AsyncStream<@Sendable () async -> Void>.Continuation
  /// What happens on calls, for one reader; what is not read is kept up to 4096 notices, then the oldest are dropped.
  nonisolated let notices: AsyncStream<CallNotice>
  nonisolated let noticeSink: AsyncStream<CallNotice>.Continuation

  private init(
    _ configuration: Configuration, assistants: [String: Assistant], engine: MediaEngine, endpoint: SIPEndpoint,
    store: any Storage, chat: ChatBridge, events: ServerEvents, desk: Desk, deskRelay: DeskRelay,
    providerHealth: ProviderHealth, figures: ServerFigures, clock: any TimestampClock, logger: Logger
  ) {
    self.logger = logger
    self.engine = engine
    self.endpoint = endpoint
    self.store = store
    self.chat = chat
    self.events = events
    self.desk = desk
    self.deskRelay = deskRelay
    self.providerHealth = providerHealth
    publicURL = configuration.http.publicURL ?? "http://\(configuration.http.listen)"
    self.figures = figures
    self.clock = clock
    self.assistants = assistants
    routes = configuration.routes
    trunks = configuration.sip.trunks
    externalAddress = configuration.sip.externalAddress
    recording = configuration.recording
    codecs = configuration.rtp.codecs
    (placed, placing) = AsyncStream.makeStream()
    (notices, noticeSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4096))
  }

  /// Opens the store, makes the providers, starts the media threads and binds the SIP listeners. Throws what is in the
  /// way, in words.
  static func start(_ configuration: Configuration, figures: ServerFigures, logger: Logger) async throws -> Server {
    let assistants = try await Assistant.all(in: configuration, logger: logger)
    let store = try SQLiteStore(path: configuration.store.path)
    let engine: MediaEngine
    do {
      engine = try MediaEngine(MediaEngineConfiguration(configuration))
    } catch {
      await store.close()
      throw error
    }
    do {
      let endpoint = try await SIPEndpoint.start(
        SIPEndpointConfiguration(configuration), group: MultiThreadedEventLoopGroup.singleton, logger: logger)
      let link = ServerLink()
      let events = ServerEvents(configuration, store: store, clock: WallClock(), logger: logger)
      let relay = DeskRelay(events)
      let desk = Desk(
        book: store, people: configuration.people.map(\.person), settings: configuration.queue, log: logger
      ) { relay.note($0) }
      try await LostCalls(store: store, events: events, clock: WallClock(), logger: logger).end()
      try await desk.noCallIsLive()
      let providerHealth = ProviderHealth(assistants.values)
      let chat = ChatBridge(
        configuration, assistants: assistants, store: store, caller: TrunkCaller(server: { link.server }),
        hasPeople: { relay.hasPeople }, logger: logger,
        observer: { event in
          figures.note(event)
          events.note(event)
          link.server?.note(event)
        })
      let server = Server(
        configuration, assistants: assistants, engine: engine, endpoint: endpoint, store: store, chat: chat,
        events: events, desk: desk, deskRelay: relay, providerHealth: providerHealth, figures: figures,
        clock: WallClock(), logger: logger)
      link.set(server)
      return server
    } catch {
      engine.stop()
      await store.close()
      if let error = error as? SIPEndpointError { throw CommandFailure("sip.listen: \(error)") }
      throw error
    }
  }

  /// Where it takes calls, e.g. `udp:127.0.0.1:5060,tcp:127.0.0.1:5060`.
  nonisolated var sipAddresses: String {
    endpoint.boundAddresses.map { "\($0.transport.rawValue):\($0.local)" }.joined(separator: ",")
  }

  /// Takes calls and messages until `stop`.
  func run() async {
    figures.isReady = true
    await withDiscardingTaskGroup { group in
      group.addTask { await self.chat.run() }
      group.addTask { await self.events.run() }
      let desk = Task { await self.desk.run() }
      defer { desk.cancel() }
      group.addTask {
        await withDiscardingTaskGroup { calls in
          for await call in self.placed { calls.addTask { await call() } }
        }
      }
      for await call in endpoint.incomingCalls {
        liveCalls += 1
        group.addTask {
          await self.take(call)
          await self.callEnded()
        }
      }
    }
  }

  /// Takes the assistants and routes of `configuration` for what is to come.
  func reload(_ configuration: Configuration) async throws {
    assistants = try await Assistant.all(in: configuration, logger: logger)
    routes = configuration.routes
    chat.update(assistants: assistants.mapValues(\.forChats))
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
    placing.finish()
    noticeSink.finish()
    await chat.stop()
    for assistant in assistants.values { await assistant.providers.shutDown() }
    engine.stop()
    await events.stop()
    await store.close()
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
    let logger = logger(for: call)
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
    let address = localAddress(reaching: call.remoteAddress?.address)
    let mode: LegMode = if case .application(.echo, _) = route.destination { .echo } else { .conversation }
    let media = MediaSession(leg: leg, mode: mode, address: address, codecs: codecs)
    do {
      try await connect(call, media, to: route.destination, called: called, logger: logger)
    } catch {
      logger.error("a call can't be taken", metadata: ["why": "\(error)"])
      leg.close()
      await refuse(call, status: 480)
    }
  }

  func logger(for call: SIPCall) -> Logger {
    var logger = logger
    logger[metadataKey: "call"] = "\(call.callID)"
    return logger
  }

  /// The address that media is offered at to `peer`.
  func localAddress(reaching peer: IPAddress?) -> IPAddress {
    externalAddress ?? peer.flatMap { IPAddress.source(towards: $0) } ?? .loopback
  }

  private func connect(
    _ call: SIPCall, _ media: MediaSession, to destination: Route.Destination, called: String, logger: Logger
  ) async throws {
    var phoneCall = PhoneCall(call, media: media, logger: logger)
    switch destination {
    case .assistant(let name):
      guard let assistant = assistants[name] else { throw CommandFailure("there is no assistant '\(name)'") }
      let live = incoming(call, media, called: called, assistant: name, logger: logger)
      let watched = PhoneCall(call, media: media, control: live.control, logger: logger) { live.watch.note($0) }
      await register(live) { server in
        await server.talk(watched, assistant, live, CallerIdentity.identities(of: call), isAnswered: true)
      }
    case .application(.api, _):
      await drive(incoming(call, media, called: called, assistant: nil, logger: logger), media, logger: logger)
    case .application(.echo, _):
      await phoneCall.answerAndRun(EchoParty(leg: media.leg))
    case .application(.play, let file):
      let path = try Recordings.file(toPlay: file, for: called)
      await phoneCall.answerAndRun(try await PlayParty.playing(path, on: media.leg))
    case .application(.record, let folder):
      let path = try Recordings.newFile(in: folder, for: call.id)
      await phoneCall.answerAndRun(RecordParty(leg: media.leg, path: path, logger: logger))
    }
  }

  private func incoming(
    _ call: SIPCall, _ media: MediaSession, called: String, assistant: String?, logger: Logger
  ) -> LiveCall {
    let record = CallRecord(
      id: RecordID.make("call", at: clock.now), sipCallID: call.callID, direction: .inbound,
      from: call.from.uri.sip?.user ?? "", to: called, assistant: assistant, startedAt: clock.now)
    return LiveCall(
      call, media.leg, CallRecorder(record, store: store, clock: clock, logger: logger), notices: noticeSink,
      events: events)
  }

  private func refuse(_ call: SIPCall, status: Int) async {
    call.reject(status: status)
    for await event in call.events { if case .ended = event { break } }
  }

  // MARK: Calls that others may drive

  /// Sees a call that was placed to its end, as a part of `run`.
  func begin(_ call: LiveCall, _ body: @escaping @Sendable (isolated Server) async -> Void) {
    aside(isCall: true) { await self.register(call, body) }
  }

  /// Sees to a call of ours (`isCall`), or to what belongs to one, as a part of `run`.
  func aside(isCall: Bool, _ body: @escaping @Sendable () async -> Void) {
    if isCall { liveCalls += 1 }
    placing.yield {
      await body()
      if isCall { await self.callEnded() }
    }
  }

  func register(_ call: LiveCall, _ body: @Sendable (isolated Server) async -> Void) async {
    let recorder = call.recorder
    let id = recorder.call.id
    live[id] = call
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await recorder.run() }
      await recorded(call) { await body($0) }
      recorder.finish()
    }
    live[id] = nil
  }

  /// Runs `body` with a recording beside it, if calls are recorded.
  private func recorded(_ call: LiveCall, _ body: @Sendable (isolated Server) async -> Void) async {
    guard recording.calls else { return await body(self) }
    let folder = recording.folder
    let logger = logger(for: call.call)
    let tap = call.leg.openTap()
    let (recorder, leg) = (call.recorder, call.leg)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        let recording = CallRecording(
          folder: folder, call: recorder.call.id, sampleRate: leg.sampleRate, logger: logger)
        let made = await recording.write(tap) { recorder.isRecorded(in: $0) }
        if let made { recorder.recorded(made) }
      }
      await body(self)
      // A call that never came to sound leaves its leg open no longer than itself.
      leg.close()
    }
  }

  /// Who talks on a call.
  func change(_ id: String, _ change: (inout LiveCall) -> Void) {
    guard var call = live[id] else { return }
    change(&call)
    live[id] = call
  }
}

/// A call that is going on.
struct LiveCall: Sendable {
  let recorder: CallRecorder
  let call: SIPCall
  let leg: MediaLeg
  let control = CallControl()
  let watch: CallWatch
  /// The assistant that talks, if there is one.
  var conversation: Conversation?
  /// The silent party of a call that is driven through the API.
  var party: VoiceParty?

  init(
    _ call: SIPCall, _ leg: MediaLeg, _ recorder: CallRecorder, notices: AsyncStream<CallNotice>.Continuation,
    events: ServerEvents? = nil
  ) {
    self.call = call
    self.leg = leg
    self.recorder = recorder
    watch = CallWatch(recorder, leg: leg, notices: notices, events: events)
  }
}
