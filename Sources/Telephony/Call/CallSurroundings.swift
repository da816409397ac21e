package import Assistants
package import Calls
package import ChatBridge
package import Desk
package import Logging
package import Net
package import Reporting
package import RTPEngine
package import Settings
package import SIPTransport
package import Store

/// What every call is taken and placed with.
package struct CallSurroundings: Sendable {
  /// Where media comes from.
  package var engine: MediaEngine
  /// Where signalling comes from.
  package var endpoint: SIPEndpoint
  /// Where calls and their conversations are kept.
  package var store: any Storage
  /// The same customers in writing.
  package var chat: ChatBridge
  /// Where people are wanted.
  package var desk: Desk
  /// Who tells the outside.
  package var events: ServerEvents
  /// Who counts.
  package var figures: ServerFigures
  /// How providers do.
  package var health: ProviderHealth
  /// What goes with a call to a person.
  package var link: PersonLink
  /// What is offered, in order of preference.
  package var codecs: [AudioCodec]
  /// Over whom numbers are called.
  package var trunks: [TrunkConfiguration]
  /// The address that media is offered at, where the machine does not know it.
  package var externalAddress: IPAddress?
  /// Whether and where calls are recorded.
  package var recording: RecordingConfiguration
  /// Wall time.
  package var clock: any TimestampClock
  package var logger: Logger

  /// Is told of everything that happens on calls. Must not block.
  package var observe: @Sendable (CallNotice) -> Void

  /// Surroundings of these parts.
  package init(
    engine: MediaEngine, endpoint: SIPEndpoint, store: any Storage, chat: ChatBridge, desk: Desk, events: ServerEvents,
    figures: ServerFigures, health: ProviderHealth, link: PersonLink, codecs: [AudioCodec],
    trunks: [TrunkConfiguration], externalAddress: IPAddress? = nil, recording: RecordingConfiguration,
    clock: any TimestampClock, logger: Logger, observe: @escaping @Sendable (CallNotice) -> Void
  ) {
    self.engine = engine
    self.endpoint = endpoint
    self.store = store
    self.chat = chat
    self.desk = desk
    self.events = events
    self.figures = figures
    self.health = health
    self.link = link
    self.codecs = codecs
    self.trunks = trunks
    self.externalAddress = externalAddress
    self.recording = recording
    self.clock = clock
    self.logger = logger
    self.observe = observe
  }

  /// The log of one call.
  func logger(for call: SIPCall) -> Logger {
    var logger = logger
    logger[metadataKey: "call"] = "\(call.callID)"
    return logger
  }

  /// The address that media is offered at to `peer`.
  func localAddress(reaching peer: IPAddress?) -> IPAddress {
    externalAddress ?? peer.flatMap { IPAddress.source(towards: $0) } ?? .loopback
  }
}
