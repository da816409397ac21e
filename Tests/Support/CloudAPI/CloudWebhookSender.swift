import Coordination
import NIOHTTP1

/// Delivers updates as Meta does: at least once, in no order, again with growing pauses until the answer is 200.
final class CloudWebhookSender: Sendable {
  private struct Job: Sendable {
    var delivery: CloudDelivery
    var due: ContinuousClock.Instant
  }

  private struct State {
    var pending: [CloudUpdate] = []
    /// How many at the start of `pending` are gone already.
    var taken = 0
    var again: [Job] = []
    var inFlight = 0
    var isHeld = false
    var isStopped = false
    var isFlushPlanned = false
    var random: CloudRandom?
    var deliveries: [CloudDelivery] = []
    var acknowledged: [String] = []
    /// Pauses before retries, by their number.
    var waiting: [Int: Task<Void, Never>] = [:]
    var pauseCount = 0
    var figures = CloudFigures()

    var pendingCount: Int { pending.count - taken }
  }

  static let remembersDeliveries = 10_000
  static let remembersIDs = 500_000

  private let settings: CloudSettings
  private let client: CloudWebhookClient?
  private let signal: CloudChangeSignal
  private let state: Locked<State>

  init(_ settings: CloudSettings, signal: CloudChangeSignal) throws {
    self.settings = settings
    self.signal = signal
    client = try settings.webhookURL.map { try CloudWebhookClient(url: $0) }
    var state = State()
    state.random = settings.delivery.shuffleSeed.map { CloudRandom(seed: $0) }
    self.state = Locked(state)
  }

  var figures: CloudFigures { state.withLock { $0.figures } }
  var acknowledged: [String] { state.withLock { $0.acknowledged } }
  var deliveries: [CloudDelivery] { state.withLock { $0.deliveries } }
  var connectionCount: Int { client?.connectionCount ?? 0 }

  /// How many updates and bodies are not acknowledged yet.
  var unacknowledgedCount: Int {
    state.withLock { $0.pendingCount + $0.again.count + $0.inFlight + $0.waiting.count }
  }

  func enqueue(_ updates: [CloudUpdate]) {
    guard client != nil, !updates.isEmpty else { return }
    state.withLock { state in
      if !state.isStopped { state.pending += updates }
    }
    pump()
  }

  func hold() {
    state.withLock { $0.isHeld = true }
  }

  func release() {
    state.withLock { $0.isHeld = false }
    pump()
  }

  /// Sends the same bytes once more.
  func redeliver(where isIt: (CloudDelivery) -> Bool) -> Bool {
    let isFound = state.withLock { state in
      guard var delivery = state.deliveries.last(where: isIt) else { return false }
      delivery.answers = []
      state.again.append(Job(delivery: delivery, due: .now))
      return true
    }
    pump()
    return isFound
  }

  func verify(challenge: String, token: String) async throws -> CloudWebhookClient.Answer {
    guard let client else { throw CloudWebhookClient.Failure.badURL }
    // Meta does not promise an order.
    let query = ["hub.challenge=\(challenge)", "hub.mode=subscribe", "hub.verify_token=\(Self.encoded(token))"]
    return try await client.send(
      .GET, query: query.shuffled().joined(separator: "&"), timeout: settings.delivery.timeout)
  }

  func stop() {
    let tasks = state.withLock { state in
      state.isStopped = true
      state.pending = []
      state.taken = 0
      state.again = []
      return Array(state.waiting.values)
    }
    for task in tasks { task.cancel() }
    client?.stop()
  }

  // MARK: Sending

  private func pump() {
    while let next = take() {
      Task {
        switch next {
        case .again(let job): await self.deliver(job)
        case .updates(let updates, let number, let twice): await self.deliver(updates, number, twice: twice)
        }
      }
    }
  }

  private enum Next: Sendable {
    case again(Job)
    case updates([CloudUpdate], number: Int, twice: Bool)
  }

