import Audio
import Testing

@testable import RTPEngine

/// Two peers, each with a leg.
private struct Pair {
  let engine: MediaEngine
  let peers: [LoopbackPeer]
  let legs: [MediaLeg]
  let logs: [EventLog]

  init(_ ports: ClosedRange<UInt16>, workers: Int = 2, count: Int = 2) throws {
    engine = try loopbackEngine(ports) { $0.workers = workers }
    peers = try (0..<count).map { try LoopbackPeer(ssrc: UInt32($0 + 1)) }
    var legs: [MediaLeg] = []
    for peer in peers {
      let leg = try engine.openLeg()
      leg.start(LegSession(remote: peer.address))
      legs.append(leg)
    }
    self.legs = legs
    logs = legs.map { EventLog($0) }
  }

  /// All peers send a packet each 20 ms.
  func talk(_ packets: Int, _ samples: (_ peer: Int, _ index: Int) -> [Int16]) async {
    let clock = ContinuousClock()
    let start = clock.now
    for index in 0..<packets {
      for (number, peer) in peers.enumerated() {
        peer.send(peer.packet(samples(number, index)), to: legs[number].localPort)
      }
      try? await clock.sleep(until: start + .milliseconds(20 * (index + 1)))
      for peer in peers { peer.receive() }
    }
  }

  func forget() { for peer in peers { peer.forget() } }

  func unbridged(_ index: Int) -> Int {
    logs[index].all.count { if case .unbridged = $0 { true } else { false } }
  }
}

/// Takes two stretches of a tap and lets go.
private func listenBriefly(to leg: MediaLeg) async {
  var count = 0
  for await _ in leg.openTap() {
    count += 1
    if count > 1 { return }
  }
}

/// What worker `number` asks of the legs, at random.
private func ask(_ legs: [MediaLeg], _ random: inout SeededRandom) async {
  let one = legs[Int(random.next() % 3)]
  let other = legs[Int(random.next() % 4)]
  switch random.next() % 8 {
  case 0, 1, 2: one.bridge(with: other, playout: random.next() % 2 == 0 ? .mixed : .silenced)
  case 3: one.unbridge()
  case 4: one.setBridgedPlayout(.mixed)
  case 5: queue(0..<1, on: other)
  case 6: await listenBriefly(to: one)
  default: if random.next() % 40 == 0 { legs[3].close() }
  }
}

@Suite("Bridged legs", .serialized)
struct BridgeTests {
  @Test(
    "bridged, each far end hears the other and not the leg's own playout; unbridged, the playout again",
    arguments: [1, 2])
  func bothWays(workers: Int) async throws {
    let pair = try Pair(workers == 1 ? 8720...8739 : 8740...8759, workers: workers)
    defer { pair.engine.stop() }
    let own = (0..<500).flatMap { tone($0, frequency: 1000, amplitude: 12000) }
    _ = pair.legs[0].enqueue(own.span)
    #expect(pair.legs[0].bridge(with: pair.legs[1]))
    await pair.talk(30) { _, _ in silence }
    pair.forget()
    // The second speaks, the first is silent.
    await pair.talk(60) { peer, index in peer == 1 ? tone(index) : silence }
    #expect(loudness(pair.peers[0].sound.suffix(40 * 160)) > 0.5)
    #expect(pair.peers[0].sound.allSatisfy { abs(Int($0)) < 9000 })
    #expect(loudness(pair.peers[1].sound) == 0)
    pair.forget()
    await pair.talk(60) { peer, index in peer == 0 ? tone(index) : silence }
    #expect(loudness(pair.peers[1].sound.suffix(40 * 160)) > 0.5)
    // Both are still heard by whoever listens to their legs.
    #expect(
      pair.logs[0].all.contains { if case .audio(let frame) = $0 { loudness(frame.samples) > 0.5 } else { false } })
    #expect(pair.unbridged(0) == 0)

