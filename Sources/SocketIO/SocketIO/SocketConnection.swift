/// One client's Socket.IO connection: which namespaces it is in, and what its packets ask for.
package struct SocketConnection {
  /// What is to be done, in this order.
  package enum Action: Equatable {
    /// It wants to come into a namespace; answer with `admitted` or `refused`.
    case connect(namespace: String, auth: EventValue)
    case event(namespace: String, name: String, arguments: [EventValue], id: Int?)
    case ack(namespace: String, id: Int, arguments: [EventValue])
    /// It leaves a namespace.
    case disconnect(namespace: String)
    /// It broke the protocol, or said nothing.
    case close(EngineCloseReason)
  }

  private enum Presence {
    case wanted
    case connected
    /// It was there, and may not have heard yet that it no longer is.
    case left
  }

  private let maximumNamespaces: Int
  private var decoder = PacketDecoder()
  private var namespaces: [String: Presence] = [:]
  private var connectDeadline: Instant?
  private var isClosed = false

  /// A connection that began at `now`. `connectTimeout` is how long it may be in no namespace at first.
  package init(at now: Instant, connectTimeout: Duration, maximumNamespaces: Int) {
    self.maximumNamespaces = maximumNamespaces
    connectDeadline = now + connectTimeout
  }

  /// When `tick` has something to do.
  var nextDeadline: Instant? { isClosed ? nil : connectDeadline }

  /// Takes a message of the client.
  package mutating func receive(_ message: EngineMessage) -> Action? {
    guard !isClosed else { return nil }
    do throws(PacketError) {
      guard let packet = try decoder.decode(message) else { return nil }
      return handle(packet)
    } catch {
      return close(.parseError)
    }
  }

  private mutating func handle(_ packet: SocketPacket) -> Action? {
    let name = packet.namespace
    switch (packet.kind, namespaces[name]) {
    case (.connect, nil), (.connect, .left):
      let inUse = namespaces.values.reduce(0) { $1 == .left ? $0 : $0 + 1 }
      guard inUse < maximumNamespaces else { return close(.parseError) }
      namespaces[name] = .wanted
      return .connect(namespace: name, auth: packet.data ?? .object([:]))
    case (.disconnect, .connected):
      namespaces[name] = .left
      return .disconnect(namespace: name)
    case (.event, .connected):
      var arguments = packet.data?.array ?? []
      guard !arguments.isEmpty else { return close(.parseError) }
      let event =
        switch arguments.removeFirst() {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        default: ""
        }
      return .event(namespace: name, name: event, arguments: arguments, id: packet.id)
    case (.ack, .connected):
      return packet.id.map { .ack(namespace: name, id: $0, arguments: packet.data?.array ?? []) }
    case (.event, .left), (.ack, .left), (.disconnect, .left):
      // It crossed our word that this namespace is over.
      return nil
    default:
      return close(.parseError)
    }
  }

  /// Whether it still waits to come into `namespace`.
  func isWaiting(for namespace: String) -> Bool { !isClosed && namespaces[namespace] == .wanted }

  /// It is in a namespace now.
  package mutating func admitted(to namespace: String) {
    namespaces[namespace] = .connected
    connectDeadline = nil
  }

  /// It does not come into a namespace, and may ask again.
  mutating func refused(from namespace: String) {
    namespaces[namespace] = nil
  }

  /// We put it out of a namespace.
  mutating func removed(from namespace: String) {
    if namespaces[namespace] == .connected { namespaces[namespace] = .left }
  }

  /// Ends a client that came into no namespace in time.
  mutating func tick(at now: Instant) -> Action? {
    guard !isClosed, let deadline = connectDeadline, now >= deadline else { return nil }
    return close(.forcedClose)
  }

  private mutating func close(_ reason: EngineCloseReason) -> Action {
    isClosed = true
    return .close(reason)
  }
}
