package import Assistants
import Calls
import Coordination
import Logging
import Net
import RTPEngine
package import Settings
import SIPStack
import SIPTransport
import Store
import VoicePipeline

/// Takes calls and places them, and connects each to whoever answers it.
///
/// It knows the calls that are going on and owns their tasks: no call and nothing that belongs to one outlives `stop`.
/// Assistants and routes that are set anew hold for calls that come after it.
package final class Switchboard: Sendable {
  private struct Directory {
    var assistants: [String: Assistant]
    var routes: RouteTable
  }

  /// Calls, and what goes on beside them; what is beyond it is refused. The media ports are fewer.
  private static let mostTasks = 20_000
  /// How long calls may take to end once they have to.
  private static let lastWords = Duration.seconds(3)

  let surroundings: CallSurroundings
  let dialer: Dialer
  let live = LiveCallRegistry()
  private let directory: Locked<Directory>
  private let isDrainOver = Locked(false)
  private let tasks = TaskOwner(limit: mostTasks)

  /// A switchboard in `surroundings`, with `assistants` by name.
  package init(_ surroundings: CallSurroundings, assistants: [String: Assistant], routes: RouteTable) {
    self.surroundings = surroundings
    dialer = Dialer(surroundings: surroundings)
    directory = Locked(Directory(assistants: assistants, routes: routes))
  }

  /// Has calls that come from now on answered by `assistants`, as `routes` say.
  package func update(assistants: [String: Assistant], routes: RouteTable) {
    directory.withLock { $0 = Directory(assistants: assistants, routes: routes) }
  }

  func assistant(_ name: String) -> Assistant? { directory.withLock { $0.assistants[name] } }

  /// The voice of the first assistant by name, for calls that have none.
  func anyVoice(at sampleRate: Int) -> SpokenText? {
    directory.withLock { $0.assistants }.min { $0.key < $1.key }.map { _, assistant in
      assistant.voice(language: assistant.settings.language, sampleRate: sampleRate)
    }
  }

  // MARK: From start to end

  /// Takes calls until `stop`.
  package func run() async {
    for await call in surroundings.endpoint.incomingCalls {
      begin(isCall: true, else: { call.reject(status: 503) }, { await self.take(call) })
    }
    await tasks.finish()
  }

  /// Takes no new calls, and returns when the live ones have ended, the time is over, or `endDrain` was called.
  package func drain(for limit: Duration) async {
    surroundings.endpoint.drain()
    guard !isDrainOver.withLock({ $0 }) else { return }
    await live.idle(within: limit)
  }

  /// Gives the live calls no more time, whether `drain` waits for them already or is about to.
  package func endDrain() {
    isDrainOver.withLock { $0 = true }
    live.stopWaiting()
  }

  /// Hangs up what is left, and returns when it has ended.
  package func stop() async {
    await surroundings.endpoint.shutdown()
    await live.idle(within: Self.lastWords)
    await tasks.end()
  }

  /// Sees to a call of ours (`isCall`), or to what belongs to one. `refuse` is done if too much is going on.
  func begin(
    isCall: Bool, else refuse: () -> Void = {}, _ body: @escaping @Sendable () async -> Void
  ) {
    let live = live
    if isCall { live.began() }
    let token = tasks.start(isolation: nil) {
      await body()
      if isCall { live.ended() }
    }
    guard token == nil else { return }
    if isCall { live.ended() }
    refuse()
  }

  // MARK: One call

  private func take(_ call: SIPCall) async {
    let logger = surroundings.logger(for: call)
    let called = call.requestURI.sip?.user ?? ""
    let calling = call.from.uri.sip?.user ?? ""
    guard let route = directory.withLock({ $0.routes.route(called: called, calling: calling) }) else {
      logger.notice("a call is refused", metadata: refusal(call, "no route for the called user", 404))
      return await refuse(call, status: 404)
    }
    let leg: MediaLeg
    do {
      leg = try surroundings.engine.openLeg()
    } catch {
      logger.error("a call is refused", metadata: refusal(call, "no media ports are free (rtp.ports): \(error)", 503))
      return await refuse(call, status: 503)
    }
    let address = surroundings.localAddress(reaching: call.remoteAddress?.address)
    let mode: LegMode = if case .application(.echo, _) = route.destination { .echo } else { .conversation }
    let media = MediaSession(leg: leg, mode: mode, address: address, codecs: surroundings.codecs)
    do {
      try await connect(call, media, to: route.destination, called: called, logger: logger)
    } catch {
      logger.error("a call is refused", metadata: refusal(call, "\(error)", 480))
      leg.close()
      await refuse(call, status: 480)
    }
  }

  /// Who is refused, whom they called, and why.
  private func refusal(_ call: SIPCall, _ why: String, _ status: Int) -> Logger.Metadata {
    [
      "from": "\(call.from.uri.sip?.user ?? "")", "to": "\(call.requestURI.sip?.user ?? "")",
      "peer": "\(call.remoteAddress.map { "\($0)" } ?? "unknown")", "status": "\(status)", "why": "\(why)",
    ]
  }

  private func refuse(_ call: SIPCall, status: Int) async {
    call.reject(status: status)
    for await event in call.events { if case .ended = event { break } }
  }

  private func connect(
    _ call: SIPCall, _ media: MediaSession, to destination: Route.Destination, called: String, logger: Logger
  ) async throws {
    var phoneCall = PhoneCall(call, media: media, logger: logger)
    switch destination {
    case .assistant(let name):
      guard let assistant = assistant(name) else { throw CallFailure("there is no assistant '\(name)'") }
      let live = incoming(call, media, called: called, assistant: name)
      let watched = PhoneCall(call, media: media, inbox: live.inbox, logger: surroundings.logger(for: live)) {
        live.watch.note($0)
      }
      await see(live) {
        await AssistantTalk(self, assistant, live, CallerIdentity.identities(of: call))
          .run(watched, isAnswered: true)
      }
    case .application(.api, _):
      await drive(incoming(call, media, called: called, assistant: nil), media)
    case .application(.echo, _):
      await phoneCall.answerAndRun(EchoParty(leg: media.leg))
    case .application(.play, let file):
      let path = try Recordings.file(toPlay: file, for: called)
      await phoneCall.answerAndRun(try await PlayParty.playing(path, on: media.leg))
    case .application(.record, let folder):
      let path = try Recordings.newFile(in: folder, for: call.id)
      await phoneCall.answerAndRun(RecordParty(leg: media.leg, path: path, logger: logger))
    }
  }

  private func incoming(_ call: SIPCall, _ media: MediaSession, called: String, assistant: String?) -> LiveCall {
    let clock = surroundings.clock
    return newCall(
      call, media,
      CallRecord(
        id: RecordID.make("call", at: clock.now), sipCallID: call.callID, direction: .inbound,
        from: call.from.uri.sip?.user ?? "", to: called, assistant: assistant, startedAt: clock.now))
  }

  func newCall(_ call: SIPCall, _ media: MediaSession, _ record: CallRecord) -> LiveCall {
    let recorder = CallRecorder(
      record, store: surroundings.store, events: surroundings.events, clock: surroundings.clock,
      logger: surroundings.logger(for: call))
    return LiveCall(call, media.leg, recorder, events: surroundings.events, observe: surroundings.observe)
  }

  /// Rings until the API answers or refuses, three minutes at most; then the API alone drives the call.
  private func drive(_ call: LiveCall, _ media: MediaSession) async {
    let logger = surroundings.logger(for: call)
    let watch = call.watch
    let party = VoiceParty(leg: call.leg, voice: anyVoice(at: call.leg.sampleRate), logger: logger) { event in
      if case .digit(let digit) = event { watch.tell(.digit(digit)) }
    }
    call.isSpoken(by: party)
    let phoneCall = PhoneCall(call.call, media: media, inbox: call.inbox, logger: logger) { watch.note($0) }
    await see(call) {
      var phoneCall = phoneCall
      phoneCall.ring()
      watch.tell(.ringing)
      await phoneCall.run(party)
    }
  }

  /// Sees a call to its end that can be found by its id while it is going on, and is written down and recorded.
  func see(_ call: LiveCall, _ body: @escaping @Sendable () async -> Void) async {
    let recorder = call.recorder
    live.add(call)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await recorder.run() }
      await recorded(call, body)
      recorder.finish()
    }
    live.remove(call)
    let record = recorder.call
    guard record.answeredAt == nil else { return }
    surroundings.logger(for: call).notice(
      "a call came to nothing",
      metadata: ["from": "\(record.from)", "to": "\(record.to)", "why": "\(record.reason ?? "unknown")"])
  }

  /// Runs `body` with a recording beside it, if calls are recorded.
  private func recorded(_ call: LiveCall, _ body: @Sendable () async -> Void) async {
    guard surroundings.recording.calls else { return await body() }
    let folder = surroundings.recording.folder
    let logger = surroundings.logger(for: call)
    let tap = call.leg.openTap()
    let (recorder, leg) = (call.recorder, call.leg)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        let recording = CallRecording(
          folder: folder, call: recorder.call.id, sampleRate: leg.sampleRate, logger: logger)
        let made = await recording.write(tap) { recorder.isRecorded(in: $0) }
        if let made { recorder.recorded(made) }
      }
      await body()
      // A call that never came to sound leaves its leg open no longer than itself.
      leg.close()
    }
  }
}
