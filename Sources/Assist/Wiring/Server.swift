import Assistants
import Calls
import ChatBridge
import ControlAPI
import Coordination
import Desk
import Events
import Handover
import Logging
import Net
import NIOPosix
import Reporting
import RTPEngine
import Settings
import SIPStack
import SIPTransport
import Store
import Telephony
import VoicePipeline

/// The running server: its parts, made in the order in which they need each other, started and stopped together.
///
/// A configuration that is read again holds for calls and answers that come after it; addresses, ports and numbers need a
/// new start.
final class Server: Sendable {
  let services: APIServices
  let switchboard: Switchboard
  /// Tells of the desk; the console's pages hear of presence by it.
  let relay: DeskRelay
  private let engine: MediaEngine
  private let endpoint: SIPEndpoint
  private let figures: ServerFigures
  private let retention: Retention
  private let desk: Desk
  private let chat: ChatBridge
  private let events: ServerEvents
  private let store: any Storage
  private let logger: Logger
  private let assistants: Locked<[String: Assistant]>
  /// What chats have to say to the desk.
  private let notes: ErrandQueue

  /// Opens the store, makes the providers, starts the media threads and binds the SIP listeners. Throws what is in the
  /// way, in words. `observe` is told of everything that happens on calls.
  static func start(
    _ configuration: Configuration, figures: ServerFigures, logger: Logger,
    observe: @escaping @Sendable (CallNotice) -> Void = { _ in }
  ) async throws -> Server {
    let assistants = try await Assistant.all(in: configuration, logger: logger)
    let hub = WeakLink<EventHub>()
    let plain = try RowStore(sqlite: configuration.store.path, log: logger) { hub.object?.stored($0) }
    let engine: MediaEngine
    do {
      engine = try MediaEngine(MediaEngineConfiguration(configuration))
    } catch {
      await plain.close()
      throw error
    }
    do {
      let endpoint = try await SIPEndpoint.start(
        SIPEndpointConfiguration(configuration), group: MultiThreadedEventLoopGroup.singleton, logger: logger)
      let server = Server(
        configuration, assistants, store: plain, engine: engine, endpoint: endpoint, figures: figures, logger: logger,
        observe: observe)
      hub.set(server.events.hub)
      try await LostCalls(store: plain, events: server.events, clock: WallClock(), logger: logger).end()
      try await server.desk.noCallIsLive()
      let ownership = CallOwnership(calls: server.switchboard, logger: logger)
      await server.desk.addFollower { await ownership.follow($0) }
      return server
    } catch {
      engine.stop()
      await plain.close()
      if let error = error as? SIPEndpointError { throw CommandFailure("sip.listen: \(error)") }
      throw error
    }
  }

  private init(
    _ configuration: Configuration, _ assistants: [String: Assistant], store plain: RowStore, engine: MediaEngine,
    endpoint: SIPEndpoint, figures: ServerFigures, logger: Logger, observe: @escaping @Sendable (CallNotice) -> Void
  ) {
    let clock = WallClock()
    let events = ServerEvents(configuration, store: plain, clock: clock, logger: logger)
    let store = events.announcing(plain)
    let relay = DeskRelay(events)
    let desk = Desk(
      book: store, people: configuration.people.map(\.person), settings: configuration.queue, log: logger
    ) { relay.note($0) }
    let health = ProviderHealth(assistants.values)
    let notes = ErrandQueue(limit: 4096)
    let link = WeakLink<Switchboard>()
    let chat = ChatBridge(
      configuration, assistants: assistants, store: store, caller: CustomerRinging(switchboard: link),
      hasPeople: { relay.hasPeople }, logger: logger,
      observer: { event in
        figures.note(event)
        events.note(event)
        switch event.kind {
        case .escalationRequested: notes.add { await desk.wake() }
        case .received: notes.add { await desk.customerWrote(in: event.conversation) }
        case .providerFailed(let role, let error): health.failed(role, error, at: event.at)
        default: break
        }
      })
    let personLink = PersonLink(publicURL: configuration.http.publicURL ?? "http://\(configuration.http.listen)")
    switchboard = Switchboard(
      CallSurroundings(
        engine: engine, endpoint: endpoint, store: store, chat: chat, desk: desk, events: events, figures: figures,
        health: health, link: personLink, codecs: configuration.rtp.codecs, trunks: configuration.sip.trunks,
        externalAddress: configuration.sip.externalAddress, recording: configuration.recording, clock: clock,
        logger: logger, observe: observe),
      assistants: assistants, routes: configuration.routes)
    link.set(switchboard)
    services = APIServices(
      calls: switchboard,
      handover: Handover(desk: desk, store: store, calls: switchboard, link: personLink, clock: clock, logger: logger),
      desk: desk, chat: chat, store: store, events: events, health: health, clock: clock, logger: logger)
    retention = Retention(
      configuration: configuration.store.retention, store: store, clock: clock, logger: logger)
    self.relay = relay
    self.engine = engine
    self.endpoint = endpoint
    self.figures = figures
    self.desk = desk
    self.chat = chat
    self.events = events
    self.store = store
    self.logger = logger
    self.notes = notes
    self.assistants = Locked(assistants)
  }

  /// Where it takes calls, e.g. `udp:127.0.0.1:5060,tcp:127.0.0.1:5060`.
  var sipAddresses: String {
    endpoint.boundAddresses.map { "\($0.transport.rawValue):\($0.local)" }.joined(separator: ",")
  }

  /// All that is served over HTTP beside health and metrics.
  func routes(_ configuration: Configuration) -> ServerRoutes {
    let routes = ServerRoutes(services, WebhookGate(configuration), configuration)
    relay.onPresence { [weak console = routes.console] in console?.presence($0) }
    return routes
  }

  /// All figures of now, for the metrics page.
  func metrics() async -> [MetricFamily] {
    await switchboard.metrics() + figures.chatMetrics(live: await chat.liveConversations) + events.metrics
  }

  /// Takes calls and messages until `stop`.
  func run() async {
    figures.isReady = true
    await withDiscardingTaskGroup { group in
      group.addTask { await self.chat.run() }
      group.addTask { await self.events.run() }
      let background = TaskOwner()
      background.start { await self.desk.run() }
      background.start { await self.retention.run() }
      await switchboard.run()
      await background.end()
    }
  }

  /// Takes the assistants and routes of `configuration` for what is to come.
  func reload(_ configuration: Configuration) async throws {
    let fresh = try await Assistant.all(in: configuration, logger: logger)
    assistants.withLock { $0 = fresh }
    switchboard.update(assistants: fresh, routes: configuration.routes)
    chat.update(assistants: fresh.mapValues(\.forChats))
  }

  /// Takes no new calls, and returns when the live ones have ended, the time is over, or `endDrain` was called.
  func drain(for limit: Duration) async {
    figures.isReady = false
    await switchboard.drain(for: limit)
  }

  /// Gives the live calls no more time, whether `drain` waits for them already or is about to.
  func endDrain() { switchboard.endDrain() }

  /// Hangs up what is left and ends `run`.
  func stop() async {
    await switchboard.stop()
    await chat.stop()
    await notes.end()
    for assistant in assistants.withLock({ $0 }).values { await assistant.providers.shutDown() }
    engine.stop()
    await events.stop()
    await store.close()
  }
}
