/// An Engine.IO session, server's end (protocol revision 4): which transport it is on, the heartbeat, the queue of what the
/// client has not taken yet, and the move from polling to a WebSocket.
///
/// Requests and WebSockets are known by numbers that whoever drives the machine gives out.
package struct EngineSession {
  package typealias RequestID = Int
  package typealias WebSocketID = Int

  /// The times and bounds of a session.
  package struct Settings {
    var pingInterval: Duration
    var pingTimeout: Duration
    var upgradeTimeout: Duration
    var maximumQueuedBytes: Int

    package init(
      pingInterval: Duration, pingTimeout: Duration, upgradeTimeout: Duration, maximumQueuedBytes: Int
    ) {
      self.pingInterval = pingInterval
      self.pingTimeout = pingTimeout
      self.upgradeTimeout = upgradeTimeout
      self.maximumQueuedBytes = maximumQueuedBytes
    }
  }

  /// What is to be done, in this order.
  package enum Action: Equatable {
    case answerGet(RequestID, [EncodedPacket])
    case refuseGet(RequestID)
    case answerPost(RequestID, isAccepted: Bool)
    /// At once, past the queue.
    case reply(WebSocketID, EncodedPacket)
    /// There is something to take with `takePackets`.
    case wake(WebSocketID)
    /// Take what is left, then close.
    case closeWebSocket(WebSocketID)
    case message(EngineMessage)
    case closed(EngineCloseReason)
  }

  private struct Probe {
    var webSocket: WebSocketID
    var isProbed = false
    var deadline: Instant
  }

  private struct Polling {
    var get: RequestID?
    var post: RequestID?
    var probe: Probe?
  }

  private enum Transport {
    case polling(Polling)
    case webSocket(WebSocketID)
    case closed
  }

  private enum Heartbeat {
    case ping(at: Instant)
    case pong(by: Instant)
  }

  private let settings: Settings
  private var transport: Transport
  private var heartbeat: Heartbeat
  private var queue: [EncodedPacket] = []
  private var queuedBytes = 0
  /// What a replay may take of the queue beyond its bound, until the queue is empty.
  private var replayAllowance = 0
  private var isWakePending = false

  /// A session that begins with a polling request. The open packet is the answer to it and no affair of the session.
  package init(pollingAt now: Instant, settings: Settings) {
    self.settings = settings
    transport = .polling(Polling())
    heartbeat = .ping(at: now + settings.pingInterval)
  }

  /// A session that begins on a WebSocket, with the open packet to send first.
  init(webSocket: WebSocketID, open: EncodedPacket, at now: Instant, settings: Settings) {
    self.settings = settings
    transport = .webSocket(webSocket)
    heartbeat = .ping(at: now + settings.pingInterval)
    queue = [open]
    queuedBytes = open.byteCount
    isWakePending = true
  }

  package var isClosed: Bool { if case .closed = transport { true } else { false } }
  var isPolling: Bool { if case .polling = transport { true } else { false } }

  /// Whether what is sent now goes out now.
  var isWritable: Bool {
    switch transport {
    case .polling(let polling): polling.get != nil
    case .webSocket: queue.isEmpty
    case .closed: false
    }
  }

  /// When `tick` has something to do; nil when it is over.
  package var nextDeadline: Instant? {
    let beat =
      switch heartbeat {
      case .ping(let at): at
      case .pong(let by): by
      }
    switch transport {
    case .closed: return nil
    case .webSocket: return beat
    case .polling(let polling): return polling.probe.map { min($0.deadline, beat) } ?? beat
    }
  }
}

// MARK: Sending

