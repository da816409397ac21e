package import ChatBridge
import Events
package import Hummingbird
import JSON
package import Settings

/// All that is served over HTTP beside health and metrics.
package struct ServerRoutes: Sendable {
  package let routes: [any HTTPRoutes]
  package let console: ConsoleSocket
  package let signIns: SignIns

  package init(_ services: APIServices, _ gate: WebhookGate, _ configuration: Configuration) {
    let signIns = SignIns(
      people: configuration.people, book: services.store, clock: services.clock, logger: services.logger)
    let access = AccessControl(keys: configuration.http.apiKeys, signIns: signIns)
    let audit = AuditTrail(book: services.store, clock: services.clock, logger: services.logger)
    let console = ConsoleSocket(
      services: services, access: access, audit: audit, origins: configuration.http.origins, logger: services.logger)
    let signedOut: @Sendable (String) -> Void = { [weak console] in console?.signedOut($0) }
    let operations =
      CallOperations(services: services, audit: audit).all
      + ConversationOperations(services: services, audit: audit).all
      + EscalationOperations(services: services, audit: audit).all
      + DeskOperations(services: services, audit: audit, signedOut: signedOut).all
      + EventOperations(events: services.events, audit: audit).all
    let usesTwilio = configuration.whatsapp.contains { if case .twilio = $0.route { true } else { false } }
    routes = [
      WebhookRoutes(
        gate: gate, chat: services.chat, store: services.store, servesMedia: usesTwilio,
        logger: services.logger),
      APIRoutes(
        operations: operations, access: access, post: APIPost(store: services.store, clock: services.clock),
        audit: audit),
      EventDescriptionRoute(),
      SessionRoutes(
        signIns: signIns, audit: audit, services: services,
        isSecure: configuration.http.publicURL?.hasPrefix("https:") ?? false, signedOut: signedOut),
      ConsoleRoutes(),
    ]
    self.console = console
    self.signIns = signIns
  }
}

/// `/asyncapi.json`: what events look like.
package struct EventDescriptionRoute: HTTPRoutes {
  package func add(to router: Router<BasicRequestContext>) {
    let document = EventDescription.document(version: "1").text
    router.get("asyncapi.json") { _, _ in Response(json: document) }
  }
}
