import Audio
import Net
import Synchronization
import Testing

@testable import RTPEngine

/// A core in virtual time, and what it wanted done in all its calls.
private struct Scene: ~Copyable {
  static let peer = SocketEndpoint(IPAddress(v4: 0xC000_0201), port: 4000)
  static let wallClock = NTPTimestamp(unixSeconds: 1_700_000_000, nanoseconds: 0)

  let link: LegLink
  var core: LegCore
  var output: LegOutput
  var now = Wire.start
  var sent: [(port: MediaPort, bytes: [UInt8])] = []
  var events: [LegEvent] = []
  var aims: [LegAim] = []
  private var sequence = 0

  init(_ change: (inout MediaEngineConfiguration) -> Void = { _ in }) {
    var configuration = MediaEngineConfiguration()
    change(&configuration)
    link = LegLink(id: 1, localPort: 4002, sampleRate: configuration.sampleRate, configuration: configuration)
    core = LegCore(link: link, configuration: configuration, seed: 3, at: Wire.start)
    output = LegOutput(frameSamples: configuration.frameSamples)
  }

  private mutating func collect() {
    if let aim = output.aim { aims.append(aim) }
    for index in 0..<output.datagramCount {
      let (port, memory, count) = output.datagram(index)
      sent.append((port, Array(memory[..<count])))
    }
    for index in 0..<output.eventCount { events.append(output.event(index)) }
    output.clear()
  }

  mutating func start(_ session: LegSession = LegSession(remote: Scene.peer), mode: LegMode = .conversation) {
    core.start(session, mode: mode, at: now, output: &output)
    collect()
  }

  mutating func update(_ session: LegSession) {
    core.update(session, at: now, output: &output)
    collect()
  }

  /// One packet's time, with a packet from `source` before it.
  mutating func tick(from source: SocketEndpoint? = nil) {
    if let source {
      let bytes = Wire.datagram(sequence: sequence, timestamp: sequence * 160)
      _ = core.receive(bytes.span, from: source, at: now, output: &output)
      collect()
    }
    sequence += 1
    core.tick(at: now, wallClock: Scene.wallClock, output: &output)
    collect()
    now += .milliseconds(20)
  }

  mutating func close() {
    core.close(at: now, wallClock: Scene.wallClock, output: &output)
    collect()
  }

  var packets: Int { sent.count { $0.port == .rtp } }
  func count(_ isWanted: (LegEvent.Kind) -> Bool) -> Int { events.count { isWanted($0.kind) } }
}