extension EngineSession {
  /// Queues packets, which stay together. A client that leaves more than its share untaken is closed, but not for a replay
  /// of what it missed: its bytes are those of the log, which is bounded itself.
  package mutating func send(_ packets: [EncodedPacket], isReplay: Bool = false) -> [Action] {
    guard !isClosed else { return [] }
    let added = packets.reduce(0) { $0 + $1.byteCount }
    if isReplay { replayAllowance += added }
    guard added <= settings.maximumQueuedBytes + replayAllowance - queuedBytes else {
      queue = []
      queuedBytes = 0
      return end(.transportError)
    }
    queue += packets
    queuedBytes += added
    switch transport {
    case .webSocket(let id):
      guard !isWakePending else { return [] }
      isWakePending = true
      return [.wake(id)]
    case .polling(var polling):
      guard let get = polling.get else { return [] }
      polling.get = nil
      transport = .polling(polling)
      return [.answerGet(get, takeAll())]
    case .closed:
      return []
    }
  }

  /// What goes out on the WebSocket now: about `limit` bytes, at least one packet if there is any.
  package mutating func takePackets(limit: Int) -> [EncodedPacket] {
    if case .polling = transport { return [] }
    var bytes = 0
    var count = 0
    for packet in queue {
      bytes += packet.byteCount
      count += 1
      if bytes >= limit { break }
    }
    guard count < queue.count else { return takeAll() }
    let taken = Array(queue.prefix(count))
    queue.removeFirst(count)
    queuedBytes -= bytes
    return taken
  }

  private mutating func takeAll() -> [EncodedPacket] {
    isWakePending = false
    queuedBytes = 0
    replayAllowance = 0
    defer { queue = [] }
    return queue
  }

  /// Closes it from here. What is queued goes out first if there is a way.
  mutating func close(_ reason: EngineCloseReason) -> [Action] {
    end(reason)
  }

  private mutating func end(_ reason: EngineCloseReason, last: EncodedPacket = .close) -> [Action] {
    var actions: [Action] = []
    switch transport {
    case .closed:
      return []
    case .webSocket(let id):
      actions.append(.closeWebSocket(id))
    case .polling(let polling):
      if let get = polling.get { actions.append(.answerGet(get, takeAll() + [last])) }
      if let probe = polling.probe { actions.append(.closeWebSocket(probe.webSocket)) }
      queue = []
    }
    transport = .closed
    return actions + [.closed(reason)]
  }
}

// MARK: Polling

extension EngineSession {
  /// A GET has come. Two at a time are an error of the client that ends the session.
  package mutating func get(_ request: RequestID) -> [Action] {
    guard case .polling(var polling) = transport else { return [.refuseGet(request)] }
    guard polling.get == nil else { return end(.transportError) + [.refuseGet(request)] }
    if !queue.isEmpty { return [.answerGet(request, takeAll())] }
    // A client that is about to change waits for the end of this request.
    if polling.probe?.isProbed == true { return [.answerGet(request, [.noop])] }
    polling.get = request
    transport = .polling(polling)
    return []
  }

  /// The client of a waiting GET has gone.
  package mutating func getCancelled(_ request: RequestID) -> [Action] {
    guard case .polling(var polling) = transport, polling.get == request else { return [] }
    polling.get = nil
    transport = .polling(polling)
    return [.refuseGet(request)] + end(.transportClose)
  }

  /// The head of a POST has come.
  package mutating func postBegan(_ request: RequestID) -> [Action] {
    guard case .polling(var polling) = transport else { return [.answerPost(request, isAccepted: false)] }
    guard polling.post == nil else { return end(.transportError) + [.answerPost(request, isAccepted: false)] }
    polling.post = request
    transport = .polling(polling)
    return []
  }

  /// The whole body of a POST has come; nil if it broke off or was too large.
  package mutating func postEnded(_ request: RequestID, _ body: [UInt8]?, at now: Instant) -> [Action] {
    if case .polling(var polling) = transport, polling.post == request {
      polling.post = nil
      transport = .polling(polling)
    }
    guard !isClosed, let body else { return [.answerPost(request, isAccepted: false)] }
    guard let packets = EnginePacket.payload(body) else {
      return end(.parseError) + [.answerPost(request, isAccepted: false)]
    }
    var actions: [Action] = []
    for packet in packets {
      guard !isClosed else { break }
      actions += handle(packet, at: now)
    }
    var isViolation = false
    for case .closed(.parseError) in actions { isViolation = true }
    return actions + [.answerPost(request, isAccepted: !isViolation)]
  }

