import Net
import SIPStack

extension FuzzTarget {
  /// A user agent that answers every call takes anything in any order: what it sends can be read, and in the end nothing
  /// is left of it all.
  ///
  /// Records are messages, each after a byte that says how long it comes after the one before and over which flow. `%T`
  /// in them is the tag that the agent gave last.
  static let sipAgent = FuzzTarget("sip-agent") { bytes throws(Finding) in
    var input = FuzzInput(bytes)
    var world = AgentWorld()
    var messages = 0
    while !input.isEmpty, messages < 32 {
      messages += 1
      let when = input.byte()
      try world.receive(input.record(), flow: Int(when >> 4) % 3, after: AgentWorld.waits[Int(when & 7)])
    }
    try world.end()
  }
}

private struct AgentWorld {
  static let waits: [Duration] = [
    .zero, .milliseconds(20), .milliseconds(500), .seconds(1), .seconds(4), .seconds(33), .seconds(64), .seconds(200),
  ]

  private let flows = [(2, TransportKind.udp), (3, .udp), (2, .tcp)].map { host, kind in
    Flow(
      transport: kind, local: place(1, port: 5060), remote: place(host, port: 5060), connection: kind == .tcp ? 1 : 0)
  }
  private var agent: UserAgent
  private var now: ContinuousClock.Instant
  private var tag = Array("none".utf8)
  private var calls: [CallHandle] = []

  init() {
    now = .now
    var configuration = UserAgentConfiguration(
      listeners: [.udp, .tcp].map { transport in
        UserAgentConfiguration.Listener(transport: transport, local: place(1, port: 5060))
      })
    configuration.admission.anonymous = true
    configuration.acceptsReferrals = true
    agent = UserAgent(configuration: configuration, seed: (1, 2), at: now)
    agent.connectionOpened(flows[2])
  }

  mutating func receive(_ bytes: [UInt8], flow: Int, after wait: Duration) throws(Finding) {
    now += wait
    try obey(agent.advance(to: now))
    try obey(agent.receive(bytes.replacing(Array("%T".utf8), with: tag), from: flows[flow], at: now))
  }

  private mutating func obey(_ outputs: [Output]) throws(Finding) {
    for output in outputs {
      switch output {
      case .send(let bytes, _):
        guard case .message(let message) = SIPParser.parse(datagram: bytes) else {
          // The refusal of a request that lacks a field lacks it as well (RFC 4475 section 3.3.1).
          let text = String(decoding: bytes, as: UTF8.self)
          try expect(["400", "413", "505", "513"].contains { text.hasPrefix("SIP/2.0 \($0) ") }, "sent \(text)")
          continue
        }
        if case .response(let response) = message, let given = response.toTag { tag = Array(given.utf8) }
      case .connect(let request, _): try obey(agent.flowFailed(request, at: now))
      case .event(.incomingCall(let call)):
        calls.append(call.handle)
        guard let offer = call.offer else {
          try obey(agent.reject(call.handle, status: 488, at: now))
          continue
        }
        var session = OfferAnswer(sessionID: 1)
        guard let (answer, _) = try? session.answer(to: offer, with: .fuzzed) else {
          try obey(agent.reject(call.handle, status: 488, at: now))
          continue
        }
        try obey(agent.ring(call.handle, at: now))
        try obey(agent.answer(call.handle, answer, at: now))
      case .event(.call(let call, .reinvited(let id, let offer))):
        if let offer {
          try obey(agent.answerReinvite(call, id, with: offer, at: now))
        } else {
          try obey(agent.rejectReinvite(call, id, at: now))
        }
      case .event(.call(let call, .referred(let id, _, _, _))):
        try obey(agent.acceptReferral(call, id, at: now))
      case .event: break
      }
    }
  }

  /// Lets all timers run out, after an end of all that lives.
  mutating func end() throws(Finding) {
    for call in calls { try obey(agent.hangUp(call, at: now)) }
    try obey(agent.connectionClosed(flows[2], at: now))
    var steps = 0
    while let deadline = agent.nextDeadline {
      steps += 1
      try expect(steps < 10_000, "timers without end")
      now = max(now, deadline)
      try obey(agent.advance(to: now))
    }
    let left = agent.counters
    try expect(
      left.liveCalls == 0 && left.liveDialogs == 0 && left.liveTransactions == 0,
      "\(left.liveCalls) calls, \(left.liveDialogs) dialogs and \(left.liveTransactions) transactions are left")
  }
}

extension MediaCapabilities {
  static let fuzzed = MediaCapabilities(codecs: [.pcmu, .pcma], endpoint: place(1, port: 10_000))
}

/// A place in the network of examples (RFC 5737).
private func place(_ host: UInt8, port: UInt16) -> SocketEndpoint {
  SocketEndpoint(IPAddress(v4: 0xC000_0200 | UInt32(host)), port: port)
}
