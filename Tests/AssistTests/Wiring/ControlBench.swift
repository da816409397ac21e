import Audio
import Coordination
import Foundation
import Logging
import Net
import RTPEngine
import SIPStack
import SIPTransport
import Store
import TestSupport

@testable import Assist
@testable import Calls
@testable import ControlAPI
@testable import Reporting
@testable import Settings
@testable import Telephony

/// Who is on the line in a test: speaks and presses what the test says, and keeps what it hears.
final class LinePhone: CallParty {
  struct Heard {
    var digits = ""
    var holds: [Bool] = []
    var statuses: [Int] = []
    var loud = 0
    var ending: CallEnding?
    var isAnswered = false
  }

  let leg: MediaLeg
  let requests: AsyncStream<CallRequest>
  private let sink: AsyncStream<CallRequest>.Continuation
  private let state = Locked(Heard())
  private let follow: @Sendable (Referral) -> Void

  init(_ leg: MediaLeg, follow: @escaping @Sendable (Referral) -> Void = { $0.refuse() }) {
    self.leg = leg
    self.follow = follow
    (requests, sink) = AsyncStream.makeStream()
  }

  var heard: Heard { state.withLock { $0 } }

  func run() async {
    for await event in leg.events {
      state.withLock { state in
        switch event {
        case .digit(let digit): state.digits.append(digit)
        case .audio(let frame): if frame.samples.contains(where: { abs(Int($0)) > 2000 }) { state.loud += 1 }
        default: break
        }
      }
    }
  }

  func note(_ event: SIPCallEvent) {
    state.withLock { state in
      switch event {
      case .provisional(let status, _, _): state.statuses.append(status)
      case .answered: state.isAnswered = true
      default: break
      }
    }
  }

  func hold(_ isHeld: Bool) { state.withLock { $0.holds.append(isHeld) } }
  func digit(_ digit: Character) { state.withLock { $0.digits.append("i\(digit)") } }
  func referred(_ referral: Referral) { follow(referral) }
  func ended(_ ending: CallEnding) {
    state.withLock { $0.ending = ending }
    sink.finish()
  }

  func hangUp() { sink.yield(.hangUp(cause: 16, text: "test")) }

  /// Makes a loud sound for some seconds.
  func sound(_ seconds: Double) {
    let samples = (0..<Int(8000 * seconds)).map { Int16(sin(Double($0) * 0.35) * 8000) }
    _ = leg.enqueue(samples.span)
    leg.finishPlayout()
  }

  func forget() { state.withLock { $0.loud = 0 } }
}

/// A server, a caller and a person, each with telephones of their own.
final class ControlBench: Sendable {
  static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Media threads alone.
  static func engine() throws -> MediaEngine {
    var configuration = MediaEngineConfiguration()
    configuration.workers = 1
    configuration.bindAddress = .loopback
    configuration.ports = 22_900...22_999
    return try MediaEngine(configuration)
  }

  let server: Server
  var calls: Switchboard { server.switchboard }
  let caller: Caller
  let person: Caller
  /// The person's calls, newest last, and what their INVITEs carried.
  let personLines = Locked([(phone: LinePhone, headers: Headers)]())
  private let seen = Locked([CallNotice]())

  private init(_ configuration: Configuration) async throws {
    server = try await Server.start(configuration, figures: ServerFigures(), logger: Self.logger) { [seen] notice in
      seen.withLock { $0.append(notice) }
    }
    caller = try await Caller.start(on: "127.0.0.1", as: "ada", ports: 21_000...21_499, logger: Self.logger)
    person = try await Caller.start(on: "127.0.0.1", as: "ana", ports: 21_500...21_999, logger: Self.logger)
  }

  /// Runs `body`; `answer` is what the person's telephone does with calls: a status, or nil to take them.
  static func run(
    assistants: [String: AssistantConfiguration] = [:], recording: RecordingConfiguration = RecordingConfiguration(),
    person answer: Int? = nil, _ body: (ControlBench) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var configuration = Configuration(
      sip: SIPConfiguration(
        listen: [SIPListenAddress(transport: .udp, endpoint: SocketEndpoint(.loopback, port: 0))], anonymous: true),
      assistants: assistants,
      routes: RouteTable(
        routes: [Route(to: Glob("api"), destination: .application(.api, file: nil))]
          + assistants.keys.map { Route(to: Glob("*"), destination: .assistant($0)) }),
      store: StoreConfiguration(path: folder.path + "/assist.db"), recording: recording)
    configuration.rtp.ports = 22_000...22_899
    configuration.rtp.threads = 2
    let bench = try await ControlBench(configuration)
    let tasks = [
      Task { await bench.server.run() },
      Task { await bench.takeCalls(answer) },
    ]
    do {
      try await body(bench)
      await bench.stop(tasks)
    } catch {
      await bench.stop(tasks)
      throw error
    }
  }

  private func stop(_ tasks: [Task<Void, Never>]) async {
    await caller.stop()
    await person.stop()
    await server.stop()
    for task in tasks { await task.value }
  }

  private func takeCalls(_ answer: Int?) async {
    await withDiscardingTaskGroup { group in
      for await call in person.endpoint.incomingCalls {
        if let answer {
          call.reject(status: answer)
          continue
        }
        guard let leg = try? person.openLeg() else { continue }
        let phone = LinePhone(leg)
        personLines.withLock { $0.append((phone, call.headers)) }
        group.addTask { await self.person.take(call, leg: leg, party: phone) }
      }
    }
  }

  /// Dials `user` of the server.
  func dial(_ user: String, follow: @escaping @Sendable (Referral) -> Void = { $0.refuse() }) throws -> LinePhone {
    let leg = try caller.openLeg()
    let phone = LinePhone(leg, follow: follow)
    guard let target = URI("sip:\(user)@\(server.sipAddresses.dropFirst(4))")?.sip else { return phone }
    Task { [caller] in
      try? await caller.call(target, leg: leg, codecs: [.pcma, .pcmu], party: phone) { phone.note($0) }
    }
    return phone
  }

  var notices: [CallNotice.Kind] { seen.withLock { $0.map(\.kind) } }
  var transfers: [TransferNotice] {
    notices.compactMap { if case .transfer(let notice) = $0 { notice } else { nil } }
  }

  /// The id of the one call there is.
  func liveCall() async throws -> String {
    try await wait("a call") { calls.records.first?.id }
  }

  /// A call that the API has answered.
  func answered(follow: @escaping @Sendable (Referral) -> Void = { $0.refuse() }) async throws -> (LinePhone, String) {
    let phone = try dial("api", follow: follow)
    let id = try await liveCall()
    try await calls.answer(id, status: 200)
    try await wait("the answer") { phone.heard.isAnswered ? true : nil }
    try await wait("the ACK") { calls.record(id)?.answeredAt }
    return (phone, id)
  }

  /// The person's telephone, once it has been rung `count` times.
  func personPhone(_ count: Int = 1) async throws -> LinePhone {
    try await wait("the person's telephone") { personLines.withLock { $0.count >= count ? $0.last?.phone : nil } }
  }

  /// Waits up to 20 s for `value`.
  @discardableResult
  func wait<Value>(_ what: String, _ value: () async throws -> Value?) async throws -> Value {
    for _ in 0..<2000 {
      if let value = try await value() { return value }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw CommandFailure("never happened: \(what); \(notices)")
  }
}
