import Events
import Hummingbird
import JSON
import Settings

/// All that is served over HTTP beside health and metrics.
struct ServerRoutes: Sendable {
  let routes: [any HTTPRoutes]
  let console: ConsoleSocket
  let signIns: SignIns

  init(_ server: Server, _ configuration: Configuration) {
    let signIns = SignIns(people: configuration.people, book: server.store, clock: server.clock)
    let access = AccessControl(keys: configuration.http.apiKeys, signIns: signIns)
    let audit = AuditTrail(book: server.store, clock: server.clock, logger: server.logger)
    let console = ConsoleSocket(
      server: server, access: access, audit: audit, origins: configuration.http.origins, logger: server.logger)
    server.deskRelay.onPresence { [weak console] in console?.presence($0) }
    let signedOut: @Sendable (String) -> Void = { [weak console] in console?.signedOut($0) }
    let operations =
      CallOperations(server: server, audit: audit).all + ConversationOperations(server: server, audit: audit).all
      + EscalationOperations(server: server, audit: audit).all
      + DeskOperations(server: server, audit: audit, signedOut: signedOut).all
      + EventOperations(events: server.events, audit: audit).all
    let usesTwilio = configuration.whatsapp.contains { if case .twilio = $0.route { true } else { false } }
    routes = [
      WebhookRoutes(
        gate: WebhookGate(configuration), chat: server.chat, store: server.store, servesMedia: usesTwilio,
        logger: server.logger),
      APIRoutes(
        operations: operations, access: access, post: APIPost(store: server.store, clock: server.clock), audit: audit),
      EventDescriptionRoute(),
      SessionRoutes(
        signIns: signIns, audit: audit, server: server,
        isSecure: configuration.http.publicURL?.hasPrefix("https:") ?? false, signedOut: signedOut),
      ConsoleRoutes(),
    ]
    self.console = console
    self.signIns = signIns
  }
}

/// `/asyncapi.json`: what events look like.
struct EventDescriptionRoute: HTTPRoutes {
  func add(to router: Router<BasicRequestContext>) {
    let document = EventDescription.document(version: "1").text
    router.get("asyncapi.json") { _, _ in Response(json: document) }
  }
}
