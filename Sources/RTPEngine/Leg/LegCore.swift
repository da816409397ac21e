import Audio
import Net
import Synchronization

/// A call's media without its sockets: takes a datagram or a tick, with the time, and appends to `LegOutput` what to send
/// and what happened. Makes no system call and reads no clock.
///
/// Media path: does not allocate after `init`.
struct LegCore: ~Copyable {
  /// Length of a packet: 20 ms, as every SDP of ours says.
  static let frame: Duration = .milliseconds(20)

  /// What is shared with everyone else. Held by this core; released when it is freed.
  let link: Unmanaged<LegLink>
  let frameSamples: Int

  private(set) var session: LegSession?
  private(set) var mode = LegMode.conversation
  var latch: SymmetricLatch
  var watch: MediaWatch
  /// Who may send us reports.
  private(set) var reportHost: IPAddress?

  var receiver: Receiver
  var sender: SendStream
  var rtcp: RTCPSession
  var detector: VoiceActivityDetector
  var segmenter: SpeechSegmenter
  /// When what was heard last had come.
  var lastArrival: Instant?
  /// Nothing interrupts before the conversation has set what does.
  var gate = BargeInGate(policy: InterruptionPolicy(isEnabled: false))
  var playout: PlayoutQueue
  private(set) var bridge: BridgeEnd?
  var tap: TapPort?

  /// Packets' times that have passed, those included for which the thread could not run.
  var frames: UInt64 = 0
  private var ticksTillPublished = 16
  var counts = MediaLegStatistics()

  init(link: LegLink, configuration: MediaEngineConfiguration, seed: UInt64, at now: Instant) {
    self.link = Unmanaged.passRetained(link)
    frameSamples = link.sampleRate / 50
    latch = SymmetricLatch(policy: configuration.latch)
    watch = MediaWatch(timeout: configuration.mediaTimeout, at: now)
    receiver = Receiver(settings: configuration.jitterBuffer, sampleRate: link.sampleRate, at: now)
    sender = SendStream(sampleRate: link.sampleRate, seed: seed)
    // RFC 7022: a name that tells nothing of the machine.
    rtcp = RTCPSession(
      localSSRC: sender.ssrc, cname: String(seed &* 0x9E37_79B9_7F4A_7C15, radix: 36), seed: ~seed, at: now)
    detector = VoiceActivityDetector(sampleRate: link.sampleRate)
    segmenter = SpeechSegmenter(configuration.speech)
    playout = PlayoutQueue(
      ring: link.ring, sampleRate: link.sampleRate, frameSamples: frameSamples,
      rewind: min(max(configuration.resumeRewind, .zero), .seconds(1)))
  }

  deinit {
    link.release()
  }
}

// MARK: What others ask for

extension LegCore {
  mutating func start(_ session: LegSession, mode: LegMode, at now: Instant, output: inout LegOutput) {
    guard self.session == nil else { return }
    self.mode = mode
    negotiate(session, at: now, output: &output)
  }

  mutating func update(_ session: LegSession, at now: Instant, output: inout LegOutput) {
    guard self.session != nil else { return }
    negotiate(session, at: now, output: &output)
  }

  private mutating func negotiate(_ session: LegSession, at now: Instant, output: inout LegOutput) {
    if self.session?.canReceive != session.canReceive { watch.expect(at: now) }
    self.session = session
    latch.arm(sdp: session.remote, at: now)
    receiver.payloads = session.receive
    sender.setCodec(
      session.codec, payloadType: session.sendPayloadType, telephoneEvent: session.sendTelephoneEvent)
    aim(isFinal: false, output: &output)
  }

  /// Aims at what the latch says.
  mutating func aim(isFinal: Bool, output: inout LegOutput) {
    var reports = session?.remoteRTCP
    if let media = latch.target, media.port < .max,
      reports == nil || latch.isLatched && reports?.address.isPrivate == true
    {
      // Behind a NAT only the host that media comes from can be reached; the port is the best guess there is.
      reports = media.with(port: reports?.port ?? media.port + 1)
    }
    reportHost = reports?.address
    output.append(
      LegAim(media: latch.target, reports: reports.flatMap { $0.isUnspecified ? nil : $0 }, isFinal: isFinal))
  }

  mutating func arm(_ policy: InterruptionPolicy) { gate.arm(policy) }
  mutating func finish(at mark: UInt64) { playout.finish(at: mark) }
  mutating func drop(before mark: UInt64) { playout.drop(before: mark) }

  mutating func resume() {
    playout.resume()
    publishPosition()
  }

  mutating func queue(_ digit: DTMFDigit) { _ = sender.queueDigit(digit) }

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
    output.append(.unbridged, at: now)
  }

  private mutating func letGoOfBridge() {
    guard let end = bridge else { return }
    counts.bridgeGaps += end.gaps
    counts.bridgeDropped += end.dropped
    bridge = nil
    end.letGo()
  }

  mutating func setBridgedPlayout(_ playout: BridgedPlayout) { bridge?.playout = playout }

  /// Gives the other leg of the bridge what this one heard.
  mutating func relay(_ heard: Span<Int16>) { bridge?.give(heard) }
  /// Takes what the other leg of the bridge heard.
  mutating func takeRelayed(into frame: inout MutableSpan<Int16>) { bridge?.take(into: &frame) }

  /// Begins or ends to record both directions.
  mutating func tap(_ ring: TapRing?) {
    if let ring { tap = TapPort(ring: ring) } else { tap = nil }
  }

  /// Time for which the thread could not run passes unheard and unsaid.
  mutating func skip(frames: Int) {
    sender.skip(samples: frames * frameSamples)
    if session != nil { self.frames += UInt64(frames) }
  }

  /// Says good-bye, if there was a conversation. `wallClock` is the time of day at `now`.
  mutating func close(at now: Instant, wallClock: NTPTimestamp, output: inout LegOutput) {
    letGoOfBridge()
    tap = nil
    if session != nil {
      var datagram = output.room.mutableSpan
      let count = rtcp.writeBye(into: &datagram, sender: sender, receiver: &receiver, ntp: wallClock, at: now)
      output.append(.rtcp, count: count)
    }
    publishStatistics()
  }
}

// MARK: What others see

extension LegCore {
  func publishPosition() {
    link._withUnsafeGuaranteedRef { $0.playedPosition.store(playout.position, ordering: .releasing) }
  }

  /// Publishes what has happened, a third of a second after the last time.
  mutating func publishNowAndThen() {
    ticksTillPublished -= 1
    if ticksTillPublished <= 0 { publishStatistics() }
  }

  private mutating func publishStatistics() {
    ticksTillPublished = 16
    counts.underruns = playout.underruns
    counts.source = latch.isLatched ? latch.target : nil
    counts.stream = LegStatistics(receiver: receiver, sender: sender, rtcp: rtcp)
    var counts = counts
    if let bridge {
      counts.bridgeGaps += bridge.gaps
      counts.bridgeDropped += bridge.dropped
    }
    link._withUnsafeGuaranteedRef { $0.statistics.publish(counts) }
  }
}
