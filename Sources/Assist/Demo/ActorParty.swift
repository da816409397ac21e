import Audio
import Coordination
import RTPEngine
import SIPStack
import Telephony

/// A played person on the line: speaks when told to, and knows when the other side speaks and falls silent.
final class ActorParty: CallParty {
  private struct Ear {
    var lastSound: Instant?
    var isOver = false
  }

  let requests: AsyncStream<CallRequest>
  private let sink: AsyncStream<CallRequest>.Continuation
  private let referrals: AsyncStream<Referral>
  private let referralSink: AsyncStream<Referral>.Continuation
  private let leg: MediaLeg
  private let recording: String
  private let ear = Locked(Ear())
  private let follow: @Sendable (Referral) async -> Void
  private let act: @Sendable (ActorParty) async -> Void

  /// On `leg`, recording what it hears into `recording`. `act` is the part; the call ends with it. `follow` does what a
  /// telephone does when it is transferred.
  init(
    leg: MediaLeg, recording: String, follow: @escaping @Sendable (Referral) async -> Void = { $0.refuse() },
    act: @escaping @Sendable (ActorParty) async -> Void
  ) {
    self.leg = leg
    self.recording = recording
    self.follow = follow
    self.act = act
    (requests, sink) = CallRequest.stream()
    (referrals, referralSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(4))
  }

  func run() async {
    // A transfer outlives the call that it came in.
    async let followed: Void = { for await referral in self.referrals { await self.follow(referral) } }()
    await perform()
    referralSink.finish()
    await followed
  }

  private func perform() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await self.act(self)
        self.sink.yield(.hangUp(cause: 16, text: "all was said"))
      }
      // A recording that fails is missed by whoever looks for it; the call does not depend on it.
      if (try? await listen()) == nil { for await _ in leg.events {} }
      ear.withLock { $0.isOver = true }
      group.cancelAll()
    }
  }

  private func listen() async throws {
    var writer = try WAVWriter(path: recording, sampleRate: leg.sampleRate, permissions: 0o644)
    for await event in leg.events {
      guard case .audio(let frame) = event else { continue }
      try writer.write(frame.samples)
      if frame.samples.span.isAudible { ear.withLock { $0.lastSound = frame.arrival } }
    }
    try writer.close()
  }

  func ended(_ ending: CallEnding) { sink.finish() }
  func referred(_ referral: Referral) { referralSink.yield(referral) }

  // MARK: What a part is made of

  /// Says `samples` and returns when they are queued.
  func say(_ samples: [Int16]) async {
    _ = try? await leg.play(samples)
    leg.finishPlayout()
    try? await Task.sleep(for: .seconds(Double(samples.count) / Double(leg.sampleRate)))
  }

  /// Returns when the other side makes a sound; false if it does not within `limit`.
  func waitForSound(_ limit: Duration = .seconds(10)) async -> Bool {
    let start = Instant.now
    return await poll(limit) { ear in ear.lastSound.map { $0 > start } ?? false }
  }

  /// Returns when the other side has been silent for 0.8 s; false if it is not within `limit`.
  func waitForSilence(_ limit: Duration = .seconds(40)) async -> Bool {
    await poll(limit) { ear in ear.lastSound.map { $0.duration(to: .now) > .milliseconds(800) } ?? false }
  }

  /// Returns when the call is over, or after `limit`.
  func waitForEnd(_ limit: Duration) async { _ = await poll(limit) { $0.isOver } }

  private func poll(_ limit: Duration, until condition: @Sendable (Ear) -> Bool) async -> Bool {
    let deadline = Instant.now + limit
    while Instant.now < deadline, !Task.isCancelled {
      let now = ear.withLock { $0 }
      if condition(now) { return true }
      if now.isOver { return false }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return false
  }
}
