import Audio
import CLinux
import Coordination
import Glibc
import Net
import Testing

@testable import RTPEngine

/// An engine on 127.0.0.1 with one media thread.
func loopbackEngine(
  _ ports: ClosedRange<UInt16>, hooks: MediaThreadHooks = .init(),
  _ change: (inout MediaEngineConfiguration) -> Void = { _ in }
) throws -> MediaEngine {
  var configuration = MediaEngineConfiguration()
  configuration.workers = 1
  configuration.bindAddress = .loopback
  configuration.ports = ports
  configuration.portCooldown = .zero
  change(&configuration)
  return try MediaEngine(configuration, hooks: hooks)
}

/// The events of a leg, read by a task of its own.
final class EventLog: Sendable {
  private let seen = Locked([LineEvent]())
  private let task: Locked<Task<Void, Never>?> = Locked(nil)

  init(_ leg: MediaLeg) {
    let events = leg.events
    let reader = Task { [seen] in
      for await event in events { seen.withLock { $0.append(event) } }
    }
    task.withLock { $0 = reader }
  }

  var all: [LineEvent] { seen.withLock { $0 } }

  func first<Found>(_ pick: (LineEvent) -> Found?) -> Found? {
    for event in all { if let found = pick(event) { return found } }
    return nil
  }

  /// Waits till the stream ends.
  func finish() async {
    await task.withLock { $0 }?.value
  }
}

