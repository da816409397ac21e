import Audio
import Net

extension LegState {
  /// Plays through a short call that reaches nobody: the Swift runtime looks types up at their first use, which allocates
  /// and locks, and that must not happen amid a real one.
  static func rehearse(_ configuration: MediaEngineConfiguration, at now: Instant) {
    let first = SocketEndpoint(.loopback, port: 9)
    let second = SocketEndpoint(IPAddress(high: 0, low: 1), port: 9)
    let events = EventRing.allocate(minimumCapacity: 512)
    defer { events.deallocate() }
    let bridge = LegBridge(sampleRate: MediaEngine.sampleRate)
    let tap = TapRingStorage(frames: 8, frameSamples: MediaEngine.sampleRate / 50)
    for mode in [LegMode.conversation, .echo] {
      let core = LegCore(id: 0, localPort: 0, sampleRate: MediaEngine.sampleRate, configuration: configuration)
      // No descriptors: what is sent is refused.
      let nowhere = PortPair(port: 0, rtp: -1, rtcp: -1)
      let state = UnsafeMutablePointer<LegState>.allocate(capacity: 1)
      state.initialize(to: LegState(core: core, ports: nowhere, configuration: configuration, seed: 1, at: now))
      var output = LegOutput(events: events)
      state.pointee.start(LegSession(remote: first), mode: mode, at: now)
      state.pointee.perform(from: first, core: core, at: now, output: &output)
      state.pointee.tap(tap.ring)
      state.pointee.bridge(bridge.end(isFirst: true, playout: .mixed))
      state.pointee.update(LegSession(remote: second, codec: .pcma), at: now + .seconds(2))
      state.pointee.perform(from: second, core: core, at: now + .seconds(2), output: &output)
      state.pointee.setBridgedPlayout(.silenced)
      state.pointee.tick(at: now + .seconds(38), output: &output)
      state.pointee.unbridge(at: now + .seconds(38), output: &output)
      state.pointee.tap(nil)
      state.pointee.close(at: now + .seconds(40), output: &output)
      state.deinitialize(count: 1)
      state.deallocate()
      while events.take({ _, _ in }) {}
    }
  }

  /// A stretch of everything that may happen on a leg.
  private mutating func perform(
    from peer: SocketEndpoint, core: LegCore, at start: Instant, output: inout LegOutput
  ) {
    let datagram = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 512)
    defer { datagram.deallocate() }
    datagram.initialize(repeating: 0)
    var bytes = datagram.mutableSpan
    var voice = SendStream(seed: 7)
    _ = voice.queueDigits(CollectionOfOne(DTMFDigit("5")).compactMap { $0 })
    var reports = RTCPSession(localSSRC: voice.ssrc, cname: "peer", seed: 7, at: start)
    var nobody = Receiver(at: start)
    let sound = (0..<160).map { Int16(($0 % 20) * 800 - 8000) }
    let silence = [Int16](repeating: 0, count: 160)
    arm(InterruptionPolicy(speech: .milliseconds(40)))
    for index in 0..<60 {
      let now = start + .milliseconds(20 * index)
      let count = voice.write(pcm: (index % 20 < 10 ? sound : silence).span, into: &bytes, at: now)
      if index % 7 != 3 {
        _ = receive(
          UnsafeBufferPointer(rebasing: UnsafeBufferPointer(datagram)[..<count]).span, from: peer, at: now,
          output: &output)
      }
      if index % 10 == 0 { _ = core.append(sound.span) }
      if index == 25 { resume() }
      if index == 30 { _ = DTMFDigit("#").map { queue($0) } }
      if index == 45 { drop(before: core.ring.end) }
      if index == 50 { finish(at: core.ring.end) }
      tick(at: now, output: &output)
    }
    let end = start + .seconds(35)
    let ntp = NTPTimestamp(unixSeconds: 0, nanoseconds: 0)
    let report = reports.writeReport(into: &bytes, sender: voice, receiver: &nobody, ntp: ntp, at: end)
    receiveReport(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(datagram)[..<report]).span, from: peer, at: end)
    receiveReport(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(datagram)[..<4]).span, from: peer, at: end)
    skip(frames: 1)
    tick(at: end, output: &output)
  }
}
