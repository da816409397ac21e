import Audio
import Net

extension HostedLeg {
  /// Plays through a short call that reaches nobody: the Swift runtime looks types up at their first use, which allocates
  /// and locks, and that must not happen amid a real one.
  static func rehearse(_ configuration: MediaEngineConfiguration, at now: Instant) {
    let first = SocketEndpoint(.loopback, port: 9)
    let second = SocketEndpoint(IPAddress(high: 0, low: 1), port: 9)
    let events = EventRing.allocate(minimumCapacity: 512, frameSamples: configuration.frameSamples)
    defer { events.deallocate() }
    let bridge = LegBridge(sampleRate: configuration.sampleRate)
    let tap = TapRingStorage(frames: 8, frameSamples: configuration.frameSamples)
    for mode in [LegMode.conversation, .echo] {
      let link = LegLink(id: 0, localPort: 0, sampleRate: configuration.sampleRate, configuration: configuration)
      // No descriptors: what is sent is refused.
      let nowhere = PortPair(port: 0, rtp: -1, rtcp: -1)
      var leg = HostedLeg(
        core: LegCore(link: link, configuration: configuration, seed: 1, at: now),
        sockets: LegSockets(ports: nowhere, datagramsPerTick: configuration.datagramsPerTick))
      var desk = LegDesk(events: events)
      leg.command(desk: &desk) { $0.start(LegSession(remote: first), mode: mode, at: now, output: &$1) }
      leg.perform(from: first, link: link, at: now, desk: &desk)
      leg.command(desk: &desk) { core, _ in core.tap(tap.ring) }
      leg.command(desk: &desk) { core, _ in core.bridge(bridge.end(isFirst: true, playout: .mixed)) }
      leg.command(desk: &desk) {
        $0.update(LegSession(remote: second, codec: .pcma), at: now + .seconds(2), output: &$1)
      }
      leg.perform(from: second, link: link, at: now + .seconds(2), desk: &desk)
      leg.command(desk: &desk) { core, _ in core.setBridgedPlayout(.silenced) }
      _ = leg.tick(at: now + .seconds(38), wallClock: LegSockets.wallClock, desk: &desk)
      leg.command(desk: &desk) { $0.unbridge(at: now + .seconds(38), output: &$1) }
      leg.command(desk: &desk) { core, _ in core.tap(nil) }
      leg.close(at: now + .seconds(40), desk: &desk)
      while events.take({ _, _ in }) {}
    }
  }

  /// A stretch of everything that may happen on a leg.
  private mutating func perform(from peer: SocketEndpoint, link: LegLink, at start: Instant, desk: inout LegDesk) {
    let datagram = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1024)
    defer { datagram.deallocate() }
    datagram.initialize(repeating: 0)
    func bytes(_ count: Int) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: UnsafeBufferPointer(datagram)[..<count])
    }
    var room = datagram.mutableSpan
    var voice = SendStream(sampleRate: link.sampleRate, seed: 7)
    _ = voice.queueDigits(CollectionOfOne(DTMFDigit("5")).compactMap { $0 })
    var reports = RTCPSession(localSSRC: voice.ssrc, cname: "peer", seed: 7, at: start)
    var nobody = Receiver(at: start)
    let sound = (0..<link.sampleRate / 50).map { Int16(($0 % 20) * 800 - 8000) }
    let silence = [Int16](repeating: 0, count: sound.count)
    command(desk: &desk) { core, _ in core.arm(InterruptionPolicy(speech: .milliseconds(40))) }
    for index in 0..<60 {
      let now = start + .milliseconds(20 * index)
      let count = voice.write(pcm: (index % 20 < 10 ? sound : silence).span, into: &room, at: now)
      if index % 7 != 3 {
        command(desk: &desk) { _ = $0.receive(bytes(count).span, from: peer, at: now, output: &$1) }
      }
      if index % 10 == 0 { _ = link.append(sound.span) }
      command(desk: &desk) { core, _ in
        if index == 25 { core.resume() }
        if index == 30 { _ = DTMFDigit("#").map { core.queue($0) } }
        if index == 45 { core.drop(before: link.ring.end) }
        if index == 50 { core.finish(at: link.ring.end) }
      }
      _ = tick(at: now, wallClock: LegSockets.wallClock, desk: &desk)
    }
    let end = start + .seconds(35)
    let ntp = NTPTimestamp(unixSeconds: 0, nanoseconds: 0)
    let report = reports.writeReport(into: &room, sender: voice, receiver: &nobody, ntp: ntp, at: end)
    for count in [report, 4] {
      command(desk: &desk) { core, _ in core.receiveReport(bytes(count).span, from: peer, at: end) }
    }
    skip(frames: 1)
    _ = tick(at: end, wallClock: LegSockets.wallClock, desk: &desk)
  }
}