@Suite("The core of a leg, without sockets and in virtual time")
struct LegCoreTests {
  @Test("nothing is sent before the start; then a packet each 20 ms, to where the SDP says")
  func sends() {
    var scene = Scene()
    scene.tick()
    #expect(scene.sent.isEmpty)
    scene.start()
    #expect(
      scene.aims == [LegAim(media: Scene.peer, reports: Scene.peer.with(port: 4001))])
    for _ in 0..<5 { scene.tick() }
    #expect(scene.packets == 5)
    #expect(scene.sent.filter { $0.port == .rtp }.allSatisfy { $0.bytes.count == 172 })
  }

  @Test("a packet from exactly the SDP's address makes the aim final; a new negotiation opens it again")
  func aims() {
    var scene = Scene()
    scene.start()
    scene.tick(from: Scene.peer)
    #expect(scene.aims.last?.isFinal == true)
    let elsewhere = SocketEndpoint(IPAddress(v4: 0xC000_0202), port: 6000)
    scene.update(LegSession(remote: elsewhere))
    #expect(scene.aims.last == LegAim(media: elsewhere, reports: elsewhere.with(port: 6001)))
    #expect(scene.aims.count == 3)
  }

  @Test("what comes from a stranger is counted, and neither heard nor followed")
  func strangers() {
    var scene = Scene()
    scene.start()
    for _ in 0..<3 { scene.tick(from: SocketEndpoint(IPAddress(v4: 0xC633_6401), port: 9)) }
    #expect(scene.aims.count == 1)
    scene.close()
    #expect(scene.link.readStatistics().fromStrangers == 3)
    #expect(scene.link.readStatistics().stream.packetsReceived == 0)
  }

  @Test("sound that begins and ends is told beside the packet with which it leaves")
  func departures() {
    var scene = Scene()
    scene.start()
    scene.tick()
    _ = scene.link.append((tone(0) + tone(1)).span)
    scene.core.finish(at: scene.link.ring.end)
    let before = scene.packets
    scene.tick()
    #expect(scene.packets == before + 1)
    #expect(
      scene.events.contains { if case .audible = $0.kind { $0.position == 160 && $0.isDeparture } else { false } })
    #expect(scene.link.playedPosition.load(ordering: .acquiring) == 160)
    for _ in 0..<2 { scene.tick() }
    #expect(
      scene.events.contains { if case .playedOut = $0.kind { $0.position == 320 && $0.isDeparture } else { false } })
  }

  @Test("on hold no sound is sent, reports are, and nothing of what is queued is lost")
  func hold() {
    var scene = Scene()
    scene.start()
    scene.tick()
    scene.update(LegSession(remote: Scene.peer, canSend: false, canReceive: false))
    _ = scene.link.append([Int16](repeating: 9000, count: 160).span)
    let before = scene.packets
    for _ in 0..<500 { scene.tick() }
    #expect(scene.packets == before)
    #expect(scene.sent.contains { $0.port == .rtcp })
    #expect(scene.count { if case .mediaTimeout = $0 { true } else { false } } == 0)
    scene.update(LegSession(remote: Scene.peer))
    scene.tick()
    #expect(scene.link.playedPosition.load(ordering: .acquiring) == 160)
  }

  @Test("silence of the peer's is reported once, and again only after it has come back and gone")
  func mediaTimeout() {
    var scene = Scene { $0.mediaTimeout = .seconds(2) }
    scene.start()
    let isTimeout: (LegEvent.Kind) -> Bool = { if case .mediaTimeout = $0 { true } else { false } }
    for _ in 0..<100 { scene.tick() }
    #expect(scene.count(isTimeout) == 0)
    for _ in 0..<200 { scene.tick() }
    #expect(scene.count(isTimeout) == 1)
    scene.tick(from: Scene.peer)
    for _ in 0..<200 { scene.tick() }
    #expect(scene.count(isTimeout) == 2)
    #expect(scene.events.contains { if case .mediaTimeout(let isFirst) = $0.kind { isFirst } else { false } })
    #expect(scene.events.contains { if case .mediaTimeout(let isFirst) = $0.kind { !isFirst } else { false } })
  }

  @Test("a report bears the time of day that came with the tick, and the last one says good-bye")
  func reports() throws {
    var scene = Scene()
    scene.start()
    for _ in 0..<500 { scene.tick(from: Scene.peer) }
    let report = try #require(scene.sent.first { $0.port == .rtcp }).bytes
    #expect(report[1] == 200)
    #expect(Array(report[8..<12]) == Scene.wallClock.value.bigEndianBytes.prefix(4).map { $0 })
    let reports = scene.sent.count { $0.port == .rtcp }
    scene.close()
    let last = try #require(scene.sent.last)
    #expect(last.port == .rtcp)
    #expect(scene.sent.count { $0.port == .rtcp } == reports + 1)
    #expect(last.bytes.suffix(8).dropFirst().first == 203)
  }

  @Test("an echo sends back what it hears and tells nobody of it")
  func echo() {
    var scene = Scene()
    scene.start(mode: .echo)
    for _ in 0..<50 { scene.tick(from: Scene.peer) }
    #expect(scene.packets == 50)
    #expect(scene.count { if case .audio = $0 { true } else { false } } == 0)
    #expect(scene.sent.last { $0.port == .rtp }?.bytes.suffix(160).allSatisfy { $0 == 0x55 } == true)
  }

  @Test("what finds no room in the slabs is left out and counted")
  func bounds() {
    var output = LegOutput(frameSamples: 160)
    for _ in 0..<LegOutput.datagramCapacity { output.append(.rtp, count: 100) }
    #expect(output.room.isEmpty)
    output.append(.rtp, count: 100)
    #expect(output.datagramCount == LegOutput.datagramCapacity)
    for _ in 0..<LegOutput.eventCapacity + 3 { output.append(.space, at: Wire.start) }
    #expect(output.eventCount == LegOutput.eventCapacity)
    #expect(output.lostEvents == 3)
    output.clear()
    #expect(output.datagramCount == 0 && output.eventCount == 0)
    #expect(output.room.count == LegOutput.datagramBytes - PacketProtection.overhead)
    output.append(.rtcp, count: 100_000)
    #expect(output.datagram(0).count == output.room.count)
  }
}

extension UInt64 {
  fileprivate var bigEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) } }
}