  private func take() -> Next? {
    state.withLock { state -> Next? in
      let delivery = settings.delivery
      guard !state.isStopped, state.inFlight < max(1, delivery.concurrency) else { return nil }
      if !state.again.isEmpty {
        state.inFlight += 1
        return .again(state.again.removeFirst())
      }
      guard !state.isHeld, state.pendingCount > 0 else { return nil }
      let limit = min(max(delivery.batchLimit, 1), 1000)
      let isYoung = state.pending[state.taken].due + delivery.batchPause > .now
      if isYoung, limit > state.pendingCount {
        planFlush(&state)
        return nil
      }
      var updates: [CloudUpdate] = []
      while updates.count < limit, state.pendingCount > 0 {
        let count = state.pendingCount
        if let offset = state.random?.below(count) {
          state.pending.swapAt(state.taken, state.taken + offset)
        }
        updates.append(state.pending[state.taken])
        state.taken += 1
      }
      if state.taken > 1000, state.taken * 2 > state.pending.count {
        state.pending.removeFirst(state.taken)
        state.taken = 0
      }
      state.inFlight += 1
      state.figures.bodies += 1
      let twice = delivery.duplicatesEvery.map { $0 > 0 && state.figures.bodies % $0 == 0 } ?? false
      return .updates(updates, number: state.figures.bodies, twice: twice)
    }
  }

  private func planFlush(_ state: inout State) {
    guard !state.isFlushPlanned else { return }
    state.isFlushPlanned = true
    let pause = settings.delivery.batchPause
    Task {
      try? await Task.sleep(for: pause)
      self.state.withLock { $0.isFlushPlanned = false }
      self.pump()
    }
  }

  private func deliver(_ updates: [CloudUpdate], _ number: Int, twice: Bool) async {
    let body = CloudWebhookBody.bytes(updates, settings)
    let delivery = CloudDelivery(
      number: number, updates: updates.map(\.id), body: body,
      signature: CloudDigest.signature(of: body, appSecret: settings.appSecret))
    let job = Job(delivery: delivery, due: updates.map(\.due).min() ?? .now)
    state.withLock { state in
      if settings.remembersBodies, state.deliveries.count < Self.remembersDeliveries {
        state.deliveries.append(delivery)
      }
      if twice { state.again.append(job) }
    }
    if twice { pump() }
    await deliver(job)
  }

  private func deliver(_ job: Job) async {
    var job = job
    let start = ContinuousClock.now
    let answer = try? await client?.send(
      .POST,
      headers: [("Content-Type", "application/json"), ("X-Hub-Signature-256", job.delivery.signature)]
        + settings.delivery.headers.map { ($0.key, $0.value) },
      body: job.delivery.body, timeout: settings.delivery.timeout)
    let end = ContinuousClock.now
    let status = answer?.status ?? 0
    job.delivery.answers.append(status)
    state.withLock { state in
      state.inFlight -= 1
      state.figures.attempts += 1
      if job.delivery.answers.count > 1 { state.figures.retries += 1 }
      if let index = state.deliveries.firstIndex(number: job.delivery.number) {
        state.deliveries[index].answers.append(status)
      }
      if status == 200 {
        state.figures.acknowledged += 1
        state.figures.answerTimes.add(end - start)
        state.figures.dueTimes.add(end - job.due)
        if state.acknowledged.count < Self.remembersIDs { state.acknowledged += job.delivery.updates }
      } else if !state.isStopped {
        waitAndRetry(job, &state)
      }
    }
    signal.fire()
    pump()
  }

  private func waitAndRetry(_ job: Job, _ state: inout State) {
    let pauses = settings.delivery.retryPauses
    let index = min(job.delivery.answers.count - 1, pauses.count - 1)
    let pause = pauses.indices.contains(index) ? pauses[index] : .seconds(1)
    state.pauseCount += 1
    let key = state.pauseCount
    state.waiting[key] = Task {
      try? await Task.sleep(for: pause)
      self.state.withLock { state in
        state.waiting[key] = nil
        if !state.isStopped { state.again.append(job) }
      }
      self.pump()
    }
  }

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}

extension [CloudDelivery] {
  /// Numbers grow, nearly in order, since bodies are made at the same time.
  fileprivate func firstIndex(number: Int) -> Int? {
    let guess = Swift.min(Swift.max(number - 1, 0), count)
    for distance in 0...Swift.max(count, 1) {
      for index in [guess - distance, guess + distance] where indices.contains(index) && self[index].number == number {
        return index
      }
      if distance > 200 { break }
    }
    return nil
  }
}

/// SplitMix64: the same order from the same seed.
struct CloudRandom: Sendable {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }

  mutating func below(_ limit: Int) -> Int {
    limit > 0 ? Int(next() % UInt64(limit)) : 0
  }
}
