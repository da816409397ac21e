import Net
import Testing
import TestSupport

@testable import SIPStack

/// User agents on a network that exists only here: time stands still until it is told to go on, and what the network
/// does to a datagram follows from a seed.
final class World {
  struct Sent {
    var at: Instant
    var from: Int
    var message: SIPMessage?
    var bytes: [UInt8]
  }

  private struct InFlight {
    var at: Instant
    var order: Int
    var to: Int
    var from: SocketEndpoint
    var bytes: [UInt8]
  }

  static let start = ContinuousClock.now
  var now = World.start
  var agents: [UserAgent] = []
  var events: [[SIPCallEvent]] = []
  var incoming: [[IncomingCall]] = []
  var refused: [[RefusedCall]] = []
  var sent: [Sent] = []
  /// What an agent does on an event, besides having it noted.
  var onEvent: (World, Int, UserAgentEvent) -> Void = { _, _, _ in }
  /// Whether a datagram is lost, before chance is asked.
  var drop: (Sent) -> Bool = { _ in false }
  var loss = 0.0
  var duplication = 0.0
  var delay = 5...5
  private var random: TokenGenerator
  private var inFlight: [InFlight] = []
  private var order = 0

  init(agents count: Int = 2, seed: UInt64 = 1, configure: (inout UserAgentConfiguration) -> Void = { _ in }) {
    random = TokenGenerator(seed: (seed, 99))
    for index in 0..<count {
      var configuration = UserAgentConfiguration(listeners: [
        UserAgentConfiguration.Listener(transport: .udp, local: World.address(index))
      ])
      configuration.admission.anonymous = true
      configure(&configuration)
      agents.append(
        UserAgent(configuration: configuration, seed: (seed, UInt64(index)), at: World.start))
      events.append([])
      incoming.append([])
      refused.append([])
    }
  }

  static func address(_ index: Int) -> SocketEndpoint {
    SocketEndpoint(IPAddress(v4: 0xC000_0201 + UInt32(index)), port: 5060)
  }

  func perform(_ index: Int, _ body: (inout UserAgent, Instant) -> [Output]) {
    carryOut(body(&agents[index], now), of: index)
  }

  /// Starts a call from one agent to another.
  @discardableResult
  func call(
    from: Int = 0, to: Int = 1, ringTimeout: Duration = .seconds(60), credentials: SIPCredentials? = nil
  ) throws -> CallHandle {
    var call = OutgoingCall(
      target: SIPURI(user: "bot", host: "\(World.address(to).address)", port: 5060), offer: try description(1))
    call.ringTimeout = ringTimeout
    call.credentials = credentials
    let (started, outputs) = try agents[from].call(call, at: now)
    carryOut(outputs, of: from)
    return started.handle
  }

  /// A call of agent 0 that rings at agent 1 and waits there: its two ends.
  func ringing() throws -> (caller: CallHandle, called: CallHandle) {
    var called: CallHandle?
    onEvent = { world, index, event in
      guard case .incomingCall(let call) = event else { return }
      called = call.handle
      world.perform(index) { $0.ring(call.handle, at: $1) }
    }
    let caller = try call()
    run(for: .seconds(1))
    return (caller, try #require(called))
  }

  /// Injects bytes as if they came from `from`.
  func inject(_ bytes: [UInt8], to index: Int, from: SocketEndpoint) {
    let flow = Flow(transport: .udp, local: World.address(index), remote: from)
    perform(index) { $0.receive(bytes, from: flow, at: $1) }
  }

  func run(for duration: Duration) {
    let end = now + duration
    while true {
      let deadline = agents.compactMap(\.nextDeadline).min()
      let arrival = inFlight.min { ($0.at, $0.order) < ($1.at, $1.order) }
      guard let next = [deadline, arrival?.at].compactMap({ $0 }).min(), next <= end else { break }
      now = max(now, next)
      if let arrival, arrival.at <= now {
        inFlight.removeAll { $0.order == arrival.order }
        inject(arrival.bytes, to: arrival.to, from: arrival.from)
      } else {
        for index in agents.indices { perform(index) { $0.advance(to: $1) } }
      }
    }
    now = end
  }

  private func carryOut(_ outputs: [Output], of index: Int) {
    for output in outputs {
      switch output {
      case .send(let bytes, let flow): transmit(bytes, from: index, to: flow.remote)
      case .connect(let request, let hop):
        guard let remote = hop.address.endpoint else { break }
        let flow = Flow(transport: .udp, local: World.address(index), remote: remote)
        perform(index) { $0.flowOpened(request, flow, at: $1) }
      case .event(let event):
        switch event {
        case .incomingCall(let call): incoming[index].append(call)
        case .callRefused(let call): refused[index].append(call)
        case .call(_, let event): events[index].append(event)
        }
        onEvent(self, index, event)
      }
    }
  }

  private func transmit(_ bytes: [UInt8], from index: Int, to address: SocketEndpoint) {
    var message: SIPMessage?
    if case .message(let parsed) = SIPParser.parse(datagram: bytes) { message = parsed }
    let entry = Sent(at: now, from: index, message: message, bytes: bytes)
    sent.append(entry)
    guard !drop(entry), let target = agents.indices.first(where: { World.address($0) == address }) else { return }
    let copies = Double.random(in: 0..<1, using: &random) < duplication ? 2 : 1
    for _ in 0..<copies where Double.random(in: 0..<1, using: &random) >= loss {
      order += 1
      let wait = Duration.milliseconds(Int.random(in: delay, using: &random))
      inFlight.append(
        InFlight(at: now + wait, order: order, to: target, from: World.address(index), bytes: bytes))
    }
  }

  // MARK: Looking

  /// What an agent sent: a method for a request, a status for a response.
  func lines(from index: Int) -> [String] {
    sent.filter { $0.from == index }.map(\.line)
  }

  func count(_ line: String, from index: Int) -> Int { lines(from: index).count { $0 == line } }

  func ending(_ index: Int) -> CallEnding? {
    for case .ended(let ending) in events[index] { return ending }
    return nil
  }

  func referOutcome(_ index: Int) -> ReferOutcome? {
    for case .referFinished(_, let outcome) in events[index] { return outcome }
    return nil
  }

  var liveCalls: [Int] { agents.map(\.counters.liveCalls) }
}

extension World.Sent {
  var line: String {
    switch message {
    case .request(let request): request.method.rawValue
    case .response(let response): "\(response.status) \(response.cSeq?.method.rawValue ?? "?")"
    case nil: "?"
    }
  }

  var request: SIPRequest? {
    if case .request(let request) = message { request } else { nil }
  }

  var response: SIPResponse? {
    if case .response(let response) = message { response } else { nil }
  }
}

/// A description whose version tells it apart from others.
func description(_ version: Int) throws -> SessionDescription {
  try SessionDescription(
    """
    v=0\r
    o=- 1 \(version) IN IP4 192.0.2.1\r
    s=-\r
    c=IN IP4 192.0.2.1\r
    t=0 0\r
    m=audio 10000 RTP/AVP 0\r

    """)
}

/// The called agent rings and answers at once; everything else is left to the test.
func answering(with answer: SessionDescription) -> (World, Int, UserAgentEvent) -> Void {
  { world, index, event in
    guard case .incomingCall(let call) = event else { return }
    world.perform(index) { $0.ring(call.handle, at: $1) }
    world.perform(index) { $0.answer(call.handle, answer, at: $1) }
  }
}