  private mutating func handle(_ packet: EnginePacket, at now: Instant) -> [Action] {
    switch packet {
    case .message(let message):
      return [.message(message)]
    case .pong:
      heartbeat = .ping(at: now + settings.pingInterval)
      return []
    case .close:
      return end(.transportClose, last: .noop)
    case .upgrade, .noop:
      return []
    case .open, .ping:
      return end(.parseError)
    }
  }
}

// MARK: WebSocket

extension EngineSession {
  /// A WebSocket with the id of this session is open.
  package mutating func webSocketOpened(_ id: WebSocketID, at now: Instant) -> [Action] {
    guard case .polling(var polling) = transport, polling.probe == nil else { return [.closeWebSocket(id)] }
    polling.probe = Probe(webSocket: id, deadline: now + settings.upgradeTimeout)
    transport = .polling(polling)
    return []
  }

  /// A message of a WebSocket.
  package mutating func webSocketReceived(_ id: WebSocketID, _ message: EngineMessage, at now: Instant) -> [Action] {
    switch transport {
    case .webSocket(id):
      switch message {
      case .binary: return [.message(message)]
      case .text(let bytes):
        guard let packet = EnginePacket(text: bytes) else { return end(.parseError) }
        return handle(packet, at: now)
      }
    case .polling(let polling):
      guard case .text(let bytes) = message, let probe = polling.probe, probe.webSocket == id else { return [] }
      return probeReceived(EnginePacket(text: bytes), probe, polling)
    default:
      return []
    }
  }

  private mutating func probeReceived(_ packet: EnginePacket?, _ probe: Probe, _ polling: Polling) -> [Action] {
    var polling = polling
    let get = polling.get
    polling.get = nil
    switch (packet, probe.isProbed) {
    case (.ping(Array("probe".utf8)), false):
      polling.probe?.isProbed = true
      transport = .polling(polling)
      let released = get.map { [Action.answerGet($0, [.noop])] } ?? []
      return [.reply(probe.webSocket, .probePong)] + released
    case (.upgrade, true):
      transport = .webSocket(probe.webSocket)
      isWakePending = !queue.isEmpty
      let released = get.map { [Action.answerGet($0, [.noop])] } ?? []
      return released + (queue.isEmpty ? [] : [.wake(probe.webSocket)])
    default:
      polling.get = get
      polling.probe = nil
      transport = .polling(polling)
      return [.closeWebSocket(probe.webSocket)]
    }
  }

  /// A WebSocket has ended.
  package mutating func webSocketClosed(_ id: WebSocketID, _ reason: EngineCloseReason) -> [Action] {
    switch transport {
    case .webSocket(id):
      queue = []
      queuedBytes = 0
      transport = .closed
      return [.closed(reason)]
    case .polling(var polling) where polling.probe?.webSocket == id:
      polling.probe = nil
      transport = .polling(polling)
      return []
    default:
      return []
    }
  }
}

// MARK: Time

extension EngineSession {
  /// What is due: a ping, the end of a client that did not answer one, the end of an upgrade that was not finished.
  package mutating func tick(at now: Instant) -> [Action] {
    var actions: [Action] = []
    if case .polling(var polling) = transport, let probe = polling.probe, now >= probe.deadline {
      polling.probe = nil
      transport = .polling(polling)
      actions.append(.closeWebSocket(probe.webSocket))
    }
    guard !isClosed else { return actions }
    switch heartbeat {
    case .ping(let due) where now >= due:
      // From when it was due, so that a client's own reckoning holds; but what slept long gives the client its time.
      let isLate = due.duration(to: now) > settings.pingTimeout / 2
      heartbeat = .pong(by: (isLate ? now : due) + settings.pingTimeout)
      actions += send([.ping])
    case .pong(let deadline) where now >= deadline:
      actions += end(.pingTimeout)
    default:
      break
    }
    return actions
  }
}