    pair.legs[1].unbridge()
    #expect(await eventually { pair.unbridged(0) == 1 && pair.unbridged(1) == 1 })
    await pair.talk(20) { _, _ in silence }
    pair.forget()
    await pair.talk(20) { peer, index in peer == 1 ? tone(index) : silence }
    #expect(loudness(pair.peers[0].sound) == 0)
    _ = pair.legs[0].enqueue(own.span)
    await pair.talk(20) { _, _ in silence }
    #expect(loudness(pair.peers[0].sound) > 0.3)
  }

  @Test("a whisper is heard on its own side alone, mixed with the other's voice")
  func whisper() async throws {
    let pair = try Pair(8760...8779)
    defer { pair.engine.stop() }
    let person = TapLog(pair.legs[1].openTap())
    pair.legs[0].bridge(with: pair.legs[1], playout: .silenced, others: .mixed)
    let whisper = (0..<150).flatMap { tone($0, frequency: 1000, amplitude: 6000) }
    let end = try await pair.legs[1].play(whisper)
    pair.legs[1].finishPlayout()
    pair.forget()
    await pair.talk(60) { _, _ in silence }
    #expect(loudness(pair.peers[1].sound.suffix(40 * 160)) > 0.5)
    #expect(loudness(pair.peers[0].sound) == 0)
    #expect(await eventually { pair.legs[1].playedPosition == end })
    #expect(loudness(person.near) > 0.3)
    // Told to be silent, it drops what comes.
    pair.legs[1].setBridgedPlayout(.silenced)
    _ = pair.legs[1].enqueue(whisper.span)
    await pair.talk(20) { _, _ in silence }
    pair.forget()
    await pair.talk(20) { _, _ in silence }
    #expect(loudness(pair.peers[1].sound) == 0)
    #expect(pair.logs[1].first { if case .playedOut = $0 { true } else { nil } } == true)
  }

  @Test("speech interrupts no playout in a bridge")
  func noBargeIn() async throws {
    let pair = try Pair(8780...8799)
    defer { pair.engine.stop() }
    pair.legs[0].arm(InterruptionPolicy(speech: .milliseconds(40)))
    await pair.talk(40) { _, _ in silence }
    pair.legs[0].bridge(with: pair.legs[1], playout: .mixed)
    queue(0..<300, on: pair.legs[0])
    await pair.talk(80) { peer, index in peer == 0 ? vowel(index) : silence }
    #expect(pair.logs[0].all.contains { if case .speechStarted = $0 { true } else { false } })
    #expect(!pair.logs[0].all.contains { if case .interrupted = $0 { true } else { false } })
  }

  @Test("a leg that closes lets the other go, in whatever order")
  func closing() async throws {
    let pair = try Pair(8800...8819)
    defer { pair.engine.stop() }
    pair.legs[0].bridge(with: pair.legs[1])
    await pair.talk(10) { _, index in tone(index) }
    pair.legs[1].close()
    #expect(await eventually { pair.unbridged(0) == 1 })
    // With a closed leg there is no bridge, and nothing to end.
    #expect(pair.legs[0].bridge(with: pair.legs[1]))
    #expect(await eventually { pair.unbridged(0) == 2 })
    pair.legs[0].unbridge()
    pair.legs[1].unbridge()
    pair.legs[1].setBridgedPlayout(.mixed)
    #expect(!pair.legs[0].bridge(with: pair.legs[0]))
    queue(0..<50, on: pair.legs[0])
    pair.forget()
    await pair.talk(30) { _, _ in silence }
    #expect(loudness(pair.peers[0].sound) > 0.3)
    #expect(pair.unbridged(0) == 2)
  }

  @Test("bridged anew, a leg leaves its old partner; an echo takes part in none")
  func anew() async throws {
    let pair = try Pair(8820...8849, count: 3)
    defer { pair.engine.stop() }
    pair.legs[0].bridge(with: pair.legs[1])
    pair.legs[0].bridge(with: pair.legs[1])
    pair.legs[2].bridge(with: pair.legs[0])
    #expect(await eventually { pair.unbridged(1) >= 1 })
    await pair.talk(20) { _, _ in silence }
    pair.forget()
    await pair.talk(40) { peer, index in peer == 2 ? tone(index) : silence }
    #expect(loudness(pair.peers[0].sound.suffix(20 * 160)) > 0.5)
    #expect(loudness(pair.peers[1].sound) == 0)
    let echo = try pair.engine.openLeg()
    echo.start(LegSession(remote: pair.peers[1].address), mode: .echo)
    pair.legs[2].bridge(with: echo)
    #expect(await eventually { pair.unbridged(2) >= 1 && pair.unbridged(0) >= 1 })
  }

  @Test("whatever is asked at once, of whichever leg, ends with legs that work", arguments: 1...6)
  func hostile(_ seed: UInt64) async throws {
    let pair = try Pair(8850...8889, count: 4)
    defer { pair.engine.stop() }
    let legs = pair.legs
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          var random = SeededRandom(state: seed &* 31 &+ UInt64(worker))
          for _ in 0..<150 { await ask(legs, &random) }
        }
      }
      await pair.talk(100) { _, index in tone(index) }
    }
    legs[3].close()
    legs[0].bridge(with: legs[1])
    await pair.talk(20) { _, _ in silence }
    pair.forget()
    await pair.talk(40) { peer, index in peer == 0 ? tone(index) : silence }
    #expect(loudness(pair.peers[1].sound.suffix(20 * 160)) > 0.5)
    let kept = await eventually {
      // What is over is forgotten at the next bridge.
      legs[0].bridge(with: legs[1])
      return legs[0].bridgesHeld <= 3
    }
    #expect(kept)
  }

  @Test("an end that lags skips what is old and keeps the delay short")
  func lagging() {
    let bridge = LegBridge(sampleRate: 8000)
    var giver = bridge.end(isFirst: true, playout: .mixed)
    var taker = bridge.end(isFirst: false, playout: .mixed)
    var frame = silence
    var span = frame.mutableSpan
    taker.take(into: &span)
    #expect(taker.gaps == 0)
    for index in 0..<40 {
      let samples = [Int16](repeating: Int16(index), count: 160)
      giver.give(samples.span)
    }
    #expect(giver.dropped > 0)
    taker.take(into: &span)
    #expect(taker.dropped > 0)
    let first = span[0]
    taker.take(into: &span)
    #expect(span[0] == first + 1)
    taker.take(into: &span)
    #expect(taker.gaps == 1)
    #expect(span[0] == 0)
    giver.letGo()
    #expect(taker.isOver)
    #expect(bridge.hasLetGo(isFirst: true) && !bridge.hasLetGo(isFirst: false))
  }
}
