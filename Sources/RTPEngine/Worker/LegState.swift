import Audio
import CLinux
import Glibc
import Net
import Synchronization

/// A leg as its media thread knows it: the whole way of a packet, in and out.
///
/// Media path: does not allocate after `init`.
struct LegState: ~Copyable {
  /// Length of a packet: 20 ms, as every SDP of ours says.
  static let frame: Duration = .milliseconds(20)
  /// RTCP datagrams taken in one packet's time.
  static let reportsPerTick = 4

  /// Held by this state; released when it is freed.
  let core: Unmanaged<LegCore>
  let ports: PortPair
  let frameSamples: Int
  private let datagramsPerTick: Int
  private let mediaTimeout: Duration

  // Kept by the loop.
  var slot = 0
  var indexInSlot = 0
  var budget: Int
  var reportBudget = LegState.reportsPerTick
  /// Whether a socket is shut off till the next tick.
  var isThrottled = false

  private(set) var session: LegSession?
  private var mode = LegMode.conversation
  private var latch: SymmetricLatch
  private var isConnected = false
  private var target: (sockaddr_storage, socklen_t)?
  private var reportTarget: (sockaddr_storage, socklen_t)?
  private var reportHost: IPAddress?

  private var receiver: Receiver
  private var sender: SendStream
  private var rtcp: RTCPSession
  private var detector: VoiceActivityDetector
  private var segmenter: SpeechSegmenter
  /// Nothing interrupts before the conversation has set what does.
  private var gate = BargeInGate(policy: InterruptionPolicy(isEnabled: false))
  private var playout: PlayoutQueue
  private var bridge: BridgeEnd?
  private var tap: TapPort?

  private var waitsSince: Instant
  private var lastPacket: Instant?
  private var hasTimedOut = false
  private var lastArrival: Instant?
  private var ticks = 0
  /// Packets' times that have passed, those included for which the thread could not run.
  private var frames: UInt64 = 0
  private var counts = MediaLegStatistics()

  init(core: LegCore, ports: PortPair, configuration: MediaEngineConfiguration, seed: UInt64, at now: Instant) {
    self.core = Unmanaged.passRetained(core)
    self.ports = ports
    frameSamples = core.sampleRate / 50
    datagramsPerTick = max(2, configuration.datagramsPerTick)
    budget = datagramsPerTick
    mediaTimeout = max(configuration.mediaTimeout, .seconds(1))
    latch = SymmetricLatch(policy: configuration.latch)
    receiver = Receiver(settings: configuration.jitterBuffer, frameSamples: frameSamples, at: now)
    sender = SendStream(seed: seed)
    // RFC 7022: a name that tells nothing of the machine.
    rtcp = RTCPSession(
      localSSRC: sender.ssrc, cname: String(seed &* 0x9E37_79B9_7F4A_7C15, radix: 36), seed: ~seed, at: now)
    detector = VoiceActivityDetector(sampleRate: core.sampleRate)
    segmenter = SpeechSegmenter(configuration.speech)
    playout = PlayoutQueue(
      ring: core.ring, sampleRate: core.sampleRate, frameSamples: frameSamples,
      rewind: min(max(configuration.resumeRewind, .zero), .seconds(1)))
    waitsSince = now
  }

  deinit {
    core.release()
  }
}

// MARK: What others ask for

extension LegState {
  mutating func start(_ session: LegSession, mode: LegMode, at now: Instant) {
    guard self.session == nil else { return }
    self.mode = mode
    negotiate(session, at: now)
  }

  mutating func update(_ session: LegSession, at now: Instant) {
    guard self.session != nil else { return }
    negotiate(session, at: now)
  }

  private mutating func negotiate(_ session: LegSession, at now: Instant) {
    if isConnected {
      _ = clinux_udp_connect(ports.rtp, nil, 0)
      isConnected = false
    }
    if self.session?.canReceive != session.canReceive || self.session == nil {
      waitsSince = now
      hasTimedOut = false
    }
    self.session = session
    latch.arm(sdp: session.remote, at: now)
    receiver.payloads = session.receive
    sender.setCodec(
      session.codec, payloadType: session.sendPayloadType, telephoneEvent: session.sendTelephoneEvent)
    retarget()
  }