/// Waits up to 10 s, which only a failure takes.
func eventually(_ condition: () -> Bool) async -> Bool {
  for _ in 0..<1000 {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return condition()
}

@Suite("Media leg on loopback", .serialized)
struct MediaLegTests {
  @Test("RTP flows from the start on, unasked, with one SSRC and no gap in the sequence, until close")
  func flowsUnasked() async throws {
    let engine = try loopbackEngine(8200...8219)
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    peer.receive()
    #expect(peer.datagrams == 0)
    leg.start(LegSession(remote: peer.address))
    #expect(
      await eventually {
        peer.receive()
        return peer.heard.count >= 25
      })
    leg.close()
    engine.stop()
    peer.receive()
    #expect(Set(peer.heard.map(\.ssrc)).count == 1)
    for (one, next) in zip(peer.heard, peer.heard.dropFirst()) {
      #expect(next.sequence == one.sequence &+ 1)
      #expect(next.timestamp == one.timestamp &+ 160)
    }
    #expect(peer.sound.allSatisfy { $0 == 0 })
  }

  @Test("an echo leg sends back what it hears")
  func echo() async throws {
    let engine = try loopbackEngine(8220...8239)
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    leg.start(LegSession(remote: peer.address), mode: .echo)
    _ = await peer.talk(to: leg.localPort, limit: 60) { tone($0) }
    let loud = peer.sound.count { abs(Int($0)) > 4000 }
    #expect(loud > peer.sound.count / 3)
    #expect(peer.sound.count > 40 * 160)
    #expect(await eventually { leg.statistics().stream.packetsReceived == 60 })
    #expect(leg.statistics().source == peer.address)
  }

  @Test("speech interrupts playout at once; what is queued stays for a resume and goes with a drop")
  func bargeIn() async throws {
    let engine = try loopbackEngine(8240...8259)
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    let log = EventLog(leg)
    leg.start(LegSession(remote: peer.address))
    leg.arm(InterruptionPolicy())
    // Background first, so that the detector knows the line.
    _ = await peer.talk(to: leg.localPort, limit: 40) { _ in silence }
    let end = try await leg.play((0..<300).flatMap { tone($0) })
    #expect(end == 48000)
    leg.finishPlayout()
    #expect(
      await peer.talk(to: leg.localPort, limit: 200) { _ in
        silence
      } until: {
        leg.playedPosition >= 8000
      })
    #expect(log.first { if case .audible(_, let position) = $0 { position } else { nil } } == LinePosition(160))

    var interruption: (at: Instant, position: LinePosition)? {
      log.first { if case .interrupted(let at, let position) = $0 { (at, position) } else { nil } }
    }
    #expect(await peer.talk(to: leg.localPort, limit: 200, vowel) { interruption != nil })
    let (at, position) = try #require(interruption)
    let began = try #require(log.first { if case .speechStarted(let at) = $0 { at } else { nil } })
    // The policy's 120 ms of speech, of which the first packet brings 20 on its arrival; the rest is the tick and
    // whatever a busy machine adds.
    #expect(at - began >= .milliseconds(80))
    #expect(position < 24000)
    #expect(leg.playedPosition == position)

    _ = await peer.talk(to: leg.localPort, limit: 30) { _ in silence }
    peer.forget()
    _ = await peer.talk(to: leg.localPort, limit: 10) { _ in silence }
    #expect(!peer.sound.isEmpty)
    #expect(peer.sound.allSatisfy { $0 == 0 })
    #expect(leg.playedPosition == position)
    #expect(log.first { if case .speechStopped = $0 { true } else { nil } } == true)

    leg.resumePlayout()
    #expect(
      await peer.talk(to: leg.localPort, limit: 100) { _ in
        silence
      } until: {
        leg.playedPosition > position
      })
    #expect(peer.sound.contains { $0 != 0 })

    leg.dropPlayout()
    _ = await peer.talk(to: leg.localPort, limit: 10) { _ in silence }
    let stopped = leg.playedPosition
    peer.forget()
    _ = await peer.talk(to: leg.localPort, limit: 10) { _ in silence }
    #expect(peer.sound.allSatisfy { $0 == 0 })
    #expect(leg.playedPosition == stopped)
    #expect(log.first { if case .playedOut = $0 { true } else { nil } } == nil)

    let next = try await leg.play(tone(0))
    #expect(next == 48160)
    leg.finishPlayout()
    #expect(
      await eventually { log.first { if case .playedOut(_, let at) = $0 { at } else { nil } } == LinePosition(48160) })
    leg.close()
    await log.finish()
    let audio = log.all.count { if case .audio = $0 { true } else { false } }
    #expect(audio > 100)
    #expect(log.first { if case .audio(let frame) = $0, frame.isSpeech { true } else { nil } } == true)
  }

  @Test("a full queue holds the producer up until there is room, and a drop lets it go")
  func backpressure() async throws {
    let engine = try loopbackEngine(8260...8279) { $0.playoutAhead = .milliseconds(200) }
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    leg.start(LegSession(remote: peer.address))
    // The ring holds 16384 samples, two seconds.
    let long = (0..<150).flatMap { tone($0) }
    let clock = ContinuousClock()
    let start = clock.now
    #expect(try await leg.play(long) == 24000)
    #expect(clock.now - start > .milliseconds(500))
    async let held = leg.play(long + long + long)
    #expect(await eventually { leg.playedPosition > 24000 })
    leg.dropPlayout()
    _ = try await held
    #expect(leg.playedPosition < 60000)
    let cancelled = Task { try await leg.play(long + long + long) }
    try await Task.sleep(for: .milliseconds(50))
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
  }

  @Test("a stranger hears nothing and changes nothing, before and after the latch")
  func stranger() async throws {
    let engine = try loopbackEngine(8280...8299)
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let stranger = try LoopbackPeer(ssrc: 99)
    let leg = try engine.openLeg()
    leg.start(LegSession(remote: peer.address), mode: .echo)
    _ = await peer.talk(to: leg.localPort, limit: 10) { _ in silence }
    for index in 0..<50 {
      stranger.send(stranger.packet(tone(index)), to: leg.localPort)
      stranger.send([0x80, 200, 0, 1, 0, 0, 0, 1], to: leg.localPort + 1)
    }
    _ = await peer.talk(to: leg.localPort, limit: 30) { _ in silence }
    stranger.receive()
    #expect(stranger.datagrams == 0)
    #expect(peer.sound.count > 20 * 160)
    #expect(peer.sound.allSatisfy { $0 == 0 })
    #expect(leg.statistics().source == peer.address)
  }

  @Test("a peer that sends from another port than it named is found, and the one at that port may still take over")
  func otherPort() async throws {
    let engine = try loopbackEngine(8700...8719)
    defer { engine.stop() }
    var isBack = false
    // A machine that stands still for the 2 s in which one may take over gets another chance.
    for _ in 0..<3 where !isBack {
      let named = try LoopbackPeer()
      let other = try LoopbackPeer(ssrc: 99)
      let leg = try engine.openLeg()
      defer { leg.close() }
      leg.start(LegSession(remote: named.address), mode: .echo)
      let isFound = await other.talk(to: leg.localPort, limit: 500) {
        tone($0)
      } until: {
        other.datagrams > 3
      }
      #expect(isFound)
      isBack = await named.talk(to: leg.localPort, limit: 200) { _ in
        silence
      } until: {
        leg.statistics().source == named.address
      }
      guard isBack else { continue }
      other.forget()
      for index in 0..<50 { other.send(other.packet(tone(index)), to: leg.localPort) }
      named.forget()
      _ = await named.talk(to: leg.localPort, limit: 20) { _ in silence }
      other.receive()
      #expect(other.datagrams == 0)
      #expect(named.datagrams > 0)
    }
    #expect(isBack)
  }

  @Test("a new negotiation moves the media to a new address, with the same SSRC and sequence")
  func moves() async throws {
    let engine = try loopbackEngine(8300...8319)
    defer { engine.stop() }
    let first = try LoopbackPeer()
    let second = try LoopbackPeer(ssrc: 2)
    let leg = try engine.openLeg()
    leg.start(LegSession(remote: first.address), mode: .echo)
    _ = await first.talk(to: leg.localPort, limit: 20) { tone($0) }
    leg.update(LegSession(remote: second.address))
    _ = await second.talk(to: leg.localPort, limit: 40) { tone($0) }
    first.forget()
    _ = await second.talk(to: leg.localPort, limit: 10) { tone($0) }
    first.receive()
    #expect(first.datagrams == 0)
    #expect(second.sound.contains { abs(Int($0)) > 4000 })
    #expect(leg.statistics().source == second.address)
    for (one, next) in zip(second.heard, second.heard.dropFirst()) { #expect(next.sequence == one.sequence &+ 1) }
  }

  @Test("on hold no RTP is sent, and the queue waits")
  func hold() async throws {
    let engine = try loopbackEngine(8320...8339)
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    leg.start(LegSession(remote: peer.address, canSend: false))
    _ = try await leg.play(tone(0) + tone(1))
    _ = await peer.talk(to: leg.localPort, limit: 15) { _ in silence }
    #expect(peer.datagrams == 0)
    #expect(leg.playedPosition == 0)
    leg.update(LegSession(remote: peer.address))
    #expect(
      await eventually {
        peer.receive()
        return peer.sound.contains { $0 != 0 }
      })
    #expect(await eventually { leg.playedPosition == 320 })
  }

  @Test("digits are heard once each, and sent as events")
  func digits() async throws {
    let engine = try loopbackEngine(8340...8359)
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    let log = EventLog(leg)
    leg.start(LegSession(remote: peer.address))
    _ = await peer.talk(to: leg.localPort, limit: 5) { _ in silence }
    for duration in 1...5 {
      peer.send(peer.eventPacket(11, duration: UInt16(duration * 160), isEnd: false), to: leg.localPort)
    }
    for _ in 0..<3 { peer.send(peer.eventPacket(11, duration: 800, isEnd: true), to: leg.localPort) }
    #expect(leg.send(digits: "1x2") == 2)
    _ = await peer.talk(to: leg.localPort, limit: 40) { _ in silence }
    let digits = log.all.compactMap { if case .digit(let character) = $0 { character } else { nil } }
    #expect(digits == ["#"])
    let events = peer.heard.filter { $0.payloadType == 101 }
    #expect(Set(events.map(\.timestamp)).count == 2)
    #expect(events.count { $0.marker } == 2)
  }

  @Test("media that never comes, or stops, is reported once")
  func timeout() async throws {
    let engine = try loopbackEngine(8360...8379) { $0.mediaTimeout = .seconds(1) }
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    let log = EventLog(leg)
    leg.start(LegSession(remote: peer.address))
    var timeouts: [Instant?] {
      log.all.compactMap { if case .mediaTimeout(let last) = $0 { .some(last) } else { nil } }
    }
    #expect(await eventually { timeouts.count == 1 })
    #expect(timeouts.first == .some(nil))
    peer.send(peer.packet(silence), to: leg.localPort)
    #expect(await eventually { timeouts.count == 2 })
    #expect(timeouts.last != .some(nil))
  }

  @Test("close ends the events with the figures and gives ports and descriptors back")
  func close() async throws {
    let engine = try loopbackEngine(8380...8383)
    let peer = try LoopbackPeer()
    for _ in 0..<20 {
      let leg = try engine.openLeg()
      let log = EventLog(leg)
      leg.start(LegSession(remote: peer.address))
      leg.close()
      leg.close()
      leg.resumePlayout()
      #expect(try await leg.play(silence) == 0)
      await log.finish()
      guard case .closed = log.all.last else {
        Issue.record("no closed")
        return
      }
    }
    // Twenty legs went through two pairs of ports. A leg that nobody holds closes by itself.
    _ = try engine.openLeg()
    _ = try engine.openLeg()
    #expect(await eventually { (try? engine.openLeg()) != nil })
    engine.stop()
    #expect(throws: MediaEngineError.stopped) { _ = try engine.openLeg() }
  }

  @Test("stopping the engine ends all legs")
  func stop() async throws {
    let engine = try loopbackEngine(8400...8439)
    let legs = try (0..<10).map { _ in try engine.openLeg() }
    let logs = legs.map { EventLog($0) }
    engine.stop()
    for log in logs { await log.finish() }
    for leg in legs { leg.close() }
    #expect(logs.allSatisfy { if case .closed = $0.all.last { true } else { false } })
  }

  @Test("a reader that lags loses sound, counted, but no other event")
  func laggingReader() async throws {
    let engine = try loopbackEngine(8440...8449) { $0.audioBacklog = 10 }
    let peer = try LoopbackPeer()
    let leg = try engine.openLeg()
    leg.start(LegSession(remote: peer.address))
    leg.finishPlayout()
    #expect(await eventually { leg.droppedAudio > 5 })
    leg.close()
    engine.stop()
    var audio = 0
    var others = 0
    for await event in leg.events { if case .audio = event { audio += 1 } else { others += 1 } }
    #expect(audio == 10)
    #expect(others == 2)
  }

  @Test("garbage on the media ports during a call, from anyone, leaves the call alone")
  func garbage() async throws {
    let engine = try loopbackEngine(8450...8459)
    defer { engine.stop() }
    let peer = try LoopbackPeer()
    let stranger = try LoopbackPeer(ssrc: 5)
    let leg = try engine.openLeg()
    leg.start(LegSession(remote: peer.address), mode: .conversation)
    _ = await peer.talk(to: leg.localPort, limit: 5) { tone($0) }
    var random = SeededRandom(state: 20)
    let genuine = peer.packet(tone(3))
    _ = await peer.talk(to: leg.localPort, limit: 100) { index in
      // 200 datagrams a packet's time, from the peer's own socket and from another's, to both ports.
      for _ in 0..<100 {
        let noise = (0..<Int(random.next() % 400)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var mutated = genuine
        for _ in 0..<1 + random.next() % 4 {
          mutated[Int(random.next() % UInt64(mutated.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        if random.next() % 2 == 0 { mutated.removeLast(Int(random.next() % UInt64(mutated.count))) }
        let sender = random.next() % 2 == 0 ? peer : stranger
        sender.send(noise, to: leg.localPort + (random.next() % 8 == 0 ? 1 : 0))
        sender.send(mutated, to: leg.localPort + (random.next() % 8 == 0 ? 1 : 0))
      }
      return tone(index)
    }
    peer.forget()
    _ = await peer.talk(to: leg.localPort, limit: 20) { tone($0) }
    #expect(peer.heard.count >= 15)
    #expect(await eventually { leg.statistics().malformed > 100 })
    #expect(leg.statistics().throttled > 0)
    #expect(leg.statistics().source == peer.address)
  }
}
