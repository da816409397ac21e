import Audio
import Coordination
import Testing

@testable import RTPEngine

/// What a tap gives, read by a task of its own.
final class TapLog: Sendable {
  private let seen = Locked([TapFrame]())
  private let task: Locked<Task<Void, Never>?> = Locked(nil)

  init(_ frames: AsyncStream<TapFrame>) {
    let reader = Task { [seen] in
      for await frame in frames { seen.withLock { $0.append(frame) } }
    }
    task.withLock { $0 = reader }
  }

  var frames: [TapFrame] { seen.withLock { $0 } }
  var far: [Int16] { frames.flatMap(\.far) }
  var near: [Int16] { frames.flatMap(\.near) }

  func cancel() { task.withLock { $0?.cancel() } }
  func finish() async { await task.withLock { $0 }?.value }
}

/// The share of `samples` above a quarter of the test tone.
func loudness(_ samples: some Collection<Int16>) -> Double {
  samples.isEmpty ? 0 : Double(samples.count { abs(Int($0)) > 2000 }) / Double(samples.count)
}

/// Queues packets of the test tone.
func queue(_ packets: Range<Int>, on leg: MediaLeg) {
  let samples = packets.flatMap { tone($0) }
  _ = leg.enqueue(samples.span)
}

@Suite("Taps", .serialized)
struct TapTests {
  @Test("a tap gives both directions, paired in time, to each of several readers, and ends with the leg")
  func bothDirections() async throws {
    let engine = try loopbackEngine(8620...8639)
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    leg.start(LegSession(remote: peer.address))
    let first = TapLog(leg.openTap())
    _ = await peer.talk(to: leg.localPort, limit: 20) { _ in silence }
    let second = TapLog(leg.openTap())
    queue(0..<100, on: leg)
    _ = await peer.talk(to: leg.localPort, limit: 40) { _ in silence }
    _ = await peer.talk(to: leg.localPort, limit: 40) { tone($0, frequency: 300) }
    leg.close()
    await first.finish()
    await second.finish()
    for log in [first, second] {
      #expect(log.far.count == log.near.count)
      #expect(loudness(log.near.suffix(60 * 160)) > 0.5)
      #expect(loudness(log.far.suffix(30 * 160)) > 0.5)
      for (one, next) in zip(log.frames, log.frames.dropFirst()) {
        #expect(one.far.count == 800)
        let step = (next.at - one.at) / .milliseconds(1)
        #expect(step > 0)
      }
    }
    // Neither is in the other: the peer was silent while the first sound was played.
    let spoken = first.near.firstIndex { abs(Int($0)) > 2000 } ?? 0
    #expect(loudness(first.far[spoken..<(spoken + 20 * 160)]) == 0)
    #expect(first.near.count > second.near.count)
  }

  @Test("a reader that goes leaves the others alone, and a tap may be opened again")
  func leaving() async throws {
    let engine = try loopbackEngine(8640...8659)
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    leg.start(LegSession(remote: peer.address))
    let first = TapLog(leg.openTap())
    let second = TapLog(leg.openTap())
    #expect(await eventually { first.frames.count > 2 && second.frames.count > 2 })
    first.cancel()
    await first.finish()
    let seen = second.frames.count
    #expect(await eventually { second.frames.count > seen + 2 })
    second.cancel()
    await second.finish()
    let third = TapLog(leg.openTap())
    #expect(await eventually { third.frames.count > 2 })
    #expect((third.frames.first?.lost ?? 0) == 0)
    leg.close()
    await third.finish()
    // Of a closed leg there is nothing to hear.
    for await _ in leg.openTap() { Issue.record("sound of a closed leg") }
  }

  @Test("what a reader is too slow for is dropped and counted, and the leg goes on")
  func slowReader() async throws {
    let engine = try loopbackEngine(8660...8679)
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    leg.start(LegSession(remote: peer.address))
    let stream = leg.openTap(backlog: 2)
    #expect(await eventually { leg.droppedTapFrames > 3 })
    leg.close()
    var count = 0
    for await _ in stream { count += 1 }
    #expect(count == 2)
  }

  @Test("frames that found no room come back as silence, in their place and counted")
  func gaps() async throws {
    let taps = LegTaps(sampleRate: 200)
    let turned = Locked([Bool]())
    let ring = Locked<TapRing?>(nil)
    let stream = taps.open(backlog: 100) { opened in
      turned.withLock { $0.append(opened != nil) }
      if let opened { ring.withLock { $0 = opened } }
    }
    let start = ContinuousClock.now
    let opened = try #require(ring.withLock { $0 })
    for number in [0, 1, 4, 5, 6, 7, 8, 9, 10] as [UInt64] {
      let sample = Int16(number) + 1
      let samples = [Int16](repeating: sample, count: 4)
      let at = start + .milliseconds(20 * Int(number))
      let isKept = opened.push(far: samples.span, near: samples.span, TapMark(number: number, at: at))
      #expect(isKept)
    }
    #expect(taps.drain() == 0)
    #expect(taps.finish() == 0)
    var frames: [TapFrame] = []
    for await frame in stream { frames.append(frame) }
    #expect(frames.map(\.lost) == [2, 0, 0])
    #expect(frames.map { $0.at - start } == [.zero, .milliseconds(100), .milliseconds(200)])
    #expect(frames.first?.far == [1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5])
    #expect(frames.last?.near == [11, 11, 11, 11])
    #expect(turned.withLock { $0 } == [true])
  }

  @Test("a ring that nobody empties takes what fits and no more")
  func fullRing() {
    let storage = TapRingStorage(frames: 8, frameSamples: 160)
    let now = ContinuousClock.now
    let samples = silence
    var kept = 0
    for index in 0..<20 {
      let mark = TapMark(number: UInt64(index), at: now)
      if storage.ring.push(far: samples.span, near: samples.span, mark) { kept += 1 }
    }
    #expect(kept == 8)
  }
}