  /// Aims at what the latch says. The kernel's forms are made once, not per packet.
  private mutating func retarget() {
    target = latch.target.map { $0.storage() }
    var report = session?.remoteRTCP
    if let media = latch.target, media.port < .max,
      report == nil || latch.isLatched && report?.address.isPrivate == true
    {
      // Behind a NAT only the host that media comes from can be reached; the port is the best guess there is.
      report = media.with(port: report?.port ?? media.port + 1)
    }
    reportHost = report?.address
    reportTarget = report.flatMap { $0.isUnspecified ? nil : $0.storage() }
  }

  mutating func arm(_ policy: InterruptionPolicy) { gate.arm(policy) }
  mutating func finish(at mark: UInt64) { playout.finish(at: mark) }
  mutating func drop(before mark: UInt64) { playout.drop(before: mark) }

  mutating func resume() {
    playout.resume()
    publishPosition()
  }

  mutating func queue(_ digit: DTMFDigit) {
    _ = sender.queueDigits(CollectionOfOne(digit))
  }

  /// Joins a bridge, instead of one that there is.
  mutating func bridge(_ end: BridgeEnd) {
    letGoOfBridge()
    // An echo talks to itself.
    guard mode == .conversation else { return end.letGo() }
    bridge = end
  }

  mutating func unbridge(at now: Instant, output: inout LegOutput) {
    guard bridge != nil else { return }
    letGoOfBridge()
    output.push(core, .unbridged, at: now)
  }

  private mutating func letGoOfBridge() {
    guard let end = bridge else { return }
    counts.bridgeGaps += end.gaps
    counts.bridgeDropped += end.dropped
    bridge = nil
    end.letGo()
  }

  mutating func setBridgedPlayout(_ playout: BridgedPlayout) { bridge?.playout = playout }

  /// Begins or ends to record both directions.
  mutating func tap(_ ring: TapRing?) {
    if let ring { tap = TapPort(ring: ring) } else { tap = nil }
  }

  private func publishPosition() {
    core._withUnsafeGuaranteedRef { $0.playedPosition.store(playout.position, ordering: .releasing) }
  }
}

// MARK: Receiving

extension LegState {
  /// Takes a datagram from the RTP socket. True when it latched the leg to its source.
  mutating func receive(
    _ datagram: Span<UInt8>, from source: SocketEndpoint, at now: Instant, output: inout LegOutput
  ) -> Bool {
    guard let session else {
      counts.fromStrangers += 1
      return false
    }
    let isValid = receiver.accepts(datagram)
    var hasLatched = false
    switch latch.receive(from: source, isValid: isValid, at: now) {
    case .stranger, .candidate:
      counts.fromStrangers += 1
      return false
    case .latched(let isFinal):
      hasLatched = true
      retarget()
      // Connected, the kernel keeps strangers away; so not while the SDP's own source may still come.
      if isFinal, let target {
        var to = target.0
        isConnected = clinux_udp_connect(ports.rtp, &to, target.1) == 0
      }
    case .accepted: break
    }
    guard isValid else {
      counts.malformed += 1
      return hasLatched
    }
    lastPacket = now
    hasTimedOut = false
    guard session.canReceive else { return hasLatched }
    _ = receiver.receive(datagram, at: now)
    while let digit = receiver.pollDigit() {
      output.push(core, .digit(digit.digit.event), at: digit.arrival)
    }
    return hasLatched
  }

  /// Takes a datagram from the RTCP socket.
  mutating func receiveReport(_ datagram: Span<UInt8>, from source: SocketEndpoint, at now: Instant) {
    guard let reportHost, source.address == reportHost else {
      counts.fromStrangers += 1
      return
    }
    if case .invalid = rtcp.receive(datagram, at: now) { counts.malformed += 1 }
  }

  /// A datagram that was longer than any that is meant for us.
  mutating func countOversized() { counts.malformed += 1 }
  /// A socket was shut off till the next tick.
  mutating func countThrottled() { counts.throttled += 1 }
}

// MARK: The tick

extension LegState {
  /// One packet's time: takes what is due from the jitter buffer, judges it, and sends what is to be said.
  mutating func tick(at now: Instant, output: inout LegOutput) {
    budget = datagramsPerTick
    reportBudget = Self.reportsPerTick
    guard let session else { return }
    switch mode {
    case .conversation: converse(session, at: now, output: &output)
    case .echo: echo(session, at: now, output: &output)
    }
    if rtcp.nextReport <= now { report(at: now, output: &output) }
    watch(session, at: now, output: &output)
    ticks += 1
    frames += 1
    if ticks % 16 == 0 { publishStatistics() }
  }

