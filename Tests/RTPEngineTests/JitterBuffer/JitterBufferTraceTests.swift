import Testing

@testable import RTPEngine

@Suite("the jitter buffer over made traces")
struct JitterBufferTraceTests {
  private func show(_ name: String, _ playback: Playback) {
    func tenth(_ value: Double) -> Double { (value * 10).rounded() / 10 }
    print(
      "\(name): wait mean \(tenth(playback.meanWait)), delay mean \(tenth(playback.meanDelay)) max \(tenth(playback.maximumDelay)) "
        + "final \(tenth(playback.finalDelay)) ms, unheard \(tenth(playback.unheard * 100)) %, "
        + "concealed \(tenth(playback.concealed * 100)) %")
  }

  @Test("without jitter the delay is at most one frame, wherever the tick falls", arguments: 0..<10)
  func noJitter(step: Int) {
    let playback = TracePlayer.play(TracePlayer.steady(packets: 500), phase: 60 + Double(step) * 2)
    show("no jitter, phase \(step * 2)", playback)
    #expect(playback.maximumDelay <= 20)
    #expect(playback.unheard == 0)
    #expect(playback.concealed <= 0.003)
  }

  @Test("steady jitter of 20 ms", arguments: [1, 2, 3] as [UInt64])
  func steadyJitter(seed: UInt64) {
    let playback = TracePlayer.play(TracePlayer.steady(packets: 3000, jitter: 20, seed: seed))
    show("jitter 20", playback)
    #expect(playback.meanWait <= 60)
    #expect(playback.meanDelay <= 125)
    #expect(playback.unheard < 0.002)
    #expect(playback.concealed < 0.015)
  }

  @Test("stalls of 200 ms", arguments: [1, 2, 3] as [UInt64])
  func stalls(seed: UInt64) {
    let playback = TracePlayer.play(TracePlayer.stalls(packets: 3000, seed: seed))
    show("stalls", playback)
    #expect(playback.meanDelay <= 60)
    #expect(playback.unheard < 0.002)
    #expect(playback.concealed < 0.03)
  }

  @Test("5 % of the packets are overtaken", arguments: [1, 2, 3] as [UInt64])
  func overtaken(seed: UInt64) {
    let playback = TracePlayer.play(TracePlayer.overtaken(packets: 3000, seed: seed))
    show("overtaken", playback)
    #expect(playback.meanDelay <= 55)
    #expect(playback.unheard < 0.005)
  }

  @Test("5 % lost in bursts of three", arguments: [1, 2, 3] as [UInt64])
  func bursts(seed: UInt64) {
    let playback = TracePlayer.play(TracePlayer.burstLoss(packets: 3000, seed: seed))
    show("burst loss", playback)
    #expect(playback.meanDelay <= 24)
    #expect(playback.unheard < 0.005)
    #expect(playback.concealed < 0.07)
  }

  @Test("a sender's clock 0.1 % off does not add delay over ten minutes", arguments: [0.999, 1.001])
  func drift(clock: Double) {
    let playback = TracePlayer.play(TracePlayer.steady(packets: 30_000, jitter: 1, clock: clock))
    show("clock \(clock)", playback)
    #expect(playback.finalDelay <= 45)
    #expect(playback.unheard < 0.003)
  }

  @Test("twelve packets at once are played without loss")
  func bursty() {
    var trace = TracePlayer.steady(packets: 2000)
    for packet in trace.sent.indices {
      trace.delay[packet] = 60 + Double(11 - packet % 12) * 20
    }
    let playback = TracePlayer.play(trace, settings: JitterBufferSettings(maximumDelay: .milliseconds(300)))
    show("bursts of twelve", playback)
    #expect(playback.unheard < 0.02)
    #expect(playback.concealed < 0.03)
  }
}