  private mutating func echo(_ session: LegSession, at now: Instant, output: inout LegOutput) {
    var heard = output.heard(frameSamples).mutableSpan
    _ = receiver.pull(into: &heard, at: now)
    send(heard.span, session, at: now, output: &output)
    if tap != nil { record(far: heard.span, near: heard.span, at: now, output: &output) }
  }

  private mutating func converse(_ session: LegSession, at now: Instant, output: inout LegOutput) {
    var heard = output.heard(frameSamples).mutableSpan
    let pulled = receiver.pull(into: &heard, at: now)
    // What was made up for a lost packet stands at the time at which that would have come.
    let arrival = pulled.arrival ?? lastArrival.map { min($0 + Self.frame, now) } ?? now
    lastArrival = arrival
    let isSpeech = session.canReceive && detector.process(heard.span).isSpeech

    switch segmenter.process(isSpeech: isSpeech, arrival: arrival) {
    case .started(let at): output.push(core, .speechStarted, at: at)
    case .stopped(let at): output.push(core, .speechStopped, at: at)
    case nil: break
    }
    if bridge?.isOver == true { unbridge(at: now, output: &output) }
    if gate.process(isSpeech: isSpeech, isPlaying: playout.isPlaying && bridge == nil), playout.pause() {
      publishPosition()
      output.push(core, .interrupted, at: now, position: playout.position)
    }
    if session.canReceive {
      output.pushAudio(core, heard.span, isSpeech: isSpeech, arrival: arrival)
      bridge?.give(heard.span)
    }

    var said = output.said(frameSamples).mutableSpan
    say(&said, session, at: now, output: &output)
    if tap != nil { record(far: heard.span, near: said.span, at: now, output: &output) }
  }

  private mutating func record(far: Span<Int16>, near: Span<Int16>, at now: Instant, output: inout LegOutput) {
    guard let (isKept, news) = tap?.record(far: far, near: near, TapMark(number: frames, at: now)) else { return }
    if !isKept {
      counts.tapDropped += 1
      output.tapDropped += 1
    }
    if news { output.push(core, .tapped, at: now) }
  }

  /// Sends what is to be said, and leaves in `said` what that was.
  private mutating func say(
    _ said: inout MutableSpan<Int16>, _ session: LegSession, at now: Instant, output: inout LegOutput
  ) {
    if bridge != nil { return relay(&said, session, at: now, output: &output) }
    // On hold nothing is sent, so nothing is taken either: it is said when the peer comes back.
    guard session.canSend else {
      sender.skip(samples: frameSamples)
      if tap != nil { for index in said.indices { said[index] = 0 } }
      return
    }
    // While a digit sounds, sound waits too: it would not be heard.
    guard !sender.isSendingDigits else {
      for index in said.indices { said[index] = 0 }
      send(said.span, session, at: now, output: &output)
      return
    }
    let taken = playout.take(into: &said)
    send(said.span, session, at: now, output: &output)
    report(taken, at: now, output: &output)
  }

  /// Sends what the other leg of the bridge hears, and what is to be said beside it.
  private mutating func relay(
    _ said: inout MutableSpan<Int16>, _ session: LegSession, at now: Instant, output: inout LegOutput
  ) {
    var taken = PlayoutQueue.Taken()
    if bridge?.playout == .mixed, session.canSend, !sender.isSendingDigits {
      var own = output.own(frameSamples).mutableSpan
      taken = playout.take(into: &own)
      bridge?.take(into: &said)
      if taken.samples > 0 {
        for index in 0..<min(said.count, own.count) {
          said[index] = Int16(clamping: Int32(said[index]) + Int32(own[index]))
        }
      }
    } else {
      bridge?.take(into: &said)
      if bridge?.playout == .silenced {
        let end = core._withUnsafeGuaranteedRef { $0.ring.end }
        playout.drop(before: end)
      }
    }
    guard session.canSend else {
      sender.skip(samples: frameSamples)
      for index in said.indices { said[index] = 0 }
      return wakeProducer(at: now, output: &output)
    }
    if sender.isSendingDigits { for index in said.indices { said[index] = 0 } }
    send(said.span, session, at: now, output: &output)
    report(taken, at: now, output: &output)
    wakeProducer(at: now, output: &output)
  }

  private mutating func report(_ taken: PlayoutQueue.Taken, at now: Instant, output: inout LegOutput) {
    guard taken != PlayoutQueue.Taken() else { return }
    publishPosition()
    if taken.becameAudible {
      output.push(core, .audible, at: ContinuousClock.now, position: playout.position)
    }
    if taken.playedOut {
      output.push(core, .playedOut, at: ContinuousClock.now, position: playout.position)
    }
    wakeProducer(at: now, output: &output)
  }

  private mutating func wakeProducer(at now: Instant, output: inout LegOutput) {
    core._withUnsafeGuaranteedRef { core in
      if core.wantsSpace.load(ordering: .acquiring), core.ring.space >= core.ring.capacity / 8 {
        core.wantsSpace.store(false, ordering: .relaxed)
        output.push(self.core, .space, at: now)
      }
    }
  }

  private mutating func send(_ pcm: Span<Int16>, _ session: LegSession, at now: Instant, output: inout LegOutput) {
    guard session.canSend, target != nil else {
      sender.skip(samples: frameSamples)
      return
    }
    var datagram = output.datagram.mutableSpan
    let count = sender.write(pcm: pcm, into: &datagram, at: now)
    guard count > 0, let bytes = output.datagram.baseAddress else { return }
    if transmit(bytes, count) {
      output.sent += 1
    } else {
      counts.sendFailures += 1
      output.sendFailures += 1
    }
  }

  private func transmit(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> Bool {
    // A second attempt: what an ICMP message left behind is reported by the next send, which then sends nothing.
    for _ in 0..<2 {
      let result: Int
      if isConnected {
        result = clinux_send(ports.rtp, bytes, count, nil, 0)
      } else if var target {
        result = clinux_send(ports.rtp, bytes, count, &target.0, target.1)
      } else {
        return false
      }
      if result >= 0 { return true }
      if result != -Int(ECONNREFUSED) { return false }
    }
    return false
  }

  private mutating func watch(_ session: LegSession, at now: Instant, output: inout LegOutput) {
    guard session.canReceive, !hasTimedOut else { return }
    let since = max(lastPacket ?? waitsSince, waitsSince)
    guard now - since >= mediaTimeout else { return }
    hasTimedOut = true
    output.push(core, .mediaTimeout(isFirst: lastPacket == nil), at: lastPacket ?? now)
  }

  /// Time for which the thread could not run passes unheard and unsaid.
  mutating func skip(frames: Int) {
    sender.skip(samples: frames * frameSamples)
    if session != nil { self.frames += UInt64(frames) }
  }
}

// MARK: Reports

extension LegState {
  private mutating func report(at now: Instant, output: inout LegOutput) {
    var datagram = output.datagram.mutableSpan
    let count = rtcp.writeReport(
      into: &datagram, sender: sender, receiver: &receiver, ntp: Self.wallClock(), at: now)
    sendReport(count, output: &output)
  }

  private func sendReport(_ count: Int, output: inout LegOutput) {
    guard count > 0, var to = reportTarget, let bytes = output.datagram.baseAddress else { return }
    _ = clinux_send(ports.rtcp, bytes, count, &to.0, to.1)
  }

  /// Says good-bye, if there was a conversation.
  mutating func close(at now: Instant, output: inout LegOutput) {
    letGoOfBridge()
    tap = nil
    if session != nil {
      var datagram = output.datagram.mutableSpan
      let count = rtcp.writeBye(
        into: &datagram, sender: sender, receiver: &receiver, ntp: Self.wallClock(), at: now)
      sendReport(count, output: &output)
    }
    _ = clinux_close(ports.rtp)
    _ = clinux_close(ports.rtcp)
    publishStatistics()
  }

  private static func wallClock() -> NTPTimestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return NTPTimestamp(unixSeconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }

  private mutating func publishStatistics() {
    counts.underruns = playout.underruns
    counts.source = latch.isLatched ? latch.target : nil
    counts.stream = LegStatistics(receiver: receiver, sender: sender, rtcp: rtcp)
    var counts = counts
    if let bridge {
      counts.bridgeGaps += bridge.gaps
      counts.bridgeDropped += bridge.dropped
    }
    core._withUnsafeGuaranteedRef { $0.statistics.publish(counts) }
  }
}
